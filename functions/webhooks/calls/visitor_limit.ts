/**
 * Rate limit of one address with one publishable key, so that a single visitor cannot use up a
 * shop's quota. Counted in memory and checked before the key's own limit, so refused calls cost no
 * quota. One unit is taken before a call; the rest of its cost is charged afterwards.
 */
import type { Allowance } from "./rate_limit.ts";

/** A call by a publishable key. */
export interface Visit {
  keyId: string;
  /** Answers and events are counted apart. */
  counts: "answers" | "events";
  /** As returned by `clientAddress`: an IPv6 address as its /64. */
  address: string;
  /** The key's limit in units per minute; null for no limit. */
  rateLimit: number | null;
}

/** Takes one unit of an address before a call. */
export interface TakeVisit<Taken = Allowance | Promise<Allowance>> {
  (visit: Visit): Taken;
  /**
   * Charges a call's units beyond the one taken. Units beyond the limit are debt of the address, and
   * its calls are refused until the next minutes have paid it.
   * @returns the units within the limit: those that the key is to pay.
   */
  charge(visit: Visit, units: number): number;
}

/** Units per minute of an address, unless its share of the key's limit is lower. */
export const VISITOR_CALLS = 600;
/** An address may use at most 1/SHARES of a key's limit. */
const SHARES = 10;
/** Maximum number of addresses counted in a minute; others have the key's limit only. */
const MAX_ADDRESSES = 100_000;
const MINUTE_MS = 60_000;

/**
 * @param options.calls units per minute for each address.
 * @param options.clock monotonic milliseconds: `performance.now`.
 */
export function createVisitorLimit(
  { calls = VISITOR_CALLS, clock }: { calls?: number; clock: () => number },
): TakeVisit<Allowance> {
  let minute = -1;
  /** Used units, debt included, and the limit, by key and address. */
  let used = new Map<string, { units: number; limit: number }>();

  /** Lets the minutes since the last call pay what was used in them. */
  function begin(present: number): void {
    const elapsed = present - minute;
    if (elapsed === 0) return;
    minute = present;
    const owed = [...used].flatMap(([name, { units, limit }]) =>
      units > limit * elapsed ? [[name, { units: units - limit * elapsed, limit }] as const] : []
    );
    used = new Map(owed);
  }

  function take({ rateLimit, ...visit }: Visit): Allowance {
    const now = clock();
    begin(Math.floor(now / MINUTE_MS));
    const limit = rateLimit === null ? calls : Math.min(calls, Math.ceil(rateLimit / SHARES));
    const name = nameOf(visit);
    const { units } = used.get(name) ?? { units: 0 };
    const allowed = units < limit;
    if (allowed && (units > 0 || used.size < MAX_ADDRESSES)) {
      used.set(name, { units: units + 1, limit });
    }
    const owedMinutes = Math.max(0, Math.floor(units / limit) - 1);
    return {
      allowed,
      limit,
      remaining: Math.max(0, limit - units - 1),
      resetSeconds: Math.max(1, Math.ceil(((minute + 1) * MINUTE_MS - now) / 1000)) +
        60 * owedMinutes,
    };
  }

  function charge(visit: Visit, units: number): number {
    const present = used.get(nameOf(visit));
    if (!present) return units;
    const paid = Math.min(units, Math.max(0, present.limit - present.units));
    present.units += units;
    return paid;
  }

  return Object.assign(take, { charge });
}

function nameOf({ counts, keyId, address }: Omit<Visit, "rateLimit">): string {
  return `${counts} ${keyId} ${address}`;
}
