-- Sums of what recommendations led to. They name no person.

-- Placements that requests named, at most 100 a project: pages can send any name.
create table recommender.placements_seen (
  project_id integer not null references recommender.recommender_projects (id) on delete cascade,
  name       text not null,
  primary key (project_id, name)
);

-- Counts by hour of UTC. Rows of version 0 count all events of a type; others what is attributed to
-- the lists of a placement, version and variant.
create table recommender.result_hours (
  project_id integer not null references recommender.recommender_projects (id) on delete cascade,
  hour       timestamptz not null,
  -- Empty if the request named none; '(other)' beyond 100 placements.
  placement  text not null default '',
  version    integer not null,
  variant    smallint not null default 0,
  type       text not null,
  count      bigint not null,
  -- Sum of the events' values, such as revenue.
  value      double precision not null default 0,
  primary key (project_id, hour, placement, version, variant, type)
);

alter table recommender.placements_seen enable row level security;
create policy own on recommender.placements_seen to airec_service
  using (exists (select from recommender.recommender_projects p where p.id = project_id));
alter table recommender.result_hours enable row level security;
create policy own on recommender.result_hours to airec_service
  using (exists (select from recommender.recommender_projects p where p.id = project_id));
create policy trainer on recommender.result_hours to airec_trainer using (true);
grant select on recommender.placements_seen, recommender.result_hours to airec_service;
grant select, insert, update, delete on recommender.result_hours to airec_trainer;

-- Adds the lists of answers to the sums of the current hour. Rows are written in the order of their
-- key, so that no two processes deadlock.
create function recommender.note_lists(answered jsonb) returns void
language plpgsql security definer set search_path = pg_catalog as $$
begin
  insert into recommender.placements_seen (project_id, name)
  select n.project, n.placement
  from (
    select l.project, l.placement, row_number() over (partition by l.project) as nth
    from jsonb_to_recordset($1) as l(project int, placement text)
    where l.placement <> '' and not exists (
      select from recommender.placements_seen s
      where s.project_id = l.project and s.name = l.placement
    )
    group by l.project, l.placement
  ) n join recommender.recommender_projects p on p.id = n.project
  where n.nth + (
    select count(*) from recommender.placements_seen s where s.project_id = n.project
  ) <= 100
  order by n.project, n.placement
  on conflict do nothing;

  insert into recommender.result_hours as h (project_id, hour, placement, version, variant, type, count)
  select l.project, date_trunc('hour', now(), 'UTC'), coalesce(s.name, l.other), l.version,
    l.variant, t.type, sum(t.count)
  from (
    select *, case placement when '' then '' else '(other)' end as other
    from jsonb_to_recordset($1)
      as l(project int, placement text, version int, variant smallint, lists int, fallbacks int)
  ) l
    join recommender.recommender_projects p on p.id = l.project
    left join recommender.placements_seen s on s.project_id = l.project and s.name = l.placement
    cross join lateral (values ('fallback', l.fallbacks), ('list', l.lists)) t(type, count)
  where t.count > 0
  group by 1, 2, 3, 4, 5, 6
  order by 1, 2, 3, 4, 5, 6
  on conflict (project_id, hour, placement, version, variant, type)
    do update set count = h.count + excluded.count;
end
$$;

revoke execute on function recommender.note_lists from public;
