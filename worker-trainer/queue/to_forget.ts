/** Projects with data of erased users to remove: the rows of `recommender.forgetting`. */
import type { ISql, Sql, TransactionSql } from "postgres";
import { transaction } from "../runtime/transaction.ts";

/** A project leased by this process. */
export interface ToForget {
  project_id: number;
  /** Including this round. Fences the writes about it. */
  attempts: number;
  failures: number;
  /** By training id: the number of erased users that its version was redacted for. */
  redacted: Record<string, number>;
}

/** Duration of a lease without renewal, after which another process may take the project. */
export const LEASE_SECONDS = 30;
/** Maximum delay after failed rounds. */
const LONGEST_WAIT_SECONDS = 300;

/** Leases the next due project: those with the fewest failures first, then the smallest. */
export async function takeToForget(sql: Sql): Promise<ToForget | undefined> {
  const [taken] = await sql<ToForget[]>`
    with due as (
      select project_id from recommender.forgetting f
      where (next_try_at <= now() or lease_until <= now())
        and (lease_until is null or lease_until <= now())
      order by failures, (
        select sum(u.bytes) from recommender.uploaded_files u
        where u.project_id = f.project_id and u.file_type = 'INTERACTION'
      ) nulls first
      limit 1
      for update skip locked
    )
    update recommender.forgetting f
    set attempts = f.attempts + 1, next_try_at = 'infinity',
        lease_until = now() + make_interval(secs => ${LEASE_SECONDS})
    from due where f.project_id = due.project_id
    returning f.project_id, f.attempts, f.failures, f.redacted`;
  return taken;
}

/** Renews the lease. Returns false if another process has taken the project. */
export async function renewLease(sql: Sql, entry: ToForget): Promise<boolean> {
  const { count } = await sql`
    update recommender.forgetting
    set lease_until = now() + make_interval(secs => ${LEASE_SECONDS})
    where ${held(sql, entry)}`;
  return count === 1;
}

/** The erased users of a project. */
export interface Erased {
  model: string;
  /** All users ever erased. */
  people: string[];
  /** Live events that erased users left as visitors, whose ids later became other users'. */
  visits: Visit[];
  /** All users erased before this time are included; formatted by Postgres. */
  as_of: string;
}

/** A visitor's live events between two merges, which belong to the user of the second one. */
export interface Visit {
  /** Id of the visitor, as files and models have it. */
  visitor: string;
  /** Sequence number of the merge before, exclusive, 0 without one. */
  after: number;
  /** Sequence number of the merge, inclusive. */
  to: number;
}

/** Returns the erased users of a project; undefined if it has been deleted. */
export async function erasedFrom(sql: Sql, projectId: number): Promise<Erased | undefined> {
  return await transaction(sql, async (sql) => {
    // Erasures lock this row as well: each is either seen here or later than `as_of`.
    const [project] = await sql<{ model: string }[]>`
      select mlflow_model_name as model from recommender.recommender_projects
      where id = ${projectId} for update`;
    if (!project) return undefined;
    const [erased] = await sql<Omit<Erased, "model">[]>`
      select clock_timestamp()::text as as_of, (
        select coalesce(jsonb_agg(user_id order by user_id), '[]')
        from recommender.erased_users where project_id = ${projectId}
      ) as people, (
        select coalesce(jsonb_agg(to_jsonb(v)), '[]')
        from (
          select recommender.person_id(anonymous_id, true) as visitor, seq as to, user_id,
            lag(seq, 1, 0::bigint) over (partition by anonymous_id order by seq) as after
          from recommender.merged_visitors where project_id = ${projectId}
        ) v
        where v.user_id is null
      ) as visits`;
    return { ...project, ...erased };
  });
}

/** Records that no stored data contain these users. Returns false if the lease was lost. */
export async function noteForgotten(
  sql: Sql,
  entry: ToForget,
  { people, redacted }: { people: string[]; redacted: Record<string, number> },
): Promise<boolean> {
  return await transaction(sql, async (sql) => {
    const { count } = await sql`
      update recommender.forgetting f
      set lease_until = null, failures = 0, cause = null, redacted = ${sql.json(redacted)},
          next_try_at = least(next_try_at, now() + case when ${mayBePublished(sql)}
            then interval '1 minute' else interval '1 day' end)
      where ${held(sql, entry)}`;
    if (count === 0) return false;
    await sql`
      update recommender.erased_users set forgotten_at = now()
      where project_id = ${entry.project_id} and forgotten_at is null
        and user_id = any (${people}::text[])`;
    return true;
  });
}

/**
 * Records why a round did not succeed. A round that only waits does not count as a failure and is
 * repeated soon.
 */
export async function noteUnforgotten(
  sql: Sql,
  entry: ToForget,
  { cause, redacted, waits = false, waitSeconds }: {
    cause: string;
    redacted: Record<string, number>;
    waits?: boolean;
    /** Wait before the next round; by the number of failures if absent. */
    waitSeconds?: number;
  },
): Promise<void> {
  const wait = waits
    ? 2
    : waitSeconds ?? Math.min(2 ** Math.min(entry.failures + 1, 20), LONGEST_WAIT_SECONDS);
  await sql`
    update recommender.forgetting
    set lease_until = null, cause = ${cause}, redacted = ${sql.json(redacted)},
        failures = failures + ${waits ? 0 : 1},
        next_try_at = least(next_try_at, now() + make_interval(secs => ${wait}))
    where ${held(sql, entry)}`;
}

/**
 * Marks the erased users of a project as not forgotten, because a file added later has rows of some
 * of them. They stay on the list until that file, and the blob that it replaces, are clean.
 * @param since time of the upload, as Postgres formats it.
 */
export async function listAgain(sql: Sql, projectId: number, since: string): Promise<void> {
  await sql`
    with listed as (
      update recommender.erased_users set forgotten_at = null
      where project_id = ${projectId} and forgotten_at is not null
      returning project_id
    )
    update recommender.forgetting f
    set created_at = greatest(f.created_at, ${since}::text::timestamptz)
    where f.project_id in (select project_id from listed) and not exists (
      select from recommender.erased_users e
      where e.project_id = f.project_id and e.forgotten_at is null
    )`;
}

/** Has all versions checked again, because a process without a lease may have written one. */
export async function lookAgain(sql: Sql, projectId: number): Promise<void> {
  await sql`
    update recommender.forgetting
    set redacted = '{}', next_try_at = least(next_try_at, now() + interval '3 seconds')
    where project_id = ${projectId}`;
}

function held(sql: ISql, { project_id, attempts }: ToForget) {
  return sql`project_id = ${project_id} and attempts = ${attempts} and lease_until is not null`;
}

/** Returns the condition that a training started before an erasure may still publish a version. */
function mayBePublished(sql: ISql | TransactionSql) {
  return sql`exists (
    select from recommender.recommender_projects p
    where p.id = f.project_id and (
      p.status = 'PROCESSING' and p.started_at <= (
        select max(e.erased_at) from recommender.erased_users e where e.project_id = p.id
      )
      -- One that was ended may have been about to.
      or greatest(p.queued_at, p.finished_at) > now() - interval '10 minutes'
    )
  )`;
}
