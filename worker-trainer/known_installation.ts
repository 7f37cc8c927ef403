import type { Sql } from "postgres";
import { installationId } from "../functions/recommender/projects/projects.ts";
import { Contact } from "./queue/contact.ts";
import { untilAnswered } from "./queue/until_answered.ts";

/**
 * Returns this installation's id at start; waits while the database is unavailable, so that the
 * process need not be restarted.
 * @throws {unknown} the database's error once `stop` is aborted; errors other than an outage at
 * once.
 */
export async function knownInstallation(sql: Sql, stop: AbortSignal): Promise<string> {
  using contact = new Contact();
  return await untilAnswered(() => installationId(sql), { contact, stop });
}
