-- Apps with their API keys, what they used, and the outbox of events.

create schema webhooks;

create table webhooks.apps (
  id             uuid primary key default gen_random_uuid(),
  owner_id       uuid not null references auth.users (id) on delete cascade,
  app_name       text not null,
  webhook_url    text,
  -- The endpoint's signing secret, AES-GCM under AIREC_SECRET_KEY.
  webhook_secret bytea,
  -- SHA-256 of the key in hex; the key itself is shown once and kept nowhere.
  api_key        text not null unique,
  key_prefix     text not null,
  key_last_four  text not null,
  last_used_at   timestamptz,
  created_at     timestamptz not null default now(),
  unique (owner_id, app_name)
);

create table webhooks.usage (
  app_id      uuid primary key references webhooks.apps (id) on delete cascade,
  app_name    text not null,
  usage_count bigint not null default 0
);

create table webhooks.events (
  id         bigint generated always as identity primary key,
  owner_id   uuid not null references auth.users (id) on delete cascade,
  type       text not null,
  -- The very bytes that are signed and sent.
  body       text not null,
  created_at timestamptz not null default now()
);

create index events_owner on webhooks.events (owner_id);

create table webhooks.deliveries (
  id              bigint generated always as identity primary key,
  event_id        bigint not null references webhooks.events (id) on delete cascade,
  app_id          uuid not null references webhooks.apps (id) on delete cascade,
  -- `webhook-id` of the Standard Webhooks: the same in every attempt.
  webhook_id      text not null unique default 'msg_' || replace(gen_random_uuid()::text, '-', ''),
  status          text not null default 'PENDING' check (status in ('PENDING', 'DELIVERED', 'FAILED')),
  attempts        integer not null default 0,
  -- When it may be tried next; while a sender holds it, when that lease ends.
  next_attempt_at timestamptz not null default now(),
  created_at      timestamptz not null default now(),
  delivered_at    timestamptz
);

create index deliveries_due on webhooks.deliveries (app_id, next_attempt_at)
  where status = 'PENDING';
create index deliveries_event on webhooks.deliveries (event_id);
create index deliveries_app on webhooks.deliveries (app_id, id desc);

create table webhooks.delivery_attempts (
  id          bigint generated always as identity primary key,
  delivery_id bigint not null references webhooks.deliveries (id) on delete cascade,
  attempt     integer not null,
  started_at  timestamptz not null default now(),
  duration_ms integer not null,
  -- Null where no answer came; then `error` says why.
  status_code integer,
  response    text,
  error       text
);

create index delivery_attempts_delivery on webhooks.delivery_attempts (delivery_id);

-- The only way to raise an event from outside the webhooks service: in the transaction of the row
-- it speaks of. Every app of the owner that has a webhook_url gets a delivery.
create function webhooks.emit(owner_id uuid, type text, payload jsonb) returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare
  new_event_id bigint;
begin
  if not exists (
    select from webhooks.apps a where a.owner_id = emit.owner_id and a.webhook_url is not null
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
  insert into webhooks.deliveries (event_id, app_id)
  select new_event_id, a.id from webhooks.apps a
  where a.owner_id = emit.owner_id and a.webhook_url is not null;
  perform pg_notify('webhooks_due', '');
end
$$;
