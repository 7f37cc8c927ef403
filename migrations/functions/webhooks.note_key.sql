-- Trigger of webhooks.api_keys: adds changes of a key to the owner's audit trail.
create or replace function webhooks.note_key() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
declare
  action text := case
    when tg_op = 'INSERT' then 'key.made'
    when new.revoked_at is not null and old.revoked_at is null then 'key.revoked'
    when new.kind is distinct from old.kind then 'key.made_' || new.kind
    else 'key.changed'
  end;
begin
  perform auth.note(a.owner_id, action, jsonb_build_object(
    'app_name', a.app_name, 'name', new.name, 'key_id', new.id, 'kind', new.kind,
    'key_last_four', new.key_last_four, 'expires_at', new.expires_at
  ))
  from webhooks.apps a where a.id = new.app_id;
  return null;
end
$$;

-- A trigger function cannot be called, so these permit nothing.
grant execute on function webhooks.note_key to public, airec_service, airec_trainer;
