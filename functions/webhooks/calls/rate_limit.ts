/**
 * Optional rate limit of each key, in units per minute. One unit is taken before a call; the rest
 * of its cost, which the recommender reports, is charged afterwards. Units charged beyond the limit
 * are debt of the next minutes, and calls are refused until it is paid. Keys created before units
 * count requests, and their units against a separate limit.
 *
 * Each process leases blocks of units from Postgres, so that not every call is a write. The leases
 * of a minute never exceed the limit; unused units of a lease are lost to other processes until the
 * minute ends.
 */
import type { Sql } from "postgres";
import { ownedBy } from "../../http/database/owned_by.ts";

/** Table with a row per key for its current minute: answers and events are counted apart. */
export type Windows = "rate_windows" | "event_windows";

/** Result of taking a unit or a call. */
export interface Allowance {
  allowed: boolean;
  /** Units per minute, or requests per minute for a key that counts requests. */
  limit: number;
  /** Estimated remaining calls in this minute, from this process's view. */
  remaining: number;
  /** Whole seconds until the next minute with free units. */
  resetSeconds: number;
}

/** A key with its limit per minute. */
export interface LimitedKey {
  keyId: string;
  ownerId: string;
  limit: number;
}

/** Takes one unit of a key before a call. */
export interface TakeCall {
  (key: LimitedKey): Promise<Allowance>;
  /**
   * Charges a call's units beyond the one taken.
   * @returns the estimated remaining units of this minute, from this process's view.
   */
  charge(key: LimitedKey, units: number): Promise<number>;
}

/** Units per minute for a key that counts requests: a fifth of a core, or ten for each request. */
export function mostUnitsOfRequests(limit: number): number {
  return Math.max(24_000, 10 * limit);
}

interface Lease {
  counts: Counts;
  /** Leased units that this process has not used. */
  held: number;
  /** Units not leased by any process. */
  free: number;
  /** End of the minute, by `clock`. */
  endsAt: number;
  /** Further minutes until the debt is paid. */
  owedMinutes: number;
}

type Counts = "requests" | "units";

/** Number of blocks in which a minute's limit is leased. */
const BLOCKS = 10;

/**
 * @param options.clock monotonic milliseconds: `performance.now`.
 * @param options.leases false to take each call separately, if no state outlives a call.
 * @param options.windows table of the counts.
 */
export function createRateLimit(
  sql: Sql,
  { clock, leases: ahead = true, windows = "rate_windows" }: {
    clock: () => number;
    leases?: boolean;
    windows?: Windows;
  },
): TakeCall {
  const leases = new Map<string, Lease>();
  const coming = new Map<string, Promise<Lease>>();

  /** Runs at most one query at a time for each key. */
  function lease({ keyId, ownerId, limit }: LimitedKey): Promise<Lease> {
    const already = coming.get(keyId);
    if (already) return already;
    const block = ahead ? Math.ceil(limit / BLOCKS) : 1;
    const work = changeWindow(sql, { keyId, ownerId, limit, block, windows })
      .then(({ granted, free, seconds, ...window }) => {
        const now = clock();
        const endsAt = now + seconds * 1000;
        for (const [id, lease] of leases) if (lease.endsAt <= now) leases.delete(id);
        const lease = { ...window, held: granted, free, endsAt };
        leases.set(keyId, lease);
        return lease;
      })
      .finally(() => coming.delete(keyId));
    coming.set(keyId, work);
    return work;
  }

  async function take(key: LimitedKey): Promise<Allowance> {
    const { keyId, limit } = key;
    for (;;) {
      let present = leases.get(keyId);
      const isOver = !present || present.endsAt <= clock();
      if (isOver || (present!.held === 0 && present!.free > 0)) {
        present = await lease(key);
      }
      const { held, free, endsAt, owedMinutes } = present!;
      // Concurrent calls may have used up the block.
      if (held === 0 && free > 0) continue;
      if (held > 0) present!.held--;
      return {
        allowed: held > 0,
        limit,
        remaining: present!.held + free,
        resetSeconds: Math.max(1, Math.ceil((endsAt - clock()) / 1000)) + 60 * owedMinutes,
      };
    }
  }

  async function charge(key: LimitedKey, units: number): Promise<number> {
    const present = leases.get(key.keyId);
    let rest = units;
    // Leased units are already paid for.
    if (present?.counts === "units" && present.endsAt > clock()) {
      const paid = Math.min(present.held, rest);
      present.held -= paid;
      rest -= paid;
    }
    if (rest > 0) {
      const { free, owedMinutes } = await changeWindow(sql, {
        ...{ ...key, block: 0, owed: rest, windows },
      });
      if (present) Object.assign(present, { free, owedMinutes });
      // Without free units a key that counts requests is refused, even with a lease.
      if (present && free === 0) present.held = 0;
    }
    return present ? present.held + present.free : 0;
  }

  return Object.assign(take, { charge });
}

/**
 * Leases up to `block` of the key's current minute and adds to its debt. Elapsed minutes pay off
 * debt; the rest counts against the current one.
 */
async function changeWindow(
  sql: Sql,
  { keyId, ownerId, limit, block, owed: added = 0, windows }: LimitedKey & {
    block: number;
    owed?: number;
    windows: Windows;
  },
): Promise<
  { counts: Counts; granted: number; free: number; owedMinutes: number; seconds: number }
> {
  return await ownedBy(sql, ownerId).begin(async (sql) => {
    const table = sql(`webhooks.${windows}`);
    await sql`
      insert into ${table} (key_id, minute, leased)
      values (${keyId}, date_trunc('minute', now()), 0)
      on conflict (key_id) do nothing`;
    const [before] = await sql<
      { leased: number; owed: number; minutes: number; counts: Counts }[]
    >`
      select w.leased, w.owed::float8 as owed, k.rate_counts as counts, floor(extract(
          epoch from date_trunc('minute', clock_timestamp()) - w.minute
        ) / 60)::float8 as minutes
      from ${table} w join webhooks.api_keys k on k.id = w.key_id
      where w.key_id = ${keyId} for update of w`;
    const { counts } = before;
    const minutes = Math.max(0, before.minutes);
    const most = counts === "units" ? limit : mostUnitsOfRequests(limit);
    const used = before.owed + (counts === "units" && minutes > 0 ? before.leased : 0);
    const owed = Math.max(0, used - minutes * most) + added;
    const leased = minutes > 0 ? 0 : before.leased;
    const left = counts === "units" ? limit - leased - owed : owed >= most ? 0 : limit - leased;
    const granted = Math.max(0, Math.min(block, left));
    const [{ seconds }] = await sql<{ seconds: number }[]>`
      update ${table}
      set leased = ${leased + granted}, owed = ${owed},
        minute = date_trunc('minute', clock_timestamp())
      where key_id = ${keyId}
      returning extract(epoch from minute + interval '1 minute' - clock_timestamp())::float8
        as seconds`;
    const total = owed + (counts === "units" ? leased + granted : 0);
    return {
      counts,
      granted,
      free: Math.max(0, left - granted),
      owedMinutes: Math.max(0, Math.floor(total / most) - 1),
      seconds,
    };
  });
}
