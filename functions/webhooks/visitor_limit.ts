/**
 * Limits of calls a minute by one address with one publishable key, so that a single visitor cannot
 * spend a shop's calls. They are counted in this process's memory and taken before the key's own, so
 * that what is refused here costs the shop nothing.
 */
import type { Allowance } from "./rate_limit.ts";

/** A call by a publishable key. */
export interface Visit {
  keyId: string;
  /** As `clientAddress` gives it: an IPv6 one is its /64. */
  address: string;
  /** The key's own calls a minute; null for no limit. */
  rateLimit: number | null;
}

export type TakeVisit = (visit: Visit) => Allowance | Promise<Allowance>;

/** Calls a minute that an address has, where the key allows no less. */
export const VISITOR_CALLS = 600;
/** One visitor gets at most one part in so many of a key's calls. */
const SHARES = 10;
/** So many addresses are counted in a minute; who comes on top has the key's limit alone. */
const ROOM = 100_000;
const MINUTE_MS = 60_000;

/**
 * @param options.calls that an address has in a minute.
 * @param options.clock milliseconds that never go back: `performance.now`.
 */
export function createVisitorLimit(
  { calls = VISITOR_CALLS, clock }: { calls?: number; clock: () => number },
): (visit: Visit) => Allowance {
  let minute = -1;
  let taken = new Map<string, number>();

  return ({ keyId, address, rateLimit }) => {
    const now = clock();
    const present = Math.floor(now / MINUTE_MS);
    if (present !== minute) {
      minute = present;
      taken = new Map();
    }
    const limit = rateLimit === null ? calls : Math.min(calls, Math.ceil(rateLimit / SHARES));
    const name = `${keyId} ${address}`;
    const before = taken.get(name) ?? 0;
    const allowed = before < limit;
    if (allowed && (before > 0 || taken.size < ROOM)) taken.set(name, before + 1);
    return {
      allowed,
      limit,
      remaining: Math.max(0, limit - before - 1),
      resetSeconds: Math.max(1, Math.ceil(((present + 1) * MINUTE_MS - now) / 1000)),
    };
  };
}
