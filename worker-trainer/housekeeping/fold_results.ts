/** Adds live events to the sums of results. */
import type { Sql } from "postgres";
import { forEachProject } from "../runtime/for_each_project.ts";

/** Maximum number of events in one transaction. */
const AT_ONCE = 20_000;

/**
 * Adds the events since the last round to the sums of their projects. The sums and the number of the
 * last event in them are written in one transaction, so that each event is counted once even if the
 * process is killed. A project that another process adds to is left to it.
 */
export async function foldResults(
  sql: Sql,
  { stop, atOnce = AT_ONCE }: { stop: AbortSignal; atOnce?: number },
): Promise<void> {
  const projects = await sql<{ project_id: number }[]>`
    select project_id from recommender.projects_to_fold()`;
  await forEachProject(projects, async ({ project_id }) => {
    const [{ upto }] = await sql<{ upto: string }[]>`
      select recommender.learned_to(${project_id}) as upto`;
    for (let folded = atOnce; folded === atOnce && !stop.aborted;) {
      [{ folded }] = await sql<{ folded: number }[]>`
        select recommender.fold_results(${project_id}, ${upto}, ${atOnce}) as folded`;
    }
  }, { idOf: ({ project_id }) => project_id, stop });
}

/** Days for which hourly sums are kept: a season and the same one a year ago can be compared. */
const KEPT_DAYS = 400;

/**
 * Removes what no later event can refer to, shown items of more than 90 days ago, and hourly sums of
 * more than 400 days ago.
 */
export async function removeOldResults(sql: Sql): Promise<void> {
  await sql`delete from recommender.attributions where attributed_at < now() - interval '9 days'`;
  await sql`delete from recommender.item_days where day < (now() - interval '90 days')::date`;
  await sql`
    delete from recommender.result_hours
    where hour < now() - make_interval(days => ${KEPT_DAYS})`;
}
