import type { Sql } from "postgres";

/**
 * Notes that a call by key was answered, all or nothing: raises the count by one, and where the app
 * has an endpoint writes the event `recommend.completed`, whose body is the very answer, with its
 * delivery. `last_used_at` moves at most once a minute: the row is hot.
 * @param answer the JSON that the caller gets.
 * @returns false when the app has been deleted meanwhile: then nothing was noted.
 */
export async function noteCompleted(
  sql: Sql,
  { appId, answer }: { appId: string; answer: string },
): Promise<boolean> {
  const [{ counted }] = await sql<{ counted: boolean; notified: number }[]>`
    with counted as (
      update webhooks.usage set usage_count = usage_count + 1
      where app_id = ${appId}
      returning app_id
    ), used as (
      update webhooks.apps set last_used_at = now()
      where id = ${appId} and (last_used_at is null or last_used_at < now() - interval '1 minute')
    ), event as (
      insert into webhooks.events (owner_id, type, body)
      select a.owner_id, 'recommend.completed', ${answer}
      from counted join webhooks.apps a on a.id = counted.app_id
      where a.webhook_url is not null
      returning id
    ), delivery as (
      insert into webhooks.deliveries (event_id, app_id)
      select id, ${appId} from event
      returning id
    )
    select
      exists (select from counted) as counted,
      (select count(pg_notify('webhooks_due', '')) from delivery)::int as notified`;
  return counted;
}
