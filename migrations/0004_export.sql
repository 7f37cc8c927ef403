-- What each service stores about an account, for the account's export: one function a schema, so
-- that auth reads no table of another. Secrets and their hashes stay out.

create function auth.export_of(owner_id uuid) returns jsonb
language sql stable security definer set search_path = pg_catalog as $$
  select jsonb_build_object(
    'account', (
      select jsonb_build_object(
        'id', u.id, 'name', u.name, 'email', u.email, 'created_at', u.created_at
      )
      from auth.users u where u.id = export_of.owner_id
    ),
    'sessions', (
      select coalesce(jsonb_agg(to_jsonb(s) - 'owner_id' order by s.started_at), '[]')
      from auth.sessions s where s.owner_id = export_of.owner_id
    ),
    'audit', (
      select coalesce(jsonb_agg(to_jsonb(a) - 'owner_id' order by a.id), '[]')
      from auth.audit_entries a where a.owner_id = export_of.owner_id
    )
  )
$$;

create function webhooks.export_of(owner_id uuid) returns jsonb
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

create function recommender.export_of(owner_id uuid) returns jsonb
language sql stable security definer set search_path = pg_catalog as $$
  select jsonb_build_object(
    'projects', (
      select coalesce(
        jsonb_agg(
          to_jsonb(p) - 'owner_id' || jsonb_build_object(
            'files', (
              select coalesce(
                jsonb_agg(
                  to_jsonb(f) - 'project_id' || jsonb_build_object(
                    'mappings', (
                      select coalesce(
                        jsonb_object_agg(m.app_schema_key, m.columns), '{}'
                      )
                      from (
                        select app_schema_key, jsonb_agg(user_csv_column order by id) as columns
                        from recommender.schema_mappings where file_id = f.id
                        group by app_schema_key
                      ) m
                    )
                  ) order by f.id
                ), '[]'
              )
              from recommender.uploaded_files f where f.project_id = p.id
            ),
            'promotions', (
              select coalesce(jsonb_agg(to_jsonb(v) - 'project_id' order by v.id), '[]')
              from recommender.promotions v where v.project_id = p.id
            ),
            'hidden_items', (
              select coalesce(jsonb_agg(h.item_id order by h.item_id), '[]')
              from recommender.hidden_items h where h.project_id = p.id
            ),
            'erased_users', (
              select coalesce(jsonb_agg(to_jsonb(e) - 'project_id' order by e.erased_at), '[]')
              from recommender.erased_users e where e.project_id = p.id
            )
          ) order by p.id
        ), '[]'
      )
      from recommender.recommender_projects p where p.owner_id = export_of.owner_id
    )
  )
$$;

revoke execute on function auth.export_of, webhooks.export_of, recommender.export_of from public;
grant execute on function auth.export_of, webhooks.export_of, recommender.export_of
  to airec_service;
