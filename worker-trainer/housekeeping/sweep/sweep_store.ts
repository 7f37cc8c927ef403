/** Sweeps and their findings in the database. A lease allows one sweep at a time. */
import type { Sql } from "postgres";
import type { Leftover } from "../../../functions/recommender/registry/registry.ts";
import type { Missing } from "./missing.ts";
import { transaction } from "../../runtime/transaction.ts";

/** Numbers of a sweep's findings. */
export interface Counts {
  found: number;
  removed: number;
  missing: number;
}

const LEASE_SECONDS = 30;
/** Interval between the starts of two sweeps, and after a failed one. */
const EVERY_SECONDS = 6 * 3600;
const AFTER_FAILURE_SECONDS = 900;
/** Days for which removed objects are listed. */
const SHOWN_DAYS = 30;

/** Begins a sweep if one is due and none is running; returns its id. */
export async function beginSweep(sql: Sql): Promise<string | undefined> {
  await sql`
    update recommender.sweeps
    set finished_at = now(), error = 'Its process ended before it did.'
    where finished_at is null and lease_until < now()`;
  const [begun] = await sql<{ id: string }[]>`
    insert into recommender.sweeps (lease_until)
    select now() + make_interval(secs => ${LEASE_SECONDS})
    where not exists (
      select from recommender.sweeps
      where finished_at is not null and started_at > now() - case when error is null
        then make_interval(secs => ${EVERY_SECONDS})
        else make_interval(secs => ${AFTER_FAILURE_SECONDS}) end
    )
    on conflict do nothing
    returning id`;
  return begun?.id;
}

/** Renews the lease until the returned function is called. */
export function keepSweep(sql: Sql, id: string): () => void {
  const renew = () =>
    sql`
    update recommender.sweeps set lease_until = now() + make_interval(secs => ${LEASE_SECONDS})
    where id = ${id} and finished_at is null`;
  const timer = setInterval(() => renew().catch(() => {}), LEASE_SECONDS * 1000 / 3);
  return () => clearInterval(timer);
}

/** Ends a sweep. A complete sweep deletes the findings it did not see again. */
export async function endSweep(
  sql: Sql,
  id: string,
  { found, removed, missing, error }: Counts & { error: string | null },
): Promise<void> {
  await transaction(sql, async (sql) => {
    await sql`
      update recommender.sweeps
      set finished_at = now(), found = ${found}, removed = ${removed}, missing = ${missing},
          error = ${error}
      where id = ${id}`;
    if (error !== null) return;
    await sql`
      delete from recommender.leftovers
      where removed_at < now() - make_interval(days => ${SHOWN_DAYS})
        or removed_at is null
          and seen_at < (select started_at from recommender.sweeps where id = ${id})`;
    await sql`
      delete from recommender.sweeps where started_at < now() - make_interval(days => ${SHOWN_DAYS})`;
  });
}

/** Records a left-over; returns whether an earlier sweep reported it. */
export async function noteLeftover(
  sql: Sql,
  sweep: string,
  { name, bytes, since }: Leftover,
): Promise<boolean> {
  const [{ reported }] = await sql<{ reported: boolean }[]>`
    insert into recommender.leftovers as l (kind, name, bytes, since)
    values ('LEFTOVER', ${name}, ${bytes}, ${since})
    on conflict (kind, name) do update
    set bytes = excluded.bytes, since = excluded.since, seen_at = now(), removed_at = null,
        found_at = case when l.removed_at is null then l.found_at else now() end
    returning found_at < (select started_at from recommender.sweeps where id = ${sweep}) as reported`;
  return reported;
}

/** Records a missing object; returns whether an earlier sweep reported it. */
export async function noteMissing(
  sql: Sql,
  sweep: string,
  { name, project_id }: Missing,
): Promise<boolean> {
  const [{ reported }] = await sql<{ reported: boolean }[]>`
    insert into recommender.leftovers (kind, name, project_id)
    values ('MISSING', ${name}, ${project_id})
    on conflict (kind, name) do update set seen_at = now()
    returning found_at < (select started_at from recommender.sweeps where id = ${sweep}) as reported`;
  return reported;
}

/** Records the removal of a left-over, or why it failed. */
export async function noteRemoval(
  sql: Sql,
  name: string,
  { error }: { error: string | null },
): Promise<void> {
  await sql`
    update recommender.leftovers
    set last_error = ${error}, removed_at = case when ${error}::text is null then now() end
    where kind = 'LEFTOVER' and name = ${name}`;
}

/** Returns whether removals are paused, as during a backup. */
export async function removalsPaused(sql: Sql): Promise<boolean> {
  const [{ paused }] = await sql<{ paused: boolean }[]>`
    select http.is_paused('removals') as paused`;
  return paused;
}

/**
 * Returns, for those of these models that belong to a project, the id of its latest training, and
 * for those whose removal is recorded, null.
 */
export async function latestTrainings(
  sql: Sql,
  models: string[],
): Promise<Map<string, string | null>> {
  const rows = await sql<{ model: string; training: string | null }[]>`
    select mlflow_model_name as model, training_id::text as training
    from recommender.recommender_projects where mlflow_model_name = any (${models}::text[])
    union all
    select name, null from recommender.erasures
    where kind = 'MODEL' and name = any (${models}::text[])`;
  return new Map(rows.map(({ model, training }) => [model, training]));
}
