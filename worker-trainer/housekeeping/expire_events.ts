import type { Sql } from "postgres";
import { KEEP_EVENTS_DAYS } from "../../functions/recommender/projects/settings.ts";

/** Maximum number of events of a project deleted by one statement. */
const AT_ONCE = 10_000;

/** Deletes live events that are older than their project keeps them. */
export async function expireEvents(sql: Sql, { stop }: { stop: AbortSignal }): Promise<void> {
  while (!stop.aborted && await expireSome(sql) > 0);
}

/** Events are numbered as they are received, so the first of a project is about the oldest. */
async function expireSome(sql: Sql): Promise<number> {
  const { count } = await sql`
    delete from recommender.live_events e
    using (
      select p.id, now() - make_interval(
        days => coalesce((p.settings ->> 'keep_events')::integer, ${KEEP_EVENTS_DAYS})
      ) as before
      from recommender.recommender_projects p
    ) p
      cross join lateral (
        select first.received_at from recommender.live_events first
        where first.project_id = p.id order by first.seq limit 1
      ) oldest
      cross join lateral (
        select l.seq, l.received_at from recommender.live_events l
        where l.project_id = p.id and oldest.received_at < p.before
        order by l.seq limit ${AT_ONCE}
        for update skip locked
      ) old
    where old.received_at < p.before and e.project_id = p.id and e.seq = old.seq`;
  return count;
}
