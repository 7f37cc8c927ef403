-- Live events: interactions sent one by one, which count in the next answer and in the next training.
-- Each has a sequence number. A project's events up to `recommender.learned_to` are in a training's
-- data, later ones are added by the services.

create table recommender.live_events (
  seq         bigint generated always as identity,
  project_id  integer not null references recommender.recommender_projects (id) on delete cascade,
  -- Chosen by the client; a repeat is a duplicate. Null: no repeat is recognized.
  event_id    text,
  -- A user id, or an anonymous id, which never equals a user's.
  person      text not null,
  anonymous   boolean not null,
  item_id     text not null,
  -- The normalized name.
  type        text not null,
  value       double precision,
  at          timestamptz not null,
  received_at timestamptz not null default now(),
  -- Whether the item was in the catalogue; null if that was not determined.
  known       boolean,
  -- The list of recommendations that the event followed, and the item's place in it.
  placement   text,
  version     text,
  variant     text,
  position    integer,
  primary key (project_id, seq),
  unique (project_id, event_id)
);

create index live_events_person on recommender.live_events (project_id, person, anonymous, seq);

-- Number of rows by project, kept by triggers: counting millions for each call would be slow.
create table recommender.live_event_counts (
  project_id integer primary key references recommender.recommender_projects (id) on delete cascade,
  events     bigint not null
);

-- Visitors who signed in. An event of an anonymous visitor belongs to the user of the first merge
-- whose `seq` is not below its own, if there is one.
create table recommender.merged_visitors (
  project_id   integer not null references recommender.recommender_projects (id) on delete cascade,
  anonymous_id text not null,
  user_id      text not null,
  -- From the sequence of the events.
  seq          bigint not null,
  merged_at    timestamptz not null default now(),
  primary key (project_id, anonymous_id, seq)
);

create index merged_visitors_user on recommender.merged_visitors (project_id, user_id);

-- The last 100 rejected events of a project, without the ids of persons.
create table recommender.rejected_events (
  id          bigint generated always as identity,
  project_id  integer not null references recommender.recommender_projects (id) on delete cascade,
  received_at timestamptz not null default now(),
  type        text,
  item_id     text,
  code        text not null,
  detail      text not null,
  primary key (project_id, id)
);

create function recommender.count_live_events() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  if tg_op = 'INSERT' then
    insert into recommender.live_event_counts as c (project_id, events)
    select n.project_id, count(*) from changed n group by n.project_id order by n.project_id
    on conflict (project_id) do update set events = c.events + excluded.events;
  else
    update recommender.live_event_counts c set events = c.events - n.events
    from (select o.project_id, count(*) as events from changed o group by o.project_id) n
    where c.project_id = n.project_id;
  end if;
  return null;
end
$$;

create trigger count_added after insert on recommender.live_events
referencing new table as changed
for each statement execute function recommender.count_live_events();
create trigger count_removed after delete on recommender.live_events
referencing old table as changed
for each statement execute function recommender.count_live_events();

-- Serializes appends of a project with `learned_to`, merges and erasures: appends hold the shared form
-- of this advisory lock, the others the exclusive form, each until its transaction ends. Locks before
-- any row of the project, so that no two transactions deadlock.
create function recommender.lock_live_events(project_id integer, exclusively boolean) returns void
language plpgsql set search_path = pg_catalog set lock_timeout = '5s' as $$
begin
  -- The first number is this migration's.
  if exclusively then
    perform pg_advisory_xact_lock(41, project_id);
  else
    perform pg_advisory_xact_lock_shared(41, project_id);
  end if;
end
$$;

-- The highest sequence number of a project's settled events: each event up to it is visible to later
-- statements, and none will be added below it. Waits for the appends under way, at most 5 seconds.
create function recommender.learned_to(project_id integer) returns bigint
language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform recommender.lock_live_events(project_id, true);
  return (select case when s.is_called then s.last_value else 0 end
    from recommender.live_events_seq_seq s);
end
$$;

-- The id of an anonymous visitor among user ids, as in models and `erased_users`.
create function recommender.person_id(person text, anonymous boolean) returns text
language sql immutable parallel safe set search_path = pg_catalog as $$
  select case when $2 then E'\x01' || $1 else $1 end
$$;

-- Appends the events of several calls at once, each call of one owner, project and person. Events of
-- erased persons are dropped. `added` counts the others without the duplicates, whose places in the
-- call are returned, from 0. A call whose owner has no such project is not returned.
create function recommender.append_events(calls jsonb)
returns table (call integer, added integer, duplicates integer[])
language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform recommender.lock_live_events(p.id, false)
  from (
    select distinct (c.value ->> 'projectId')::integer as id
    from jsonb_array_elements($1) c order by 1
  ) p;

  return query
  with asked as materialized (
    select c.ordinality::integer as call, (c.value ->> 'ownerId')::uuid as owner_id,
      (c.value ->> 'projectId')::integer as project_id, c.value ->> 'person' as person,
      (c.value ->> 'anonymous')::boolean as anonymous, c.value -> 'events' as events
    from jsonb_array_elements($1) with ordinality c
  ), projects as materialized (
    -- Locked, so that no project is deleted before the events refer to it.
    select p.id, p.owner_id from recommender.recommender_projects p
    where p.id in (select a.project_id from asked a)
    order by p.id
    for key share
  ), mine as materialized (
    select a.*, exists (
      select from recommender.erased_users e where e.project_id = a.project_id
        and e.user_id = recommender.person_id(a.person, a.anonymous)
    ) as is_erased
    from asked a join projects p on p.id = a.project_id and p.owner_id = a.owner_id
  ), numbered as materialized (
    select sent.*, nextval('recommender.live_events_seq_seq'::regclass) as seq
    from (
      select m.call, m.project_id, m.person, m.anonymous, e.*
      from mine m cross join lateral rows from (
        jsonb_to_recordset(m.events) as (
          "id" text, "itemId" text, "type" text, "value" double precision, "at" double precision,
          "known" boolean, "placement" text, "version" text, "variant" text, "position" integer
        )
      ) with ordinality e (
        event_id, item_id, type, value, at, known, placement, version, variant, position, place
      )
      where not m.is_erased
      order by m.call, e.place
    ) sent
  ), stored as (
    -- In the order of the unique key, so that no two processes deadlock.
    insert into recommender.live_events (
      seq, project_id, event_id, person, anonymous, item_id, type, value, at, known,
      placement, version, variant, position
    ) overriding system value
    select n.seq, n.project_id, n.event_id, n.person, n.anonymous, n.item_id, n.type, n.value,
      to_timestamp(n.at / 1000), n.known, n.placement, n.version, n.variant, n.position
    from numbered n order by n.project_id, n.event_id
    on conflict (project_id, event_id) do nothing
    returning live_events.seq
  )
  select m.call, count(s.seq)::integer, coalesce(
    array_agg((n.place - 1)::integer order by n.place)
      filter (where n.seq is not null and s.seq is null), '{}'
  )
  from mine m
    left join numbered n on n.call = m.call
    left join stored s on s.seq = n.seq
  group by m.call;
end
$$;

-- Keeps what was rejected of an owner's project, up to the last 100.
create function recommender.note_rejected(owner_id uuid, project_id integer, events jsonb)
returns void
language sql security definer set search_path = pg_catalog as $$
  with project as (
    select p.id from recommender.recommender_projects p where p.owner_id = $1 and p.id = $2
    for key share
  ), added as (
    insert into recommender.rejected_events (project_id, type, item_id, code, detail)
    select p.id, r.type, r.item_id, r.code, r.detail
    from project p
      cross join jsonb_to_recordset($3) as r(type text, item_id text, code text, detail text)
    returning id
  )
  delete from recommender.rejected_events r
  where (r.project_id, r.id) in (
    select o.project_id, o.id from recommender.rejected_events o
    where o.project_id = (select p.id from project p)
    order by o.id desc offset greatest(0, 100 - (select count(*) from added))
    for update skip locked
  )
$$;

-- Merges an anonymous visitor into a user: their events so far are the user's. Returns whether the
-- owner has such a project. A visitor merged into an erased user is erased, too.
create function recommender.merge_visitor(
  owner_id uuid, project_id integer, anonymous_id text, user_id text
) returns boolean
language plpgsql security definer set search_path = pg_catalog as $$
#variable_conflict use_column
declare
  visitor constant text := recommender.person_id($3, true);
begin
  perform recommender.lock_live_events($2, true);
  perform from recommender.recommender_projects p where p.owner_id = $1 and p.id = $2
  for key share;
  if not found then
    return false;
  end if;
  if exists (
    select from recommender.erased_users e where e.project_id = $2 and e.user_id = $4
  ) then
    insert into recommender.erased_users (project_id, user_id) values ($2, visitor)
    on conflict do nothing;
    delete from recommender.live_events e
    where e.project_id = $2 and e.person = $3 and e.anonymous and e.seq > coalesce((
      select max(m.seq) from recommender.merged_visitors m
      where m.project_id = $2 and m.anonymous_id = $3
    ), 0);
  elsif not exists (
    select from recommender.erased_users e where e.project_id = $2 and e.user_id = visitor
  ) then
    insert into recommender.merged_visitors (project_id, anonymous_id, user_id, seq)
    values ($2, $3, $4, nextval('recommender.live_events_seq_seq'::regclass));
  end if;
  return true;
end
$$;

-- Whether events of the visitor would be left to merge into the user: there was no merge yet, the last
-- one was into another user, or events have come since.
create function recommender.is_merge_due(
  owner_id uuid, project_id integer, anonymous_id text, user_id text
) returns boolean
language sql stable security definer set search_path = pg_catalog as $$
  select not coalesce((
    select m.user_id = $4 and not exists (
      select from recommender.live_events e
      where e.project_id = $2 and e.person = $3 and e.anonymous and e.seq > m.seq
    )
    from recommender.merged_visitors m
      join recommender.recommender_projects p on p.id = m.project_id and p.owner_id = $1
    where m.project_id = $2 and m.anonymous_id = $3
    order by m.seq desc limit 1
  ), false)
$$;

-- Live events of several persons at once, each of one owner and project: those after `since`, with the
-- events of visitors merged into a user, in the order of their numbers, at most the last `most`; each
-- as [seq, item_id, type, value, at in ms since 1970]. `merged` names the visitors merged into the
-- user after `since`: what a model of `since` stored of them is the user's, too. `is_merged` says of a
-- visitor that it was merged after `since`: what such a model stored of it is a user's. Persons without
-- any of these are not returned. Without sequential scans, since plans outlive the growth of a table.
create function recommender.events_of(persons jsonb, most integer)
returns table (call integer, merged text[], is_merged boolean, events jsonb)
language plpgsql stable security definer set search_path = pg_catalog set enable_seqscan = off as $$
begin
  return query
  select a.call, coalesce(v.merged, '{}'), coalesce(l.seq > a.since, false),
    coalesce(h.events, '[]')
  from (
    select c.ordinality::integer as call, p.id as project_id, c.value ->> 'person' as person,
      (c.value ->> 'anonymous')::boolean as anonymous, (c.value ->> 'since')::bigint as since
    from jsonb_array_elements($1) with ordinality c
      join recommender.recommender_projects p on p.id = (c.value ->> 'projectId')::integer
        and p.owner_id = (c.value ->> 'ownerId')::uuid
  ) a
    left join lateral (
      select array_agg(m.anonymous_id order by m.seq) as merged
      from recommender.merged_visitors m
      where not a.anonymous and m.project_id = a.project_id and m.user_id = a.person
        and m.seq > a.since and not exists (
          select from recommender.merged_visitors b
          where b.project_id = m.project_id and b.anonymous_id = m.anonymous_id
            and b.seq > a.since and b.seq < m.seq
        )
    ) v on true
    left join lateral (
      select max(m.seq) as seq from recommender.merged_visitors m
      where a.anonymous and m.project_id = a.project_id and m.anonymous_id = a.person
    ) l on true
    left join lateral (
      select jsonb_agg(jsonb_build_array(
        r.seq, r.item_id, r.type, r.value, (extract(epoch from r.at) * 1000)::bigint
      ) order by r.seq) as events
      from (
        select * from (
          select e.seq, e.item_id, e.type, e.value, e.at from recommender.live_events e
          where e.project_id = a.project_id and e.person = a.person and e.anonymous = a.anonymous
            and e.seq > greatest(a.since, l.seq)
          union all
          -- Each merge takes the events after the merge before.
          select e.seq, e.item_id, e.type, e.value, e.at
          from recommender.merged_visitors m
            join recommender.live_events e on e.project_id = m.project_id
              and e.person = m.anonymous_id and e.anonymous
              and e.seq <= m.seq and e.seq > greatest(a.since, (
                select max(b.seq) from recommender.merged_visitors b
                where b.project_id = m.project_id and b.anonymous_id = m.anonymous_id
                  and b.seq < m.seq
              ))
          where not a.anonymous and m.project_id = a.project_id and m.user_id = a.person
            and m.seq > a.since
        ) both_kinds
        order by both_kinds.seq desc limit $2
      ) r
    ) h on true
  where v.merged is not null or l.seq > a.since or h.events is not null;
end
$$;

-- Number of live events of an owner's project; null without such a project.
create function recommender.live_events_in(owner_id uuid, project_id integer) returns bigint
language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(c.events, 0)
  from recommender.recommender_projects p
    left join recommender.live_event_counts c on c.project_id = p.id
  where p.owner_id = $1 and p.id = $2
$$;

revoke execute on function recommender.count_live_events, recommender.lock_live_events,
  recommender.learned_to, recommender.person_id, recommender.append_events,
  recommender.note_rejected, recommender.merge_visitor, recommender.is_merge_due,
  recommender.events_of, recommender.live_events_in from public;
grant execute on function recommender.lock_live_events, recommender.person_id,
  recommender.append_events, recommender.note_rejected, recommender.merge_visitor,
  recommender.is_merge_due, recommender.events_of, recommender.live_events_in
  to airec_service;
grant execute on function recommender.learned_to, recommender.lock_live_events,
  recommender.person_id to airec_trainer;

-- The services write through the functions and read; an erasure deletes.
grant select, delete on recommender.live_events, recommender.merged_visitors to airec_service;
grant select on recommender.live_event_counts, recommender.rejected_events to airec_service;
grant select, delete on recommender.live_events, recommender.merged_visitors to airec_trainer;
grant select on recommender.live_event_counts to airec_trainer;

alter table recommender.live_events enable row level security;
create policy own on recommender.live_events to airec_service
  using (exists (select from recommender.recommender_projects p where p.id = project_id));
create policy trainer on recommender.live_events to airec_trainer using (true);
alter table recommender.live_event_counts enable row level security;
create policy own on recommender.live_event_counts to airec_service
  using (exists (select from recommender.recommender_projects p where p.id = project_id));
create policy trainer on recommender.live_event_counts to airec_trainer using (true);
alter table recommender.merged_visitors enable row level security;
create policy own on recommender.merged_visitors to airec_service
  using (exists (select from recommender.recommender_projects p where p.id = project_id));
create policy trainer on recommender.merged_visitors to airec_trainer using (true);
alter table recommender.rejected_events enable row level security;
create policy own on recommender.rejected_events to airec_service
  using (exists (select from recommender.recommender_projects p where p.id = project_id));
