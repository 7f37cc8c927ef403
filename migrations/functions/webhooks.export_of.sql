-- The apps, events and deliveries of an account's export, without secrets and hashes of keys.
create or replace function webhooks.export_of(owner_id uuid) returns jsonb
language sql stable security definer set search_path = pg_catalog as $$
  select jsonb_build_object(
    'apps', (
      select coalesce(
        jsonb_agg(jsonb_build_object(
          'app_id', a.id,
          'app_name', a.app_name,
          'created_at', a.created_at,
          'last_used_at', a.last_used_at,
          'usage_count', coalesce(u.usage_count, 0),
          'usage_days', (
            select coalesce(jsonb_object_agg(d.day, d.usage_count), '{}')
            from webhooks.usage_days d where d.app_id = a.id
          ),
          'identity_secret', (
            select to_jsonb(i) - array['app_id', 'secret', 'previous_secret']
            from webhooks.identity_secrets i where i.app_id = a.id
          ),
          'api_keys', (
            select coalesce(
              jsonb_agg(to_jsonb(k) - array['app_id', 'key_hash'] order by k.created_at), '[]'
            )
            from webhooks.api_keys k where k.app_id = a.id
          ),
          'endpoints', (
            select coalesce(
              jsonb_agg(
                to_jsonb(e) - array['app_id', 'secret', 'previous_secret'] order by e.created_at
              ), '[]'
            )
            from webhooks.endpoints e where e.app_id = a.id
          )
        ) order by a.created_at), '[]'
      )
      from webhooks.apps a left join webhooks.usage u on u.app_id = a.id
      where a.owner_id = export_of.owner_id
    ),
    'events', (
      select coalesce(jsonb_agg(to_jsonb(e) - 'owner_id' order by e.id), '[]')
      from webhooks.events e where e.owner_id = export_of.owner_id
    ),
    'deliveries', (
      select coalesce(
        jsonb_agg(
          to_jsonb(d) || jsonb_build_object('tries', (
            select coalesce(jsonb_agg(to_jsonb(t) - 'delivery_id' order by t.id), '[]')
            from webhooks.delivery_attempts t where t.delivery_id = d.id
          )) order by d.id
        ), '[]'
      )
      from webhooks.deliveries d join webhooks.apps a on a.id = d.app_id
      where a.owner_id = export_of.owner_id
    )
  )
$$;

revoke execute on function webhooks.export_of from public;
grant execute on function webhooks.export_of to airec_service;
