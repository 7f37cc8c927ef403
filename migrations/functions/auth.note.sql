-- Adds an entry to the owner's audit trail, in the transaction of what happened; none once the
-- account is deleted. The actor is that of the transaction. What runs without one is the
-- installation's own work, unless it is a service's: then nobody has signed in yet.
create or replace function auth.note(owner_id uuid, action text, detail jsonb default '{}')
returns void
language sql security definer set search_path = pg_catalog as $$
  insert into auth.audit_entries (owner_id, action, detail, actor)
  select u.id, note.action, note.detail, coalesce(
    http.current_actor(),
    case when current_setting('role') <> 'airec_service' then 'system' end
  )
  from auth.users u where u.id = note.owner_id
$$;

revoke execute on function auth.note from public;
grant execute on function auth.note to airec_service, airec_trainer;
