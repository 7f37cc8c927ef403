import type { Sql } from "postgres";
import { appendErasures, erasuresSoFar } from "../backups/erasure_list.ts";
import type { BackupStorage } from "../backups/backup_storage.ts";
import type { Duty } from "./duty.ts";

/**
 * Returns the duty that appends new erasures to the list next to the backups, so that an older
 * backup is restored without the erased users even if the database is lost.
 * @param storage location of the operator's backups.
 */
export function listErasures(
  sql: Sql,
  { storage, installation }: { storage: BackupStorage; installation: string },
): Duty {
  let listed = "";
  return {
    name: "erasure list",
    everyMs: 30_000,
    async run() {
      const soFar = await erasuresSoFar(sql);
      if (soFar === listed) return;
      await appendErasures(sql, storage, { installation });
      listed = soFar;
    },
  };
}
