import { LEASE_SECONDS } from "../../functions/recommender/projects/training_states.ts";

/**
 * Tracks gaps in the contact between this process and the database. After a gap, leases of other
 * trainers may have expired because they were cut off as well; they get the duration of a lease to
 * renew them before their projects are claimed.
 */
export class Contact {
  /** Time of the last gap. A new process has none: expired leases it finds are abandoned. */
  #gap = -Infinity;
  #timer: ReturnType<typeof setInterval>;

  /** @param tickMs interval of the check whether this process was suspended. */
  constructor({ tickMs = 1_000 } = {}) {
    let last = Date.now();
    this.#timer = setInterval(() => {
      const now = Date.now();
      if (now - last > GAP_MS) this.lost();
      last = now;
    }, tickMs);
  }

  /** Records that the database did not respond, or that this process did not run. */
  lost(): void {
    this.#gap = Date.now();
  }

  /** Whether an expired lease is abandoned, as far as this process can tell. */
  get isSteady(): boolean {
    return Date.now() - this.#gap > LEASE_SECONDS * 1_000;
  }

  /** Awaits a database call; an outage or a late response counts as a gap. */
  async over<T>(work: Promise<T>): Promise<T> {
    const start = Date.now();
    try {
      return await work;
    } catch (error) {
      if (isDatabaseAway(error)) this.lost();
      throw error;
    } finally {
      if (Date.now() - start > GAP_MS) this.lost();
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** Two heartbeats: a third of the lease. */
const GAP_MS = 10_000;

/**
 * Returns whether an error means that the database is unavailable, not that it rejected a
 * statement: an error code of the socket or driver, or SQLSTATE of connections (08), rollbacks
 * (40), resources (53), operator intervention or limits (57, 55P03, 25P) and the system (58).
 */
export function isDatabaseAway(error: unknown): boolean {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  if (typeof code !== "string") return false;
  return name !== "PostgresError" || /^(08|40|53|57|58|55P03|25P0)/.test(code);
}
