-- Queues the removal of an erased user from the outbox. The id of an anonymous visitor, which its page
-- made up and may equal a user's, is removed where it can be told from other texts.
create or replace function webhooks.note_forgetting() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
declare
  anonymous constant boolean := left(new.user_id, 1) = E'\x01';
  person constant text := substr(new.user_id, case when anonymous then 2 else 1 end);
begin
  insert into webhooks.forgettings (owner_id, project_id, user_id)
  select p.owner_id, p.id, person
  from recommender.recommender_projects p
  where p.id = new.project_id and (not anonymous or webhooks.is_telling(person));
  return null;
end
$$;

revoke execute on function webhooks.note_forgetting from public;
