/** The list of what is still to forget: one row a project with people who were erased. */
import type { ISql, Sql, TransactionSql } from "postgres";
import { transaction } from "../transaction.ts";

/** A project that this process works on. */
export interface ToForget {
  project_id: number;
  /** This round included. It fences what is written about it. */
  attempts: number;
  failures: number;
  /** By training: of how many people its version has none. */
  redacted: Record<string, number>;
}

/** A round is another process's when its lease was not renewed for so long. */
export const LEASE_SECONDS = 30;
/** The longest wait after rounds that failed. */
const LONGEST_WAIT_SECONDS = 300;

/** Takes the next project that is due: those whose rounds went well first, of these the smallest. */
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

/** Renews the lease; false where another process has the project by now. */
export async function renewLease(sql: Sql, entry: ToForget): Promise<boolean> {
  const { count } = await sql`
    update recommender.forgetting
    set lease_until = now() + make_interval(secs => ${LEASE_SECONDS})
    where ${held(sql, entry)}`;
  return count === 1;
}

/** Who is to be forgotten, and where. */
export interface Erased {
  model: string;
  /** All who were ever erased. */
  people: string[];
  /** Nobody was erased before this who is not among them: as Postgres writes it. */
  as_of: string;
}

/** Those who were erased from a project; undefined where it is gone. */
export async function erasedFrom(sql: Sql, projectId: number): Promise<Erased | undefined> {
  return await transaction(sql, async (sql) => {
    // Whoever is erased holds this row: each of them is seen here, or erased later than `as_of`.
    const [project] = await sql<{ model: string }[]>`
      select mlflow_model_name as model from recommender.recommender_projects
      where id = ${projectId} for update`;
    if (!project) return undefined;
    const [erased] = await sql<Omit<Erased, "model">[]>`
      select clock_timestamp()::text as as_of, (
        select coalesce(jsonb_agg(user_id order by user_id), '[]')
        from recommender.erased_users where project_id = ${projectId}
      ) as people`;
    return { ...project, ...erased };
  });
}

/** Notes that a round went well: nothing that is stored has these people. */
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
 * Notes why a round did not end well. A round that only waits for something is no failure, and is
 * soon repeated.
 */
export async function noteUnforgotten(
  sql: Sql,
  entry: ToForget,
  { cause, redacted, waits = false }: {
    cause: string;
    redacted: Record<string, number>;
    waits?: boolean;
  },
): Promise<void> {
  const wait = waits ? 2 : Math.min(2 ** Math.min(entry.failures + 1, 20), LONGEST_WAIT_SECONDS);
  await sql`
    update recommender.forgetting
    set lease_until = null, cause = ${cause}, redacted = ${sql.json(redacted)},
        failures = failures + ${waits ? 0 : 1},
        next_try_at = least(next_try_at, now() + make_interval(secs => ${wait}))
    where ${held(sql, entry)}`;
}

/** Has every version looked at again, because one may have been written by a process that was late. */
export async function lookAgain(sql: Sql, projectId: number): Promise<void> {
  await sql`
    update recommender.forgetting
    set redacted = '{}', next_try_at = least(next_try_at, now() + interval '3 seconds')
    where project_id = ${projectId}`;
}

function held(sql: ISql, { project_id, attempts }: ToForget) {
  return sql`project_id = ${project_id} and attempts = ${attempts} and lease_until is not null`;
}

/** Whether a training that began before somebody was erased may still publish a version. */
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
