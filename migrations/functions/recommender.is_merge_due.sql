-- Whether something of the visitor may be left to merge into the user: there was no merge yet, events
-- have come since the last one, or some that came since may have been dropped, which files have. A
-- merge into an erased user is due, too, since it erases the visitor, of whom nothing is left then.
-- True for a project that is not the owner's, since the merge itself says so.
create or replace function recommender.is_merge_due(
  owner_id uuid, project_id integer, anonymous_id text, user_id text
) returns boolean
language sql stable security definer set search_path = pg_catalog as $$
  select coalesce((
    select not exists (
      select from recommender.erased_users e
      where e.project_id = $2 and e.user_id = recommender.person_id($3, true)
    ) and (
      l.seq is null
      or p.events_dropped_to > l.seq
      or exists (
        select from recommender.live_events e
        where e.project_id = $2 and e.person = $3 and e.anonymous and e.seq > l.seq
      )
      or exists (
        select from recommender.erased_users e where e.project_id = $2 and e.user_id = $4
      )
    )
    from recommender.recommender_projects p
      cross join lateral (
        select max(m.seq) as seq from recommender.merged_visitors m
        where m.project_id = $2 and m.anonymous_id = $3
      ) l
    where p.id = $2 and p.owner_id = $1
  ), true)
$$;

revoke execute on function recommender.is_merge_due from public;
grant execute on function recommender.is_merge_due to airec_service;
