/**
 * Rate limit of one address with one publishable key, so that a single visitor cannot use up a
 * shop's quota. Counted in memory and checked before the key's own limit, so refused calls cost no
 * quota.
 */
import type { Allowance } from "./rate_limit.ts";

/** A call by a publishable key. */
export interface Visit {
  keyId: string;
  /** Answers and events are counted apart. */
  counts: "answers" | "events";
  /** As returned by `clientAddress`: an IPv6 address as its /64. */
  address: string;
  /** The key's limit in calls per minute; null for no limit. */
  rateLimit: number | null;
}

export type TakeVisit = (visit: Visit) => Allowance | Promise<Allowance>;

/** Calls per minute of an address, unless its share of the key's limit is lower. */
export const VISITOR_CALLS = 600;
/** An address may use at most 1/SHARES of a key's limit. */
const SHARES = 10;
/** Maximum number of addresses counted in a minute; others have the key's limit only. */
const MAX_ADDRESSES = 100_000;
const MINUTE_MS = 60_000;

/**
 * @param options.calls calls per minute for each address.
 * @param options.clock monotonic milliseconds: `performance.now`.
 */
export function createVisitorLimit(
  { calls = VISITOR_CALLS, clock }: { calls?: number; clock: () => number },
): (visit: Visit) => Allowance {
  let minute = -1;
  let taken = new Map<string, number>();

  return ({ keyId, counts, address, rateLimit }) => {
    const now = clock();
    const present = Math.floor(now / MINUTE_MS);
    if (present !== minute) {
      minute = present;
      taken = new Map();
    }
    const limit = rateLimit === null ? calls : Math.min(calls, Math.ceil(rateLimit / SHARES));
    const name = `${counts} ${keyId} ${address}`;
    const before = taken.get(name) ?? 0;
    const allowed = before < limit;
    if (allowed && (before > 0 || taken.size < MAX_ADDRESSES)) taken.set(name, before + 1);
    return {
      allowed,
      limit,
      remaining: Math.max(0, limit - before - 1),
      resetSeconds: Math.max(1, Math.ceil(((present + 1) * MINUTE_MS - now) / 1000)),
    };
  };
}
