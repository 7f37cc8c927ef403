import type { Sql } from "postgres";
import { installationId } from "../functions/recommender/projects.ts";
import { Contact } from "./queue/contact.ts";
import { untilAnswered } from "./queue/until_answered.ts";

/**
 * Returns this installation's id, for a process that starts; waits while the database is away, so that
 * the process goes on without being started again.
 * @throws {unknown} the database's error once `stop` is aborted, and what it refuses at once.
 */
export async function knownInstallation(sql: Sql, stop: AbortSignal): Promise<string> {
  using contact = new Contact();
  return await untilAnswered(() => installationId(sql), { contact, stop });
}
