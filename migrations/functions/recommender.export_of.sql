-- What the recommender stores about an account, for the account's export: of live events the last
-- 100,000 of each project, since one value of Postgres holds no more than a gigabyte.
create or replace function recommender.export_of(owner_id uuid) returns jsonb
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
            'placements', (
              select coalesce(jsonb_agg(to_jsonb(l) - 'project_id' order by l.name, l.version), '[]')
              from recommender.placements l where l.project_id = p.id
            ),
            'live_items', (
              select coalesce(jsonb_agg(to_jsonb(l) - 'project_id' order by l.seq), '[]')
              from recommender.live_items l where l.project_id = p.id
            ),
            'erased_users', (
              select coalesce(jsonb_agg(to_jsonb(e) - 'project_id' order by e.erased_at), '[]')
              from recommender.erased_users e where e.project_id = p.id
            ),
            'live_events', (
              select coalesce(jsonb_agg(to_jsonb(e) - 'project_id' order by e.seq), '[]')
              from (
                select l.* from recommender.live_events l where l.project_id = p.id
                order by l.seq desc limit 100000
              ) e
            ),
            'live_event_count', coalesce((
              select c.events from recommender.live_event_counts c where c.project_id = p.id
            ), 0),
            'live_events_left_out', coalesce((
              select greatest(0, c.events - 100000)
              from recommender.live_event_counts c where c.project_id = p.id
            ), 0),
            'merged_visitors', (
              select coalesce(jsonb_agg(to_jsonb(m) - 'project_id' order by m.seq), '[]')
              from recommender.merged_visitors m where m.project_id = p.id
            )
          ) order by p.id
        ), '[]'
      )
      from recommender.recommender_projects p where p.owner_id = export_of.owner_id
    )
  )
$$;

revoke execute on function recommender.export_of from public;
grant execute on function recommender.export_of to airec_service;
