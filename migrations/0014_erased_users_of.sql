-- Who was erased from a project, for what is read of it before each answer: in one statement, and so
-- outside of row-level security.
create function recommender.erased_users_of(owner_id uuid, project_id integer)
  returns table (user_id text)
language sql stable security definer set search_path = pg_catalog as $$
  select e.user_id
  from recommender.erased_users e
    join recommender.recommender_projects p on p.id = e.project_id
  where p.owner_id = $1 and p.id = $2
$$;

revoke execute on function recommender.erased_users_of from public;
grant execute on function recommender.erased_users_of to airec_service;
