-- Live events of an erased user go at once, with those of the visitors merged into the user. A visitor
-- whose last merge was into the user is erased, too: it is the same person in the same browser. Other
-- merges into the user keep their number, which says whose the visitor's earlier events were, and lose
-- the user.
create or replace function recommender.forget_live_events() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
declare
  visitor constant text := substr(new.user_id, 2);
begin
  -- After the appends under way, and before any later one, which then finds the person erased.
  perform recommender.lock_live_events(new.project_id, true);
  if left(new.user_id, 1) = E'\x01' then
    delete from recommender.live_events e
    where e.project_id = new.project_id and e.person = visitor and e.anonymous
      and e.seq > coalesce((
        select max(m.seq) from recommender.merged_visitors m
        where m.project_id = new.project_id and m.anonymous_id = visitor
      ), 0);
    return null;
  end if;
  delete from recommender.live_events e
  where e.project_id = new.project_id and e.person = new.user_id and not e.anonymous;
  delete from recommender.live_events e
  using recommender.merged_visitors m
  where m.project_id = new.project_id and m.user_id = new.user_id
    and e.project_id = m.project_id and e.person = m.anonymous_id and e.anonymous
    and e.seq <= m.seq and e.seq > coalesce((
      select max(b.seq) from recommender.merged_visitors b
      where b.project_id = m.project_id and b.anonymous_id = m.anonymous_id and b.seq < m.seq
    ), 0);
  insert into recommender.erased_users (project_id, user_id, erased_at)
  select new.project_id, recommender.person_id(m.anonymous_id, true), new.erased_at
  from recommender.merged_visitors m
  where m.project_id = new.project_id and m.user_id = new.user_id and not exists (
    select from recommender.merged_visitors b
    where b.project_id = m.project_id and b.anonymous_id = m.anonymous_id and b.seq > m.seq
  )
  on conflict do nothing;
  delete from recommender.merged_visitors m
  where m.project_id = new.project_id and m.user_id = new.user_id and exists (
    select from recommender.erased_users e where e.project_id = m.project_id
      and e.user_id = recommender.person_id(m.anonymous_id, true)
  );
  update recommender.merged_visitors m set user_id = null
  where m.project_id = new.project_id and m.user_id = new.user_id;
  return null;
end
$$;

revoke execute on function recommender.forget_live_events from public;
