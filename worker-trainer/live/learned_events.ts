/** Drops live events that are in files and that every version which may serve has learned. */
import type { Sql } from "postgres";
import { forEachProject } from "../runtime/for_each_project.ts";

/** Days for which an event is kept in any case: its id is unique for that long. */
export const KEPT_DAYS = 7;
/** Maximum number of rows deleted by one statement. */
const AT_ONCE = 10_000;

/**
 * Drops events that are old enough. The champion and the version that a rollback returns to must
 * have learned them, or else their answers would lack them.
 */
export async function dropLearnedEvents(sql: Sql, stop?: AbortSignal): Promise<void> {
  const projects = await sql<{ id: number; learned_to: string }[]>`
    select p.id, least(p.events_rolled_to, min(coalesce(l.learned_to, 0))) as learned_to
    from recommender.live_event_counts c
      join recommender.recommender_projects p on p.id = c.project_id
      cross join lateral (
        select o.version from recommender.promotions o
        where o.project_id = p.id
        order by o.id desc limit 2
      ) o
      left join recommender.learned_versions l
        on l.project_id = p.id and l.version = o.version
    where c.events > 0
    group by p.id
    having least(p.events_rolled_to, min(coalesce(l.learned_to, 0))) > 0`;
  await forEachProject(projects, async (project) => {
    while (!stop?.aborted && await dropSome(sql, project) === AT_ONCE);
  }, { idOf: ({ id }) => id, stop });
}

async function dropSome(
  sql: Sql,
  { id, learned_to }: { id: number; learned_to: string },
): Promise<number> {
  const [{ dropped }] = await sql<{ dropped: number }[]>`
    with dropped as (
      delete from recommender.live_events where project_id = ${id} and seq in (
        select seq from recommender.live_events
        where project_id = ${id} and seq <= ${learned_to}
          and received_at < now() - make_interval(days => ${KEPT_DAYS})
        order by seq limit ${AT_ONCE}
      )
      returning seq
    ), noted as (
      update recommender.recommender_projects p
      set events_dropped_to = greatest(p.events_dropped_to, d.seq)
      from (select max(seq) as seq from dropped) d
      where p.id = ${id} and d.seq is not null
    )
    select count(*)::integer as dropped from dropped`;
  return dropped;
}
