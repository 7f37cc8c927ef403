-- Who acts, apart from the owner whose rows are seen: functions/http/owned_by.ts sets both, and the
-- audit trail records the actor. A policy asks for the owner alone, so members of a team act in an
-- owner's account without a change of any policy.

create function http.current_actor() returns text
language sql stable parallel safe as $$
  select nullif(pg_catalog.current_setting('airec.actor', true), '')
$$;

grant execute on function http.current_actor to airec_service;

-- `account:ID`, `key:ID`, or `system` for the installation's own work. Null for a caller who was not
-- signed in, for entries from before this column, and for those of the release before it.
alter table auth.audit_entries add column actor text
  check (actor ~ '^(account|key):[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' or actor = 'system');
