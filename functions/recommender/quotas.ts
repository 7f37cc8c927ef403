/**
 * What one owner may have, so that nobody fills the disk or the trainers' queue for all. It is asked
 * before anything is received: what is on its way already may come to lie a little above.
 */
import { createMiddleware } from "hono/factory";
import type { Sql } from "postgres";
import type { IdentityEnv } from "../http/identity.ts";
import { ownedBy } from "../http/owned_by.ts";
import { Problem } from "../http/problem.ts";

/** Of each owner. */
export interface Quotas {
  projects: number;
  /** Of all files, those on their way included. */
  bytes: number;
  /** Of the packed files when they are unpacked. */
  unpackedBytes: number;
  /** Of all files. */
  rows: number;
  /** Trainings that wait or run. */
  trainings: number;
}

/** Where no setting says otherwise. */
export const QUOTAS: Quotas = {
  projects: 1_000,
  bytes: 100 * 1024 ** 3,
  unpackedBytes: 20e9,
  rows: 1_000_000_000,
  trainings: 100,
};

/**
 * Middleware behind `signedIn` for what adds files, projects or trainings.
 * @throws {Problem} 429 with what there is and what there may be.
 */
export function withinQuotas(sql: Sql, quotas: Quotas) {
  return createMiddleware<IdentityEnv>(async (c, next) => {
    const used = await usedBy(sql, c.var.ownerId);
    const { path } = c.req;
    const isCreation = path.startsWith("/create-project");
    const isRetrain = /\/retrain\/?$/.test(path);
    if (isCreation && used.projects >= quotas.projects) {
      throw tooMuch(`${quotas.projects} projects`, `you have ${used.projects}: delete one`);
    }
    if ((isCreation || isRetrain) && used.trainings >= quotas.trainings) {
      throw tooMuch(
        `${quotas.trainings} trainings that wait or run`,
        `${used.trainings} of yours do: wait for one`,
      );
    }
    if (!isRetrain && used.bytes >= quotas.bytes) {
      throw tooMuch(`${quotas.bytes} bytes of files`, `yours have ${used.bytes}: delete some`);
    }
    if (!isRetrain && used.unpackedBytes >= quotas.unpackedBytes) {
      throw tooMuch(
        `${quotas.unpackedBytes} bytes of packed files when they are unpacked`,
        `yours have ${used.unpackedBytes}: delete some`,
      );
    }
    if (!isRetrain && used.rows >= quotas.rows) {
      throw tooMuch(`${quotas.rows} rows in files`, `yours have ${used.rows}: delete some`);
    }
    await next();
  });
}

function tooMuch(rule: string, state: string): Problem {
  return new Problem("too_many_requests", `An account may have ${rule}, and ${state}.`);
}

/** What an owner has of it all. */
export async function usedBy(sql: Sql, ownerId: string): Promise<Quotas> {
  const [used] = await ownedBy(sql, ownerId)<Quotas[]>`
    with mine as (
      select id, status from recommender.recommender_projects where owner_id = ${ownerId}
    )
    select (select count(*)::int from mine) as projects,
      (select count(*)::int from mine where status in ('PENDING', 'PROCESSING')) as trainings,
      ((select coalesce(sum(coalesce((f.receipt->>'rows')::bigint, f.rows)), 0)
        from recommender.uploaded_files f where f.project_id in (select id from mine))
      + (select coalesce(sum(u.rows), 0) from recommender.uploads u
        where u.owner_id = ${ownerId}))::float8 as rows,
      ((select coalesce(sum(f.unpacked_bytes), 0) from recommender.uploaded_files f
        where f.project_id in (select id from mine))
      + (select coalesce(sum(u.unpacked_bytes), 0) from recommender.uploads u
        where u.owner_id = ${ownerId}))::float8 as "unpackedBytes",
      ((select coalesce(sum(f.bytes), 0) from recommender.uploaded_files f
        where f.project_id in (select id from mine))
      + (select coalesce(sum(u.bytes), 0) from recommender.uploads u
        where u.owner_id = ${ownerId}))::float8 as bytes`;
  return used;
}
