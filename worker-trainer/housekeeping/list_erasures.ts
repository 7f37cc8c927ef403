import type { Sql } from "postgres";
import { appendErasures, erasuresSoFar } from "../backups/erasure_list.ts";
import type { Place } from "../backups/place.ts";
import type { Duty } from "./duty.ts";

/**
 * The duty that lists beside the backups who was erased since the last round, so that a backup made
 * before is restored without them, also where the database itself is lost.
 * @param place where the operator's backups lie.
 */
export function listErasures(
  sql: Sql,
  { place, installation }: { place: Place; installation: string },
): Duty {
  let listed = "";
  return {
    name: "erasure list",
    everyMs: 30_000,
    async run() {
      const soFar = await erasuresSoFar(sql);
      if (soFar === listed) return;
      await appendErasures(sql, place, { installation });
      listed = soFar;
    },
  };
}
