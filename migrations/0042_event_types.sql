-- Event types that are not of the fixed list, at most 100 a project: pages can send any name.
create table recommender.live_event_types (
  project_id integer not null references recommender.recommender_projects (id) on delete cascade,
  type       text not null,
  primary key (project_id, type)
);

-- Returns the types among these that the owner's project accepts, new ones included as long as there
-- are less than 100.
create function recommender.accept_event_types(owner_id uuid, project_id integer, types text[])
returns setof text
language plpgsql security definer set search_path = pg_catalog as $$
#variable_conflict use_column
begin
  insert into recommender.live_event_types (project_id, type)
  select p.id, t.type
  from recommender.recommender_projects p cross join unnest($3) t(type)
  where p.owner_id = $1 and p.id = $2 and not exists (
    select from recommender.live_event_types k where k.project_id = p.id and k.type = t.type
  )
  order by t.type
  limit greatest(0, 100 - (
    select count(*) from recommender.live_event_types k where k.project_id = $2
  ))
  on conflict do nothing;

  return query
  select k.type from recommender.live_event_types k
    join recommender.recommender_projects p on p.id = k.project_id and p.owner_id = $1
  where k.project_id = $2 and k.type = any ($3);
end
$$;

revoke execute on function recommender.accept_event_types from public;
grant execute on function recommender.accept_event_types to airec_service;
grant select on recommender.live_event_types to airec_service, airec_trainer;
alter table recommender.live_event_types enable row level security;
create policy own on recommender.live_event_types to airec_service
  using (exists (select from recommender.recommender_projects p where p.id = project_id));
create policy trainer on recommender.live_event_types to airec_trainer using (true);
