/**
 * Folds live events into the trending items of their project. An item's score at time t is the sum
 * of w 2^((t0 − t) / h) over its events of weight w at times t0, with the half-life h.
 */
import type { ISql, Sql } from "postgres";
import { meantType } from "../../functions/recommender/live/meant_types.ts";
import {
  eventWeight,
  LIVE_EVENT_WEIGHTS,
} from "../../functions/recommender/model/history/reading.ts";
import {
  type Settings,
  TRENDING_HALF_LIFE,
} from "../../functions/recommender/projects/settings.ts";
import { forEachProject } from "../runtime/for_each_project.ts";
import { transaction } from "../runtime/transaction.ts";

/** Score below which an item is dropped, as a power of two. */
const LEAST = -20;

/** Least exponent of two: Postgres refuses a power that is 0 in floating point. */
const FAINT = -900;

/** Folds the events of all projects that have new ones. */
export async function foldTrending(sql: Sql, stop?: AbortSignal): Promise<void> {
  const fold = (id: number) => foldProject(sql, id);
  await forEachProject(await unfolded(sql), fold, { idOf: (id) => id, stop });
}

/** Returns the projects with events that are not folded. */
async function unfolded(sql: Sql): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    select c.project_id as id
    from recommender.live_event_counts c
      left join recommender.trending_folds f on f.project_id = c.project_id
    where exists (
      select from recommender.live_events e
      where e.project_id = c.project_id and e.seq > coalesce(f.folded_to, 0)
    )`;
  return rows.map(({ id }) => id);
}

async function foldProject(sql: Sql, id: number): Promise<void> {
  await transaction(sql, async (sql) => {
    const fold = await lockedFold(sql, id);
    if (!fold) return;
    const { from, halfLife, own } = fold;
    const [{ to }] = await sql<{ to: string }[]>`select recommender.learned_to(${id}) as to`;
    const types = await sql<{ type: string }[]>`
      select distinct type from recommender.live_events
      where project_id = ${id} and seq > ${from} and seq <= ${to} and counted`;
    const reading = { event_weights: { ...LIVE_EVENT_WEIGHTS, ...own } };
    const weights = types.map(({ type }) => ({
      type,
      weight: eventWeight(reading, meantType(reading, type)),
    }))
      .filter(({ weight }) => weight > 0);
    await addHeat(sql, { id, from, to, halfLife, weights });
    await sql`
      update recommender.trending_folds set folded_to = ${to}, folded_at = now()
      where project_id = ${id}`;
  });
}

/**
 * Locks the progress of a project, so that one process folds it; null if another does. With another
 * half-life than before, its stored events are folded again.
 */
async function lockedFold(
  sql: ISql,
  id: number,
): Promise<{ from: string; halfLife: number; own?: Record<string, number> } | null> {
  const [{ settings }] = await sql<{ settings: Settings }[]>`
    select settings from recommender.recommender_projects where id = ${id}`;
  const halfLife = settings.trending_half_life ?? TRENDING_HALF_LIFE;
  await sql`
    insert into recommender.trending_folds (project_id, half_life) values (${id}, ${halfLife})
    on conflict do nothing`;
  const [fold] = await sql<{ folded_to: string; half_life: number }[]>`
    select folded_to, half_life from recommender.trending_folds where project_id = ${id}
    for update skip locked`;
  if (!fold) return null;
  if (fold.half_life !== halfLife) {
    await sql`delete from recommender.trending where project_id = ${id}`;
    await sql`
      update recommender.trending_folds set half_life = ${halfLife} where project_id = ${id}`;
    fold.folded_to = "0";
  }
  return { from: fold.folded_to, halfLife, own: settings.event_weights };
}

/**
 * Adds the weights of the events to the items' heat, and drops the items that have cooled. A visitor
 * counts once per item, type and day: ratings and what follows them are `counted` each time, since
 * histories need the last.
 */
async function addHeat(
  sql: ISql,
  { id, from, to, halfLife, weights }: {
    id: number;
    from: string;
    to: string;
    halfLife: number;
    weights: { type: string; weight: number }[];
  },
): Promise<void> {
  await sql`
    with present as (
      select extract(epoch from now())::float8 / 3600 / ${halfLife}::float8 as t
    ), added as (
      select e.item_id,
        ln(sum(w.weight * 2 ^ greatest(${FAINT}::float8,
          extract(epoch from e.at)::float8 / 3600 / ${halfLife}::float8 - (select t from present)
        ))) / ln(2::float8) + (select t from present) as heat
      from recommender.live_events e
        join jsonb_to_recordset(${sql.json(weights)}) as w(type text, weight float8)
          on w.type = e.type
        -- The limit keeps this a look-up in an index for each event.
        left join lateral (
          select true as is_repeat from recommender.live_events b
          where b.project_id = e.project_id and b.person = e.person and b.anonymous = e.anonymous
            and (b.at at time zone 'UTC')::date = (e.at at time zone 'UTC')::date
            and b.item_id = e.item_id and b.type = e.type and b.counted and b.seq < e.seq
          limit 1
        ) r on true
      where e.project_id = ${id} and e.seq > ${from} and e.seq <= ${to} and e.counted
        and e.known is not false and r.is_repeat is null
      group by e.item_id
    )
    insert into recommender.trending as r (project_id, item_id, heat)
    select ${id}, item_id, heat from added order by item_id
    on conflict (project_id, item_id) do update set heat =
      ln(
        2 ^ greatest(${FAINT}::float8, r.heat - (select t from present)) +
        2 ^ greatest(${FAINT}::float8, excluded.heat - (select t from present))
      ) / ln(2::float8) + (select t from present)`;
  await sql`
    delete from recommender.trending
    where project_id = ${id}
      and heat < extract(epoch from now())::float8 / 3600 / ${halfLife}::float8 + ${LEAST}`;
}
