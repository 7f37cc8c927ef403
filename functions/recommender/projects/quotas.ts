/**
 * Quotas per owner, which keep one owner from filling the disk or the training queue. They are
 * checked before a request body is received (routes/within_quotas.ts), and enforced in the
 * transaction that adds, also for concurrent requests. The last file may exceed the quota of bytes.
 */
import type { Sql, TransactionSql } from "postgres";
import { ownedBy } from "../../http/database/owned_by.ts";
import { Memory } from "../../http/load/memory.ts";
import { Problem } from "../../http/problem.ts";
import { isUnderWay } from "./training_states.ts";

/** Limits, or usage, of one owner. */
export interface Quotas {
  projects: number;
  /** Size of all files, including open uploads, in bytes. */
  bytes: number;
  /** Unpacked size of the packed files, in bytes. */
  unpackedBytes: number;
  /** Rows of all files, and live items. */
  rows: number;
  /** Queued and running trainings, without those that improve a project that is READY. */
  trainings: number;
  /** Stored live events. */
  events: number;
}

/** Defaults. */
export const QUOTAS: Quotas = {
  projects: 1_000,
  bytes: 100 * 1024 ** 3,
  unpackedBytes: 20e9,
  rows: 1_000_000_000,
  trainings: 100,
  events: 100_000_000,
};

/**
 * Runs a transaction that may add to an owner's usage. Such transactions of one owner run serially,
 * and one that exceeds a quota is rolled back.
 * @throws {Problem} 429 with the usage and the limit.
 */
export async function holdingQuotas<Result>(
  sql: Sql,
  ownerId: string,
  { quotas, work, prepares }: {
    quotas: Quotas;
    work: (sql: TransactionSql) => Promise<Result>;
    prepares?: boolean;
  },
): Promise<Result> {
  return await ownedBy(sql, ownerId, { prepares }).begin((sql) =>
    holdQuotas(sql, ownerId, { quotas, work: () => work(sql) })
  );
}

/**
 * Same, within a transaction of the owner, until its end.
 * @throws {Problem} 429 with the usage and the limit.
 */
export async function holdQuotas<Result>(
  sql: TransactionSql,
  ownerId: string,
  { quotas, work }: { quotas: Quotas; work: () => Promise<Result> },
): Promise<Result> {
  await lockQuotas(sql, ownerId);
  const used = await usedIn(sql, ownerId);
  const result = await work();
  const after = await usedIn(sql, ownerId);
  const beyond = NAMES.find((name) =>
    after[name] > used[name] &&
    (name === "bytes" ? used.bytes >= quotas.bytes : after[name] > quotas[name])
  );
  if (beyond) throw tooMuch(beyond, { quotas, used });
  return result;
}

/** Serializes the transactions that add to an owner's usage, until the end of this one. */
export async function lockQuotas(sql: TransactionSql, ownerId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`quotas of ${ownerId}`}, 0))`;
}

/** In the order in which they are reported. */
const NAMES = ["projects", "trainings", "bytes", "unpackedBytes", "rows", "events"] as const;

/** Returns the problem of an exceeded quota. */
export function tooMuch(
  name: keyof Quotas,
  { quotas: { [name]: most }, used: { [name]: has } }: { quotas: Quotas; used: Quotas },
): Problem {
  const [rule, state] = {
    projects: ["projects", `yours has ${has}: delete one`],
    trainings: ["queued or running trainings", `yours has ${has}: wait until one has finished`],
    bytes: ["bytes of files", `yours has ${has}: delete some`],
    unpackedBytes: [
      "bytes of compressed files, measured decompressed",
      `yours has ${has}: delete some`,
    ],
    rows: ["rows in files", `yours has ${has}: delete some`],
    events: ["live events", `yours has ${has}: keep them for fewer days, by keep_events`],
  }[name];
  return new Problem(
    "too_many_requests",
    `An account may have ${most} ${rule}, and ${state}. Nothing was changed.`,
  );
}

/** Time for which an owner's usage is cached, in ms: a quota may be exceeded that long. */
const USAGE_MS = 10_000;

/**
 * Returns a check of a quota for routes that add little and often. It throws {Problem} 429 if the
 * owner's usage, as cached, has reached the quota.
 */
export function cachedQuotaCheck(
  sql: Sql,
  { quotas, name }: { quotas: Quotas; name: keyof Quotas },
): (ownerId: string) => Promise<void> {
  const usage = new Memory<Quotas>({ ms: USAGE_MS, room: 1_000 });
  return async (ownerId) => {
    const used = await usage.of(ownerId, { by: sql, find: () => usedBy(sql, ownerId) });
    if (used[name] >= quotas[name]) throw tooMuch(name, { quotas, used });
  };
}

/** Returns an owner's usage. */
export async function usedBy(sql: Sql, ownerId: string): Promise<Quotas> {
  return await ownedBy(sql, ownerId, { prepares: true }).begin((sql) => usedIn(sql, ownerId));
}

/** Same, within one of the owner's transactions. */
async function usedIn(sql: TransactionSql, ownerId: string): Promise<Quotas> {
  const [used] = await sql<Quotas[]>`
    with mine as (
      select id, status, improving from recommender.recommender_projects where owner_id = ${ownerId}
    )
    select (select count(*)::int from mine) as projects,
      (select count(*)::int from mine where ${isUnderWay(sql)}) as trainings,
      ((select coalesce(sum(coalesce((f.receipt->>'rows')::bigint, f.rows)), 0)
        from recommender.uploaded_files f where f.project_id in (select id from mine))
      + (select coalesce(sum(u.rows), 0) from recommender.uploads u
        where u.owner_id = ${ownerId})
      + (select count(*) from recommender.live_items i
        where i.project_id in (select id from mine)))::float8 as rows,
      ((select coalesce(sum(f.unpacked_bytes), 0) from recommender.uploaded_files f
        where f.project_id in (select id from mine))
      + (select coalesce(sum(u.unpacked_bytes), 0) from recommender.uploads u
        where u.owner_id = ${ownerId}))::float8 as "unpackedBytes",
      ((select coalesce(sum(f.bytes), 0) from recommender.uploaded_files f
        where f.project_id in (select id from mine))
      + (select coalesce(sum(u.bytes), 0) from recommender.uploads u
        where u.owner_id = ${ownerId}))::float8 as bytes,
      (select coalesce(sum(e.events), 0) from recommender.live_event_counts e
        where e.project_id in (select id from mine))::float8 as events`;
  return used;
}
