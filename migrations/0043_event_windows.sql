-- The rate limit of keys for events, apart from that for answers: a busy page's events use up no
-- recommendations, and the other way round.
create table webhooks.event_windows (
  key_id uuid primary key references webhooks.api_keys (id) on delete cascade,
  minute timestamptz not null,
  leased integer not null,
  owed   bigint not null default 0
);

grant select, insert, update, delete on webhooks.event_windows to airec_service;
alter table webhooks.event_windows enable row level security;
create policy own on webhooks.event_windows to airec_service
  using (exists (select from webhooks.api_keys k where k.id = key_id));
