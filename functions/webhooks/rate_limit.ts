/**
 * Limits of calls a minute and key, off unless a key has one. Each process leases the right to a
 * block of calls from Postgres, so that not every call is a write, and no more are ever leased in
 * a minute than the limit: what one process leases and does not use is lost to the others until
 * the minute is over.
 */
import type { Sql } from "postgres";
import { ownedBy } from "../http/owned_by.ts";

/** What became of one call. */
export interface Allowance {
  allowed: boolean;
  /** Calls a minute. */
  limit: number;
  /** Calls that may still come in this minute, as far as this process knows. */
  remaining: number;
  /** Whole seconds until the next minute begins. */
  resetSeconds: number;
}

/** A key with its limit of calls a minute. */
export interface LimitedKey {
  keyId: string;
  ownerId: string;
  limit: number;
}

export type TakeCall = (key: LimitedKey) => Promise<Allowance>;

interface Lease {
  /** Calls that this process may still let through. */
  held: number;
  /** Calls that nobody has leased yet. */
  free: number;
  /** When the minute is over, by `clock`. */
  endsAt: number;
}

/** Parts that a minute's calls are leased in. */
const BLOCKS = 10;

/**
 * @param options.clock milliseconds that never go back: `performance.now`.
 * @param options.leases false takes each call by itself, where nothing outlives a call.
 */
export function createRateLimit(
  sql: Sql,
  { clock, leases: ahead = true }: { clock: () => number; leases?: boolean },
): TakeCall {
  const leases = new Map<string, Lease>();
  const coming = new Map<string, Promise<Lease>>();

  /** One look at Postgres at a time for each key. */
  function lease({ keyId, ownerId, limit }: LimitedKey): Promise<Lease> {
    const already = coming.get(keyId);
    if (already) return already;
    const block = ahead ? Math.ceil(limit / BLOCKS) : 1;
    const work = leaseBlock(sql, { keyId, ownerId, limit, block })
      .then(({ granted, leased, seconds }) => {
        const now = clock();
        const endsAt = now + seconds * 1000;
        for (const [id, lease] of leases) if (lease.endsAt <= now) leases.delete(id);
        const lease = { held: granted, free: limit - leased, endsAt };
        leases.set(keyId, lease);
        return lease;
      })
      .finally(() => coming.delete(keyId));
    coming.set(keyId, work);
    return work;
  }

  return async (key) => {
    const { keyId, limit } = key;
    for (;;) {
      let present = leases.get(keyId);
      const isOver = !present || present.endsAt <= clock();
      if (isOver || (present!.held === 0 && present!.free > 0)) {
        present = await lease(key);
      }
      const { held, free, endsAt } = present!;
      // Others that waited for the same block may have used it up.
      if (held === 0 && free > 0) continue;
      if (held > 0) present!.held--;
      return {
        allowed: held > 0,
        limit,
        remaining: present!.held + free,
        resetSeconds: Math.max(1, Math.ceil((endsAt - clock()) / 1000)),
      };
    }
  };
}

/** Takes up to `block` calls out of a key's present minute. */
async function leaseBlock(
  sql: Sql,
  { keyId, ownerId, limit, block }: LimitedKey & { block: number },
): Promise<{ granted: number; leased: number; seconds: number }> {
  return await ownedBy(sql, ownerId).begin(async (sql) => {
    await sql`
      insert into webhooks.rate_windows (key_id, minute, leased)
      values (${keyId}, date_trunc('minute', now()), 0)
      on conflict (key_id) do nothing`;
    const [before] = await sql<{ leased: number }[]>`
      select case when minute = date_trunc('minute', clock_timestamp()) then leased else 0 end
        as leased
      from webhooks.rate_windows where key_id = ${keyId} for update`;
    const granted = Math.max(0, Math.min(block, limit - before.leased));
    const [after] = await sql<{ seconds: number }[]>`
      update webhooks.rate_windows
      set leased = ${before.leased + granted}, minute = date_trunc('minute', clock_timestamp())
      where key_id = ${keyId}
      returning extract(epoch from minute + interval '1 minute' - clock_timestamp())::float8
        as seconds`;
    return { granted, leased: before.leased + granted, seconds: after.seconds };
  });
}
