-- The app and owner of a secret key, by its hash; no row for an unknown, expired or revoked key. The
-- release before 0022 calls this and takes every key for a secret one; services call key_bearer.
create or replace function webhooks.bearer_of(key_hash text)
returns table (
  key_id uuid, app_id uuid, owner_id uuid, projects jsonb, rate_limit integer, is_heard boolean
)
language sql stable security definer rows 1 set search_path = pg_catalog as $$
  select b.key_id, b.app_id, b.owner_id, b.projects, b.rate_limit, b.is_heard
  from webhooks.key_bearer($1) b where b.kind = 'secret'
$$;

revoke execute on function webhooks.bearer_of from public;
grant execute on function webhooks.bearer_of to airec_service;
