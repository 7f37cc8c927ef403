-- One effect a key, whatever pauses or dies. The row of an Idempotency-Key says which attempt holds
-- it, by a lease that a heartbeat renews, and whether an effect was made: both are checked and
-- written in the very transaction that makes the effect.
alter table http.idempotent_requests
  add column attempt uuid not null default gen_random_uuid(),
  add column has_effect boolean not null default false;

-- The last statement of each transaction of a request under a key. It does nothing where the
-- transaction wrote nothing; it fails where another attempt took the key over meanwhile. An owner
-- whom this very transaction deleted has no keys any more.
create function http.make_effect(service text, key text, attempt uuid) returns void
language plpgsql security definer set search_path = pg_catalog as $$
begin
  if pg_current_xact_id_if_assigned() is null then
    return;
  end if;
  update http.idempotent_requests r set has_effect = true
  where r.owner_id = http.current_owner() and r.service = $1 and r.key = $2 and r.attempt = $3
    and r.status is null;
  if not found and exists (select from auth.users where id = http.current_owner()) then
    raise exception 'another attempt holds the key' using errcode = 'AI409';
  end if;
end
$$;

revoke execute on function http.make_effect from public;
grant execute on function http.make_effect to airec_service;
