import { LEASE_SECONDS } from "./claim.ts";

/**
 * Whether this process and the database were in touch lately without a gap. After one, leases may have
 * run out of trainers that were as cut off as this one: they get a lease's time to renew them before
 * anything is taken from them.
 */
export class Contact {
  /** A process that just began saw no gap: what it finds without a lease was left behind. */
  #gap = -Infinity;
  #timer: ReturnType<typeof setInterval>;

  /** @param tickMs how often it is looked whether this process itself stood still. */
  constructor({ tickMs = 1_000 } = {}) {
    let last = Date.now();
    this.#timer = setInterval(() => {
      const now = Date.now();
      if (now - last > GAP_MS) this.lost();
      last = now;
    }, tickMs);
  }

  /** Notes that the database did not answer, or this process did not run. */
  lost(): void {
    this.#gap = Date.now();
  }

  /** Whether what has no lease was left, as far as this process can tell. */
  get isSteady(): boolean {
    return Date.now() - this.#gap > LEASE_SECONDS * 1_000;
  }

  /** Does what asks the database; a late answer, as none, is a gap. */
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
 * Whether an error says that the database is away or broke off, not that it refused: a socket's or the
 * driver's code, or of SQLSTATE connections (08), rollbacks (40), resources (53), an operator's or a
 * limit's end (57, 55P03, 25P) and the system's (58).
 */
export function isDatabaseAway(error: unknown): boolean {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  if (typeof code !== "string") return false;
  return name !== "PostgresError" || /^(08|40|53|57|58|55P03|25P0)/.test(code);
}
