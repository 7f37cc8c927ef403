-- Somebody who was erased goes from what the outbox and repeated writes have kept: bodies of events,
-- what endpoints answered, answers under an Idempotency-Key. The trainer's housekeeping works this off.

create table webhooks.forgettings (
  id         bigint generated always as identity primary key,
  owner_id   uuid not null references auth.users (id) on delete cascade,
  project_id integer not null,
  user_id    text not null,
  -- Events up to this one are done. Those of calls that were under way come within a minute.
  done_to    bigint not null default 0,
  created_at timestamptz not null default clock_timestamp(),
  -- Of one that failed: when it is tried again, so that it holds up no other.
  next_try_at timestamptz not null default '-infinity',
  failures   integer not null default 0
);
create index forgettings_owner on webhooks.forgettings (owner_id);

grant select on webhooks.forgettings to airec_service;
alter table webhooks.forgettings enable row level security;
create policy own on webhooks.forgettings for select to airec_service
  using (owner_id = http.current_owner());

-- An owner's events in their order: as many rows as before in one index.
create index events_owner_order on webhooks.events (owner_id, id);
drop index webhooks.events_owner;

create function webhooks.note_forgetting() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  insert into webhooks.forgettings (owner_id, project_id, user_id)
  select p.owner_id, p.id, new.user_id
  from recommender.recommender_projects p where p.id = new.project_id;
  return null;
end
$$;

create trigger note_forgetting_outbox after insert on recommender.erased_users
for each row execute function webhooks.note_forgetting();

-- Whether an id is told from numbers and words of other things wherever it stands in a text.
create function webhooks.is_telling(user_id text) returns boolean
language sql immutable parallel safe set search_path = pg_catalog as $$
  select length($1) >= 8 and $1 !~ '^[0-9.]+$'
$$;

-- A JSON text without somebody: members named user_id, the sentence that says who is unknown, and a
-- telling id wherever it stands. What else there is stays as it is, byte for byte.
create function webhooks.without_user(body text, user_id text) returns text
language plpgsql immutable parallel safe set search_path = pg_catalog as $$
declare
  -- As JSON has it, and as JSON has a sentence that has it quoted: it names the first 200 characters.
  plain text := substring(to_json(user_id)::text from '^"(.*)"$');
  named text := substring(to_json(to_json(left(user_id, 200))::text)::text from '^"(.*)"$');
  literal text := regexp_replace(plain, '([][\\^$.|?*+(){}])', '\\\1', 'g');
  literal_named text := regexp_replace(named, '([][\\^$.|?*+(){}])', '\\\1', 'g');
  shown text := body;
begin
  if position(plain in body) = 0 and position(named in body) = 0 then
    return body;
  end if;
  shown := regexp_replace(
    shown, '("user_id"\s*:\s*)("' || literal || '"|' || literal || '(?=\s*[,}]))', '\1null', 'g'
  );
  shown := regexp_replace(
    shown, '("fallback_reason"\s*:\s*"(?:[^"\\]|\\.)*?)' || literal_named, '\1…', 'g'
  );
  if webhooks.is_telling(user_id) then
    shown := replace(replace(shown, named, '…'), plain, '…');
  end if;
  return shown;
end
$$;

-- Looks through the next of an owner's events for somebody who is to be forgotten; it ends the entry
-- where there are no more, and no call can be under way that began before.
create function webhooks.forget_next(entry webhooks.forgettings, events integer) returns void
language plpgsql set search_path = pg_catalog as $$
declare
  telling boolean := webhooks.is_telling(entry.user_id);
  settled boolean := entry.created_at < now() - interval '1 minute';
  last bigint;
begin
  if entry.done_to = 0 or settled then
    update http.idempotent_requests r set body = webhooks.without_user(r.body, entry.user_id)
    where r.owner_id = entry.owner_id and r.body <> webhooks.without_user(r.body, entry.user_id);
    update http.idempotent_requests r set key = encode(sha256(convert_to(r.key, 'UTF8')), 'hex')
    where telling and r.owner_id = entry.owner_id and r.status is not null
      and position(entry.user_id in r.key) > 0;
  end if;

  select max(e.id) into last from (
    select e.id from webhooks.events e
    where e.owner_id = entry.owner_id and e.id > entry.done_to
    order by e.id limit events
  ) e;
  if last is null then
    delete from webhooks.forgettings f where f.id = entry.id and settled;
    return;
  end if;
  with looked as (
    select e.id, e.body as kept, webhooks.without_user(e.body, entry.user_id) as body
    from webhooks.events e
    where e.owner_id = entry.owner_id and e.id > entry.done_to and e.id <= last
      and e.body ~ ('"project_id"\s*:\s*' || entry.project_id || '\M')
  ), changed as (
    update webhooks.events e set body = l.body from looked l
    where e.id = l.id and l.body <> l.kept
    returning e.id
  )
  -- An endpoint that was sent somebody's id may have said it back.
  update webhooks.delivery_attempts t set response = null
  from webhooks.deliveries d join looked l on l.id = d.event_id
  where t.delivery_id = d.id and t.response is not null and (
    d.event_id in (select c.id from changed c)
    or (telling and position(entry.user_id in t.response) > 0)
  );
  if telling then
    update webhooks.events e set request_id = null
    where e.owner_id = entry.owner_id and e.id > entry.done_to and e.id <= last
      and position(entry.user_id in e.request_id) > 0;
    update webhooks.delivery_attempts t set request_headers = t.request_headers - 'x-request-id'
    from webhooks.deliveries d join webhooks.events e on e.id = d.event_id
    where t.delivery_id = d.id and e.owner_id = entry.owner_id
      and e.id > entry.done_to and e.id <= last
      and position(entry.user_id in t.request_headers ->> 'x-request-id') > 0;
  end if;
  update webhooks.forgettings f set done_to = last, failures = 0 where f.id = entry.id;
end
$$;

-- Takes an entry that is due and works on it. Null where there is nothing to do; else what failed, or
-- an empty text.
create function webhooks.forget_some(events integer) returns text
language plpgsql security definer set search_path = pg_catalog as $$
declare
  entry webhooks.forgettings;
begin
  select f.* into entry from webhooks.forgettings f
  where f.next_try_at <= now() and (
    f.created_at < now() - interval '1 minute'
    or exists (select from webhooks.events e where e.owner_id = f.owner_id and e.id > f.done_to)
  )
  order by f.id limit 1
  for update skip locked;
  if not found then
    return null;
  end if;
  begin
    perform webhooks.forget_next(entry, $1);
    return '';
  exception when others then
    update webhooks.forgettings f
    set failures = f.failures + 1,
      next_try_at = now() + least(power(2, f.failures), 600) * interval '1 second'
    where f.id = entry.id;
    return sqlerrm;
  end;
end
$$;

revoke execute on function webhooks.note_forgetting, webhooks.is_telling, webhooks.without_user,
  webhooks.forget_next, webhooks.forget_some from public;
grant execute on function webhooks.forget_some to airec_trainer;
