-- Whether events of the visitor would be left to merge into the user: there was no merge yet, the last
-- one was into another user, or events have come since. Of an erased visitor nothing is left.
create or replace function recommender.is_merge_due(
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
  ), false) and not exists (
    select from recommender.erased_users e
    where e.project_id = $2 and e.user_id = recommender.person_id($3, true)
  )
$$;

revoke execute on function recommender.is_merge_due from public;
grant execute on function recommender.is_merge_due to airec_service;
