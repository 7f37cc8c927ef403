/** Pauses of background duties: removals during a backup; webhooks and retrainings of a copy. */
import type { ISql, Sql } from "postgres";

/** Duties that can be paused. Each checks `http.is_paused` before it starts work. */
export type PausedDuty = "removals" | "webhooks" | "retrains";

/** A pause held by a lease. */
export interface Pause extends AsyncDisposable {
  /** @throws {Error} if the pause has lapsed: data may have been removed meanwhile */
  check(): Promise<void>;
}

const LEASE_SECONDS = 60;

/**
 * Pauses removals while the lease is held. If its holder is killed, the lease expires within a
 * minute.
 * @param options.leaseSeconds length of the lease
 */
export async function pauseRemovals(
  sql: Sql,
  { reason, leaseSeconds = LEASE_SECONDS }: { reason: string; leaseSeconds?: number },
): Promise<Pause> {
  // Leases of killed backups.
  await sql`delete from http.pauses where until < now()`;
  const [{ id }] = await sql<{ id: string }[]>`
    insert into http.pauses (duty, reason, until)
    values ('removals', ${reason}, now() + make_interval(secs => ${leaseSeconds}))
    returning id`;
  let isLost = false;
  const renew = async () => {
    // An expired lease is not renewed: something may have been removed since.
    const { count } = await sql`
      update http.pauses set until = now() + make_interval(secs => ${leaseSeconds})
      where id = ${id} and until > now()`;
    isLost ||= count === 0;
  };
  // Errors are ignored: a later renewal or the check detects an expired lease.
  const timer = setInterval(() => renew().catch(() => {}), leaseSeconds * 1000 / 3);
  return {
    async check() {
      await renew();
      if (!isLost) return;
      throw new Error(
        "The backup's pause of removals expired before the backup was complete: the database or " +
          "this machine was unavailable for a minute. Run the backup again.",
      );
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await sql`delete from http.pauses where id = ${id}`.catch(() => {});
    },
  };
}

/** Pauses a duty until an operator resumes it. */
export async function pauseDuty(
  sql: ISql,
  { duty, reason }: { duty: PausedDuty; reason: string },
): Promise<void> {
  await sql`
    insert into http.pauses (duty, reason, until) values (${duty}, ${reason}, 'infinity')`;
}

/** Ends all pauses except those of running backups; returns the resumed duties. */
export async function endPauses(sql: Sql): Promise<PausedDuty[]> {
  const ended = await sql<{ duty: PausedDuty }[]>`
    delete from http.pauses where until = 'infinity' returning duty`;
  return ended.map(({ duty }) => duty);
}
