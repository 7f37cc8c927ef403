-- Postgres keeps samples of values for its planner. Those of rows that went with an account, or that
-- held somebody who was erased, go by new ones: what makes them stale is noted here, and the trainer's
-- housekeeping works it off.
create table http.stale_statistics (
  noted_at timestamptz not null default now()
);

create function http.note_stale_statistics() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  -- Without a unique key: nobody waits for who works it off meanwhile.
  insert into http.stale_statistics default values;
  return null;
end
$$;

create trigger note_stale_statistics after delete on auth.users
for each row execute function http.note_stale_statistics();
create trigger note_stale_statistics after delete on webhooks.forgettings
for each row execute function http.note_stale_statistics();
create trigger note_stale_statistics after update of forgotten_at on recommender.erased_users
for each row when (old.forgotten_at is distinct from new.forgotten_at)
execute function http.note_stale_statistics();

-- The one place that keeps an erased person's id has no sample of it.
alter table recommender.erased_users alter column user_id set statistics 0;

-- Samples all tables anew where something was noted; whether that was so.
create function http.refresh_statistics() returns boolean
language plpgsql security definer set search_path = pg_catalog as $$
declare
  one record;
  noted integer;
begin
  delete from http.stale_statistics s
  where s.ctid in (select l.ctid from http.stale_statistics l for update skip locked);
  get diagnostics noted = row_count;
  if noted = 0 then
    return false;
  end if;
  for one in
    select n.nspname as schema, c.relname as name, c.oid
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('auth', 'webhooks', 'recommender', 'http') and c.relkind = 'r'
    order by c.oid
  loop
    -- A table that is empty now is not sampled, and would keep what it had, as would its indexes on
    -- expressions.
    if current_setting('server_version_num')::integer >= 180000 then
      perform pg_clear_attribute_stats(one.schema, c.relname, a.attname, false)
      from pg_class c join pg_attribute a on a.attrelid = c.oid
      where a.attnum > 0 and not a.attisdropped and (
        c.oid = one.oid
        or c.oid in (select i.indexrelid from pg_index i where i.indrelid = one.oid)
      );
    end if;
    execute format('analyze %I.%I', one.schema, one.name);
  end loop;
  return true;
end
$$;

revoke execute on function http.note_stale_statistics, http.refresh_statistics from public;
grant execute on function http.refresh_statistics to airec_trainer;
