import type { Sql } from "postgres";
import type { Log } from "../runtime/trainer_log.ts";

/** Maximum number of events processed by one statement. */
const AT_ONCE = 500;

/**
 * Removes erased users from the data of webhooks and idempotent requests: event bodies, responses
 * of endpoints, and stored responses. An entry that fails is retried later and delays no other.
 */
export async function forgetInOutbox(
  sql: Sql,
  { log, stop }: { log: Log; stop?: AbortSignal },
): Promise<void> {
  while (!stop?.aborted) {
    const [{ fault }] = await sql<{ fault: string | null }[]>`
      select webhooks.forget_some(${AT_ONCE}) as fault`;
    if (fault === null) return;
    if (fault !== "") {
      log({ level: "error", message: "user not erased in the outbox", error: fault });
    }
  }
}
