/** Duties that stand still: removals while a backup copies, webhooks and retrains of a copy. */
import type { ISql, Sql } from "postgres";

/** What can be paused. Each asks `http.is_paused` before it takes something on. */
export type PausedDuty = "removals" | "webhooks" | "retrains";

/** A lease on a pause. */
export interface Pause extends AsyncDisposable {
  /** @throws {Error} where the pause did not last until now: what it kept may be gone. */
  check(): Promise<void>;
}

const LEASE_SECONDS = 60;

/**
 * Pauses removals for as long as the lease is held; where its holder is killed, a minute longer.
 * @param options.leaseSeconds of one renewal.
 */
export async function pauseRemovals(
  sql: Sql,
  { reason, leaseSeconds = LEASE_SECONDS }: { reason: string; leaseSeconds?: number },
): Promise<Pause> {
  const [{ id }] = await sql<{ id: string }[]>`
    insert into http.pauses (duty, reason, until)
    values ('removals', ${reason}, now() + make_interval(secs => ${leaseSeconds}))
    returning id`;
  let isLost = false;
  const renew = async () => {
    // A lease that has ended is not renewed: something may have been removed since.
    const { count } = await sql`
      update http.pauses set until = now() + make_interval(secs => ${leaseSeconds})
      where id = ${id} and until > now()`;
    isLost ||= count === 0;
  };
  // The next try, or the check, finds out what a try that failed has cost.
  const timer = setInterval(() => renew().catch(() => {}), leaseSeconds * 1000 / 3);
  return {
    async check() {
      await renew();
      if (!isLost) return;
      throw new Error(
        "Removals must stand still until a backup is whole, but the pause ended before: the " +
          "database or this machine was away for a minute. Run the backup again.",
      );
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await sql`delete from http.pauses where id = ${id}`.catch(() => {});
    },
  };
}

/** Pauses a duty until an operator ends it. */
export async function pauseDuty(
  sql: ISql,
  { duty, reason }: { duty: PausedDuty; reason: string },
): Promise<void> {
  await sql`
    insert into http.pauses (duty, reason, until) values (${duty}, ${reason}, 'infinity')`;
}

/** Ends all pauses but a running backup's; the duties that were paused. */
export async function endPauses(sql: Sql): Promise<PausedDuty[]> {
  const ended = await sql<{ duty: PausedDuty }[]>`
    delete from http.pauses where until = 'infinity' returning duty`;
  return ended.map(({ duty }) => duty);
}
