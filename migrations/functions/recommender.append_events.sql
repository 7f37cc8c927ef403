-- Appends the events of several calls at once, each call of one owner, project and person. Events of
-- erased persons are dropped. `added` counts the others without the duplicates, whose places in the
-- call are returned, from 0. A call whose owner has no such project is not returned. A person's
-- event counts once per item, type and day (UTC), and 200 of a day do; impressions never count.
create or replace function recommender.append_events(calls jsonb)
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
          "known" boolean, "placement" text, "version" text, "variant" text, "position" integer,
          "list" bigint, "listAt" double precision, "listFault" text, "opinion" boolean
        )
      ) with ordinality e (
        event_id, item_id, type, value, at, known, placement, version, variant, position,
        list, list_at, list_fault, opinion, place
      )
      where not m.is_erased
      order by m.call, e.place
    ) sent
  ), dated as materialized (
    select n.*, (to_timestamp(n.at / 1000) at time zone 'UTC')::date as day,
      coalesce(n.opinion, n.type in ('rating', 'dislike', 'hide', 'retract')) as is_opinion
    from (
      select n.*, row_number() over (partition by n.project_id, n.event_id order by n.seq) as copy
      from numbered n
    ) n
    -- A repeat neither counts nor keeps another from it.
    where n.event_id is null or n.copy = 1 and not exists (
      select from recommender.live_events e
      where e.project_id = n.project_id and e.event_id = n.event_id
    )
  ), firsts as materialized (
    -- Events that repeat none of the same day. An opinion replaces those before it, so it is none,
    -- nor is what follows one.
    select d.*, d.type <> 'impression' and (
      d.is_opinion
      or bool_or(d.is_opinion) over (partition by d.project_id, d.person, d.anonymous, d.item_id, d.day)
      or row_number() over (
        partition by d.project_id, d.person, d.anonymous, d.item_id, d.day, d.type order by d.seq
      ) = 1 and not exists (
        select from recommender.live_events e
        where e.project_id = d.project_id and e.person = d.person and e.anonymous = d.anonymous
          and (e.at at time zone 'UTC')::date = d.day and e.item_id = d.item_id
          and e.type = d.type and e.counted and not exists (
            select from recommender.live_events o
            where o.project_id = e.project_id and o.person = e.person
              and o.anonymous = e.anonymous and (o.at at time zone 'UTC')::date = d.day
              and o.item_id = e.item_id
              and coalesce(o.opinion, o.type in ('rating', 'dislike', 'hide', 'retract'))
          )
      )
    ) as is_first
    from dated d
  ), counting as materialized (
    select f.*, f.is_first and sum(f.before + f.is_first::integer) over (
      partition by f.project_id, f.person, f.anonymous, f.day order by f.seq
    ) <= 200 as counted
    from (
      -- The first event of a person's day has the number of those counted before, up to the limit:
      -- a join would compare each event with each day.
      select f.*, case when row_number() over (
        partition by f.project_id, f.person, f.anonymous, f.day order by f.seq
      ) = 1 then (
        select count(*) from (
          select from recommender.live_events e
          where e.project_id = f.project_id and e.person = f.person and e.anonymous = f.anonymous
            and (e.at at time zone 'UTC')::date = f.day and e.counted
          limit 200
        ) counted
      ) else 0 end as before
      from firsts f
    ) f
  ), stored as (
    -- In the order of the unique key, so that no two processes deadlock.
    insert into recommender.live_events (
      seq, project_id, event_id, person, anonymous, item_id, type, value, at, known,
      placement, version, variant, position, list, list_at, list_fault, counted, opinion
    ) overriding system value
    select n.seq, n.project_id, n.event_id, n.person, n.anonymous, n.item_id, n.type, n.value,
      to_timestamp(n.at / 1000), n.known, n.placement, n.version, n.variant, n.position, n.list,
      to_timestamp(n.list_at / 1000), n.list_fault, n.counted, n.opinion
    from counting n order by n.project_id, n.event_id
    on conflict (project_id, event_id) do nothing
    returning live_events.seq
  )
  -- A join with what is stored would be nested loops, as the planner expects few events.
  select m.call, count(*) filter (where n.is_stored)::integer, coalesce(
    array_agg((n.place - 1)::integer order by n.place) filter (where not n.is_stored), '{}'
  )
  from mine m
    left join (
      select n.call, n.place, n.seq in (select s.seq from stored s) as is_stored from numbered n
    ) n on n.call = m.call
  group by m.call;
end
$$;

revoke execute on function recommender.append_events from public;
grant execute on function recommender.append_events to airec_service;
