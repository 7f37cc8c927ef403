-- Apps with their API keys, what they used, and the outbox of events.

create schema webhooks;

create table webhooks.apps (
  id            uuid primary key default gen_random_uuid(),
  owner_id      uuid not null references auth.users (id) on delete cascade,
  app_name      text not null,
  -- The URL of the app's primary endpoint, kept by a trigger: what sends is webhooks.endpoints.
  webhook_url   text,
  -- SHA-256 of the app's first key in hex, a record: what opens is webhooks.api_keys.
  api_key       text not null unique,
  key_prefix    text not null,
  key_last_four text not null,
  last_used_at  timestamptz,
  created_at    timestamptz not null default now(),
  unique (owner_id, app_name)
);

create table webhooks.api_keys (
  id            uuid primary key default gen_random_uuid(),
  app_id        uuid not null references webhooks.apps (id) on delete cascade,
  name          text not null,
  -- SHA-256 of the key in hex; the key itself is shown once and kept nowhere.
  key_hash      text not null unique,
  key_prefix    text not null,
  key_last_four text not null,
  -- The only projects it opens, as JSON numbers; null for all of the owner's.
  projects      jsonb check (jsonb_typeof(projects) = 'array'),
  -- Calls a minute; null for no limit.
  rate_limit    integer check (rate_limit > 0),
  expires_at    timestamptz,
  revoked_at    timestamptz,
  last_used_at  timestamptz,
  created_at    timestamptz not null default now()
);

create index api_keys_app on webhooks.api_keys (app_id, created_at);

-- How many calls of a limited key the services have leased in its present minute.
create table webhooks.rate_windows (
  key_id uuid primary key references webhooks.api_keys (id) on delete cascade,
  minute timestamptz not null,
  leased integer not null
);

create table webhooks.usage (
  app_id      uuid primary key references webhooks.apps (id) on delete cascade,
  app_name    text not null,
  usage_count bigint not null default 0
);

create table webhooks.usage_days (
  app_id      uuid not null references webhooks.apps (id) on delete cascade,
  -- Of UTC.
  day         date not null,
  usage_count bigint not null,
  primary key (app_id, day)
);

create table webhooks.endpoints (
  id              uuid primary key default gen_random_uuid(),
  app_id          uuid not null references webhooks.apps (id) on delete cascade,
  url             text not null,
  -- The types of events it wants, as JSON texts; null for all.
  events          jsonb check (jsonb_typeof(events) = 'array'),
  -- The signing secret, AES-GCM under AIREC_SECRET_KEY, and the one that signs too until its time.
  secret          bytea,
  previous_secret bytea,
  previous_until  timestamptz,
  -- The one that registering an app or changing its webhook_url speaks of.
  is_primary      boolean not null default false,
  -- Since when there was nothing but failures.
  failing_since   timestamptz,
  disabled_at     timestamptz,
  disabled_reason text,
  created_at      timestamptz not null default now()
);

create index endpoints_app on webhooks.endpoints (app_id, created_at);
create unique index endpoints_primary on webhooks.endpoints (app_id) where is_primary;

create function webhooks.keep_webhook_url() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
  if tg_op = 'DELETE' then
    update webhooks.apps set webhook_url = null where id = old.app_id and old.is_primary;
  else
    update webhooks.apps set webhook_url = new.url where id = new.app_id and new.is_primary;
  end if;
  return null;
end
$$;

create trigger keep_webhook_url after insert or update of url or delete on webhooks.endpoints
for each row execute function webhooks.keep_webhook_url();

create table webhooks.events (
  id         bigint generated always as identity primary key,
  owner_id   uuid not null references auth.users (id) on delete cascade,
  -- Where the event is one app's own: only its endpoints get it.
  app_id     uuid references webhooks.apps (id) on delete cascade,
  type       text not null,
  -- The very bytes that are signed and sent; null once they were kept long enough.
  body       text,
  created_at timestamptz not null default now()
);

create index events_owner on webhooks.events (owner_id);
create index events_app on webhooks.events (app_id);
create index events_age on webhooks.events (created_at);
create index events_body_age on webhooks.events (created_at) where body is not null;

create table webhooks.deliveries (
  id              bigint generated always as identity primary key,
  event_id        bigint not null references webhooks.events (id) on delete cascade,
  app_id          uuid not null references webhooks.apps (id) on delete cascade,
  -- Null once the endpoint is deleted.
  endpoint_id     uuid references webhooks.endpoints (id) on delete set null,
  -- `webhook-id` of the Standard Webhooks: the same in every attempt.
  webhook_id      text not null unique default 'msg_' || replace(gen_random_uuid()::text, '-', ''),
  status          text not null default 'PENDING' check (status in ('PENDING', 'DELIVERED', 'FAILED')),
  attempts        integer not null default 0,
  -- When it may be tried next; while a sender holds it, when that lease ends.
  next_attempt_at timestamptz not null default now(),
  held            boolean not null default false,
  created_at      timestamptz not null default now(),
  delivered_at    timestamptz
);

create index deliveries_due on webhooks.deliveries (endpoint_id, next_attempt_at)
  where status = 'PENDING';
create index deliveries_event on webhooks.deliveries (event_id);
create index deliveries_app on webhooks.deliveries (app_id, id desc);
create index deliveries_app_status on webhooks.deliveries (app_id, status, id desc);
create index deliveries_endpoint on webhooks.deliveries (endpoint_id, id desc);

create table webhooks.delivery_attempts (
  id               bigint generated always as identity primary key,
  delivery_id      bigint not null references webhooks.deliveries (id) on delete cascade,
  attempt          integer not null,
  started_at       timestamptz not null default now(),
  duration_ms      integer not null,
  -- Where it was sent and under which headers, signatures left out.
  url              text not null default '',
  request_headers  jsonb not null default '{}',
  -- Null where no answer came; then `error` says why.
  status_code      integer,
  response_headers jsonb,
  -- Its beginning; null once it was kept long enough.
  response         text,
  error            text
);

create index delivery_attempts_delivery on webhooks.delivery_attempts (delivery_id);
create index delivery_attempts_response_age on webhooks.delivery_attempts (started_at)
  where response is not null;

-- The only way to raise an event from outside the webhooks service: in the transaction of the row
-- it speaks of. Every endpoint of the owner that is on and wants the type gets a delivery.
create function webhooks.emit(owner_id uuid, type text, payload jsonb) returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare
  new_event_id bigint;
begin
  if not exists (
    select from webhooks.apps a join webhooks.endpoints e on e.app_id = a.id
    where a.owner_id = emit.owner_id and e.disabled_at is null
      and (e.events is null or e.events ? emit.type)
  ) then
    return;
  end if;
  insert into webhooks.events (owner_id, type, body)
  values (
    emit.owner_id,
    emit.type,
    jsonb_build_object('type', emit.type, 'timestamp', now(), 'data', emit.payload)::text
  )
  returning id into new_event_id;
  insert into webhooks.deliveries (event_id, app_id, endpoint_id)
  select new_event_id, a.id, e.id
  from webhooks.apps a join webhooks.endpoints e on e.app_id = a.id
  where a.owner_id = emit.owner_id and e.disabled_at is null
    and (e.events is null or e.events ? emit.type);
  perform pg_notify('webhooks_due', '');
end
$$;

-- What the owner's audit trail says of apps, keys and endpoints: by triggers, so that no statement
-- can forget it. Of a URL it names the origin: the rest may be a secret.
create function webhooks.note_app() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  if tg_op = 'INSERT' then
    perform auth.note(new.owner_id, 'app.registered',
      jsonb_build_object('app_id', new.id, 'app_name', new.app_name));
  else
    perform auth.note(old.owner_id, 'app.deleted',
      jsonb_build_object('app_id', old.id, 'app_name', old.app_name));
  end if;
  return null;
end
$$;

create trigger note_app after insert or delete on webhooks.apps
for each row execute function webhooks.note_app();

create function webhooks.note_key() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
declare
  action text := case
    when tg_op = 'INSERT' then 'key.made'
    when new.revoked_at is not null and old.revoked_at is null then 'key.revoked'
    else 'key.changed'
  end;
begin
  perform auth.note(a.owner_id, action, jsonb_build_object(
    'app_name', a.app_name, 'name', new.name, 'key_id', new.id,
    'key_last_four', new.key_last_four, 'expires_at', new.expires_at
  ))
  from webhooks.apps a where a.id = new.app_id;
  return null;
end
$$;

create trigger note_key
after insert or update of name, projects, rate_limit, expires_at, revoked_at on webhooks.api_keys
for each row execute function webhooks.note_key();

create function webhooks.note_endpoint() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
declare
  endpoint webhooks.endpoints := coalesce(new, old);
  action text := case
    when tg_op = 'INSERT' then 'endpoint.added'
    when tg_op = 'DELETE' then 'endpoint.deleted'
    when new.secret is distinct from old.secret then 'endpoint.secret_rotated'
    when new.disabled_at is not null and old.disabled_at is null then 'endpoint.switched_off'
    when new.disabled_at is null and old.disabled_at is not null then 'endpoint.switched_on'
    else 'endpoint.changed'
  end;
begin
  perform auth.note(a.owner_id, action, jsonb_build_object(
    'app_name', a.app_name, 'endpoint_id', endpoint.id,
    'origin', substring(endpoint.url from '^[a-z]+://[^/?#]+'),
    'reason', endpoint.disabled_reason
  ))
  from webhooks.apps a where a.id = endpoint.app_id;
  return null;
end
$$;

create trigger note_endpoint
after insert or update of url, events, secret, disabled_at or delete on webhooks.endpoints
for each row execute function webhooks.note_endpoint();
