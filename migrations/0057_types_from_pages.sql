-- Event types that came by publishable keys have a bound of their own: a page's visitor can send any
-- name, and would use up those of the owner.
alter table recommender.live_event_types add column from_page boolean not null default false;

-- Returns the types among these that the owner's project accepts: those that it has, those of the
-- setting `event_weights`, and new ones as long as servers have sent less than 100, or pages less than
-- 20. A type of pages that a server sends, too, is a server's from then on.
create function recommender.accept_types(
  owner_id uuid, project_id integer, types text[], from_page boolean
)
returns setof text
language plpgsql security definer set search_path = pg_catalog as $$
#variable_conflict use_column
begin
  insert into recommender.live_event_types as k (project_id, type, from_page)
  select p.id, t.type, $4
  from recommender.recommender_projects p cross join unnest($3) t(type)
  where p.owner_id = $1 and p.id = $2 and not exists (
    select from recommender.live_event_types k
    where k.project_id = p.id and k.type = t.type and ($4 or not k.from_page)
  )
  order by t.type
  limit greatest(0, case when $4 then 20 else 100 end - (
    select count(*) from recommender.live_event_types k where k.project_id = $2 and k.from_page = $4
  ))
  on conflict (project_id, type) do update set from_page = false
  where k.from_page and not excluded.from_page;

  return query
  select t.type
  from recommender.recommender_projects p cross join unnest($3) t(type)
  where p.owner_id = $1 and p.id = $2 and (
    exists (
      select from recommender.live_event_types k where k.project_id = p.id and k.type = t.type
    ) or t.type in (select lower(btrim(w)) from jsonb_object_keys(p.settings -> 'event_weights') w)
  );
end
$$;

revoke execute on function recommender.accept_types from public;
grant execute on function recommender.accept_types to airec_service;

-- Answers read the last merges into a user: see live_events_of.
drop index recommender.merged_visitors_user;
create index merged_visitors_user on recommender.merged_visitors (project_id, user_id, seq);
