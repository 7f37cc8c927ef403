-- Notes that a key and its app were used, at most once a minute: calls that send events or list items
-- are not in `note_completed`.
create function webhooks.note_use(key_id uuid) returns void
language sql security definer set search_path = pg_catalog as $$
  with used_keys as (
    update webhooks.api_keys set last_used_at = now()
    where id in (
      select k.id from webhooks.api_keys k
      where k.id = $1 and (k.last_used_at is null or k.last_used_at < now() - interval '1 minute')
      for update skip locked
    )
  )
  update webhooks.apps set last_used_at = now()
  where id in (
    select a.id from webhooks.apps a join webhooks.api_keys k on k.app_id = a.id
    where k.id = $1 and (a.last_used_at is null or a.last_used_at < now() - interval '1 minute')
    for no key update of a skip locked
  )
$$;

revoke execute on function webhooks.note_use from public;
grant execute on function webhooks.note_use to airec_service;
