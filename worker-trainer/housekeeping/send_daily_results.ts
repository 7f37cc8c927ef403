import type { Sql } from "postgres";

/**
 * Raises `results.daily` for each project with lists or events on the last day of UTC that ended ten
 * minutes ago or earlier, once; later events of that day are in the results only.
 */
export async function sendDailyResults(sql: Sql, now = new Date()): Promise<void> {
  await sql`
    with last as (
      select ((${now}::timestamptz - interval '10 minutes') at time zone 'UTC')::date - 1 as day
    ), due as (
      insert into recommender.result_progress as r (project_id, sent_day)
      select p.id, last.day
      from recommender.recommender_projects p cross join last
        left join recommender.result_progress s on s.project_id = p.id
      where coalesce(s.sent_day < last.day, true) and exists (
        select from recommender.result_hours h
        where h.project_id = p.id and h.hour >= last.day::timestamp at time zone 'UTC'
          and h.hour < (last.day + 1)::timestamp at time zone 'UTC'
      )
      order by p.id
      on conflict (project_id) do update set sent_day = excluded.sent_day
        where coalesce(r.sent_day < excluded.sent_day, true)
      returning r.project_id, r.sent_day as day
    )
    select webhooks.emit(p.owner_id, 'results.daily', jsonb_build_object(
      'project_id', p.id, 'project_name', p.project_name, 'day', due.day,
      'lists', s.lists, 'fallbacks', s.fallbacks, 'clicked_lists', s.clicked_lists,
      'impressions', s.impressions, 'clicks', s.clicks, 'conversions', s.conversions,
      'revenue', s.revenue, 'purchases', s.purchases
    ))
    from due
      join recommender.recommender_projects p on p.id = due.project_id
      cross join lateral (
        select
          coalesce(sum(h.count) filter (where h.version > 0 and h.type = 'list'), 0) as lists,
          coalesce(sum(h.count) filter (where h.version > 0 and h.type = 'fallback'), 0)
            as fallbacks,
          coalesce(sum(h.count) filter (where h.version > 0 and h.type = 'clicked_list'), 0)
            as clicked_lists,
          coalesce(sum(h.count) filter (where h.version > 0 and h.type = 'impression'), 0)
            as impressions,
          coalesce(sum(h.count) filter (where h.version > 0 and h.type = 'click'), 0) as clicks,
          coalesce(sum(h.count) filter (where h.version > 0 and h.type = 'purchase'), 0)
            as conversions,
          -- Without the error of sums of floating-point numbers.
          round(coalesce(
            sum(h.value) filter (where h.version > 0 and h.type = 'purchase'), 0
          )::numeric, 6)::float8 as revenue,
          coalesce(sum(h.count) filter (where h.version = 0 and h.type = 'purchase'), 0)
            as purchases
        from recommender.result_hours h
        where h.project_id = p.id and h.hour >= due.day::timestamp at time zone 'UTC'
          and h.hour < (due.day + 1)::timestamp at time zone 'UTC'
      ) s`;
}
