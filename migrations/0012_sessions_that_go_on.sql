-- Whether a sign-in goes on, for all services: a token says only that it began.
create function auth.is_session_alive(owner_id uuid, session_id uuid) returns boolean
language sql stable security definer set search_path = pg_catalog as $$
  select exists (
    select from auth.sessions s where s.owner_id = $1 and s.id = $2 and s.expires_at > now()
  )
$$;
revoke execute on function auth.is_session_alive from public;
grant execute on function auth.is_session_alive to airec_service;

-- The digest of a body that was too large to be held, so that another one under its key is refused.
alter table http.idempotent_requests add column body_sha256 text;
