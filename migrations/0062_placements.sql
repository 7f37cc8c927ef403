-- Placements: the rules by which lists are made, by project and name. Each save adds a version, and so
-- does a deletion, so that a version's number never means two things.
create table recommender.placements (
  project_id integer not null references recommender.recommender_projects (id) on delete cascade,
  name       text not null,
  version    integer not null,
  -- Null: deleted.
  rules      jsonb,
  saved_at   timestamptz not null default now(),
  primary key (project_id, name, version)
);

alter table recommender.placements enable row level security;
create policy own on recommender.placements to airec_service
  using (exists (select from recommender.recommender_projects p where p.id = project_id));
create policy trainer on recommender.placements to airec_trainer using (true);
grant select, insert, delete on recommender.placements to airec_service;
grant select on recommender.placements to airec_trainer;

-- Names that requests used until now only for results keep their lists: those without rules.
insert into recommender.placements (project_id, name, version, rules)
select s.project_id, s.name, 1, '{"logic": "for_you"}' from recommender.placements_seen s;

-- The last version of each placement of an owner's project, deleted ones with null.
create function recommender.placements_of(owner_id uuid, project_id integer)
returns table (name text, version integer, rules jsonb, saved_at timestamptz)
language sql stable security definer set search_path = pg_catalog as $$
  select distinct on (l.name) l.name, l.version, l.rules, l.saved_at
  from recommender.placements l
    join recommender.recommender_projects p on p.id = l.project_id
  where p.owner_id = $1 and p.id = $2
  order by l.name, l.version desc
$$;

-- Items that were shown to a person of an owner's project since a time, by the last 1,000 events.
create function recommender.shown_to(
  owner_id uuid, project_id integer, person text, anonymous boolean, since timestamptz
) returns table (item_id text)
language sql stable security definer set search_path = pg_catalog as $$
  select distinct e.item_id
  from (
    select l.item_id, l.type, l.at
    from recommender.live_events l
      join recommender.recommender_projects p on p.id = l.project_id
    where p.owner_id = $1 and p.id = $2 and l.person = $3 and l.anonymous = $4
    order by l.seq desc limit 1000
  ) e
  where e.type = 'impression' and e.at >= $5
$$;

revoke execute on function recommender.placements_of, recommender.shown_to from public;
grant execute on function recommender.placements_of, recommender.shown_to to airec_service;
