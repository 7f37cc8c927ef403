-- Counts the answered calls of several apps at once, with their lists of recommendations, and inserts
-- their events with the deliveries, all or nothing. Rows are locked in the order of their ids, so that no two processes deadlock.
-- `last_used_at` is updated at most once a minute. Returns the apps that were counted.
create or replace function webhooks.note_completed(calls jsonb)
returns table (app_id uuid, notified integer)
language sql security definer set search_path = pg_catalog as $$
  with calls as (
    select "appId" as app_id, "keyId" as key_id, count, answer, "requestId" as request_id, lists
    from jsonb_to_recordset($1)
      as c("appId" uuid, "keyId" uuid, count int, answer text, "requestId" text, lists jsonb)
  ), sums as (
    select app_id, sum(count) as count from calls group by app_id
  ), locked as (
    select u.app_id, s.count from webhooks.usage u join sums s on s.app_id = u.app_id
    order by u.app_id
    for update of u
  ), counted as (
    update webhooks.usage u set usage_count = u.usage_count + l.count
    from locked l where u.app_id = l.app_id
    returning u.app_id
  ), by_day as (
    insert into webhooks.usage_days as d (app_id, day, usage_count)
    select l.app_id, (now() at time zone 'utc')::date, l.count from locked l order by l.app_id
    on conflict (app_id, day) do update set usage_count = d.usage_count + excluded.usage_count
  ), lists as (
    -- After the rows of usage are locked, since the calls of several apps add to the same sums.
    select recommender.note_lists(jsonb_agg(c.lists))
    from calls c join locked l on l.app_id = c.app_id
    where jsonb_typeof(c.lists) = 'object'
    having count(*) > 0
  ), used_keys as (
    update webhooks.api_keys set last_used_at = now()
    where id in (
      select k.id from webhooks.api_keys k join calls c on c.key_id = k.id
      where k.last_used_at is null or k.last_used_at < now() - interval '1 minute'
      order by k.id for update of k skip locked
    )
  ), used_apps as (
    update webhooks.apps set last_used_at = now()
    where id in (
      select a.id from webhooks.apps a join locked l on l.app_id = a.id
      where a.last_used_at is null or a.last_used_at < now() - interval '1 minute'
      order by a.id for no key update of a skip locked
    )
  ), listening as (
    select e.id, e.app_id from webhooks.endpoints e join locked l on l.app_id = e.app_id
    where e.disabled_at is null and (e.events is null or e.events ? 'recommend.completed')
  ), event as (
    insert into webhooks.events (owner_id, app_id, type, body, request_id)
    select a.owner_id, c.app_id, 'recommend.completed', c.answer, c.request_id
    from calls c join webhooks.apps a on a.id = c.app_id
    where c.answer is not null and c.app_id in (select l.app_id from listening l)
    returning id, app_id
  ), delivery as (
    insert into webhooks.deliveries (event_id, app_id, endpoint_id)
    select event.id, event.app_id, listening.id
    from event join listening on listening.app_id = event.app_id
    returning id
  )
  select c.app_id, (select count(pg_notify('webhooks_due', '')) from delivery)::int
  from counted c left join lists on true
$$;

revoke execute on function webhooks.note_completed from public;
grant execute on function webhooks.note_completed to airec_service;
