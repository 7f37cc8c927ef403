import type { Sql } from "postgres";
import type { Log } from "../trainer_log.ts";

/** So many events are looked through by one statement. */
const AT_ONCE = 500;

/**
 * Takes people who were erased out of what webhooks and repeated writes have kept of them: bodies of
 * events, what endpoints answered, answers under an Idempotency-Key. An entry that fails is tried
 * again later, and holds up no other.
 */
export async function forgetInOutbox(
  sql: Sql,
  { log, stop }: { log: Log; stop?: AbortSignal },
): Promise<void> {
  while (!stop?.aborted) {
    const [{ fault }] = await sql<{ fault: string | null }[]>`
      select webhooks.forget_some(${AT_ONCE}) as fault`;
    if (fault === null) return;
    if (fault !== "") log({ level: "error", message: "not forgotten in the outbox", error: fault });
  }
}
