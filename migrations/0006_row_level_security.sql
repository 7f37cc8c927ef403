-- The second wall: whatever a statement forgets, the services' role sees and writes the rows of
-- the transaction's owner alone. functions/http/owned_by.ts sets role and owner. Tables' owners,
-- and so migrations, triggers' cascades and the functions below, are not held by it.

create function http.current_owner() returns uuid
language sql stable parallel safe as $$
  select nullif(pg_catalog.current_setting('airec.owner', true), '')::uuid
$$;

-- The sender of webhooks works for all owners, on the outbox alone.
do $$
begin
  if not exists (select from pg_roles where rolname = 'airec_sender') then
    create role airec_sender nologin;
  end if;
end
$$;
grant airec_sender to current_user;

grant usage on schema http to airec_service;
grant select, insert, update, delete on http.idempotent_requests to airec_service;
-- These are written by functions and triggers, and read by the trainer.
revoke insert on auth.audit_entries from airec_service;
revoke all on recommender.erasures from airec_service;

grant usage on schema webhooks to airec_sender;
grant select on webhooks.apps to airec_sender;
grant select, update on webhooks.endpoints to airec_sender;
grant select, update, delete on webhooks.events to airec_sender;
grant select, update on webhooks.deliveries to airec_sender;
grant select, insert, update on webhooks.delivery_attempts to airec_sender;
grant execute on function webhooks.emit to airec_sender;

-- Of the owner.
alter table auth.users enable row level security;
create policy own on auth.users to airec_service using (id = http.current_owner());
alter table auth.sessions enable row level security;
create policy own on auth.sessions to airec_service using (owner_id = http.current_owner());
alter table auth.audit_entries enable row level security;
create policy own on auth.audit_entries for select to airec_service
  using (owner_id = http.current_owner());
alter table http.idempotent_requests enable row level security;
create policy own on http.idempotent_requests to airec_service
  using (owner_id = http.current_owner());
alter table webhooks.apps enable row level security;
create policy own on webhooks.apps to airec_service using (owner_id = http.current_owner());
alter table webhooks.events enable row level security;
create policy own on webhooks.events to airec_service using (owner_id = http.current_owner());
alter table recommender.recommender_projects enable row level security;
create policy own on recommender.recommender_projects to airec_service
  using (owner_id = http.current_owner());

-- Of what is the owner's: a row is seen where its parent is.
alter table auth.refresh_tokens enable row level security;
create policy own on auth.refresh_tokens to airec_service
  using (exists (select from auth.sessions s where s.id = session_id));
alter table webhooks.api_keys enable row level security;
create policy own on webhooks.api_keys to airec_service
  using (exists (select from webhooks.apps a where a.id = app_id));
alter table webhooks.rate_windows enable row level security;
create policy own on webhooks.rate_windows to airec_service
  using (exists (select from webhooks.api_keys k where k.id = key_id));
alter table webhooks.usage enable row level security;
create policy own on webhooks.usage to airec_service
  using (exists (select from webhooks.apps a where a.id = app_id));
alter table webhooks.usage_days enable row level security;
create policy own on webhooks.usage_days to airec_service
  using (exists (select from webhooks.apps a where a.id = app_id));
alter table webhooks.endpoints enable row level security;
create policy own on webhooks.endpoints to airec_service
  using (exists (select from webhooks.apps a where a.id = app_id));
alter table webhooks.deliveries enable row level security;
create policy own on webhooks.deliveries to airec_service
  using (exists (select from webhooks.apps a where a.id = app_id));
alter table webhooks.delivery_attempts enable row level security;
create policy own on webhooks.delivery_attempts to airec_service
  using (exists (select from webhooks.deliveries d where d.id = delivery_id));
alter table recommender.uploaded_files enable row level security;
create policy own on recommender.uploaded_files to airec_service
  using (exists (select from recommender.recommender_projects p where p.id = project_id));
alter table recommender.schema_mappings enable row level security;
create policy own on recommender.schema_mappings to airec_service
  using (exists (select from recommender.uploaded_files f where f.id = file_id));
alter table recommender.promotions enable row level security;
create policy own on recommender.promotions to airec_service
  using (exists (select from recommender.recommender_projects p where p.id = project_id));
alter table recommender.hidden_items enable row level security;
create policy own on recommender.hidden_items to airec_service
  using (exists (select from recommender.recommender_projects p where p.id = project_id));
alter table recommender.erased_users enable row level security;
create policy own on recommender.erased_users to airec_service
  using (exists (select from recommender.recommender_projects p where p.id = project_id));

-- Of all owners: the sender's outbox, the trainer's queue.
create policy sender on webhooks.apps for select to airec_sender using (true);
create policy sender on webhooks.endpoints to airec_sender using (true);
create policy sender on webhooks.events to airec_sender using (true);
create policy sender on webhooks.deliveries to airec_sender using (true);
create policy sender on webhooks.delivery_attempts to airec_sender using (true);
create policy trainer on recommender.recommender_projects to airec_trainer using (true);
create policy trainer on recommender.uploaded_files to airec_trainer using (true);
create policy trainer on recommender.schema_mappings to airec_trainer using (true);
create policy trainer on recommender.promotions to airec_trainer using (true);
create policy trainer on recommender.hidden_items to airec_trainer using (true);
create policy trainer on recommender.erased_users to airec_trainer using (true);

-- Before anybody is known: whose address, refresh token or key it is.
create function auth.user_of_email(email text)
returns table (id uuid, name text, email text, password text, is_password_given boolean)
language sql stable security definer rows 1 set search_path = pg_catalog as $$
  select u.id, u.name, u.email, u.password, u.password_expires_at is not null
  from auth.users u where lower(u.email) = lower($1)
$$;

create function auth.owner_of_refresh_token(hash bytea) returns uuid
language sql stable security definer set search_path = pg_catalog as $$
  select s.owner_id from auth.refresh_tokens t join auth.sessions s on s.id = t.session_id
  where t.hash = $1
$$;

create function webhooks.bearer_of(key_hash text)
returns table (key_id uuid, app_id uuid, owner_id uuid, projects jsonb, rate_limit integer)
language sql stable security definer rows 1 set search_path = pg_catalog as $$
  select k.id, a.id, a.owner_id, k.projects, k.rate_limit
  from webhooks.api_keys k join webhooks.apps a on a.id = k.app_id
  where k.key_hash = $1 and k.revoked_at is null
    and (k.expires_at is null or k.expires_at > now())
$$;

-- What each answer asks: these name the owner themselves, and need no transaction for it.
create function recommender.project_of(owner_id uuid, id integer)
returns setof recommender.recommender_projects
language sql stable security definer rows 1 set search_path = pg_catalog as $$
  select p.* from recommender.recommender_projects p where p.owner_id = $1 and p.id = $2
$$;

create function recommender.erased_among(owner_id uuid, project_id integer, user_ids text[])
returns table (user_id text)
language sql stable security definer set search_path = pg_catalog as $$
  select e.user_id
  from recommender.erased_users e
    join recommender.recommender_projects p on p.id = e.project_id
  where p.owner_id = $1 and p.id = $2 and e.user_id = any ($3)
$$;

create function recommender.hidden_items_of(owner_id uuid, project_id integer)
returns table (item_id text)
language sql stable security definer set search_path = pg_catalog as $$
  select h.item_id
  from recommender.hidden_items h
    join recommender.recommender_projects p on p.id = h.project_id
  where p.owner_id = $1 and p.id = $2
$$;

-- Counts the answered calls of several owners' apps at once, with their events; all or nothing. Rows
-- are locked in the order of their ids, so that two processes never wait for each other in a ring.
-- `last_used_at` moves at most once a minute. It gives the apps that were counted.
create function webhooks.note_completed(calls jsonb) returns table (app_id uuid, notified integer)
language sql security definer set search_path = pg_catalog as $$
  with calls as (
    select "appId" as app_id, "keyId" as key_id, count, answer
    from jsonb_to_recordset($1) as c("appId" uuid, "keyId" uuid, count int, answer text)
  ), sums as (
    select app_id, sum(count) as count from calls group by app_id
  ), locked as (
    select u.app_id, s.count from webhooks.usage u join sums s on s.app_id = u.app_id
    order by u.app_id
    for update of u
  ), counted as (
    update webhooks.usage u set usage_count = u.usage_count + l.count
    from locked l where u.app_id = l.app_id
    returning u.app_id
  ), by_day as (
    insert into webhooks.usage_days as d (app_id, day, usage_count)
    select l.app_id, (now() at time zone 'utc')::date, l.count from locked l order by l.app_id
    on conflict (app_id, day) do update set usage_count = d.usage_count + excluded.usage_count
  ), used_keys as (
    update webhooks.api_keys set last_used_at = now()
    where id in (
      select k.id from webhooks.api_keys k join calls c on c.key_id = k.id
      where k.last_used_at is null or k.last_used_at < now() - interval '1 minute'
      order by k.id for update of k skip locked
    )
  ), used_apps as (
    update webhooks.apps set last_used_at = now()
    where id in (
      select a.id from webhooks.apps a join locked l on l.app_id = a.id
      where a.last_used_at is null or a.last_used_at < now() - interval '1 minute'
      order by a.id for no key update of a skip locked
    )
  ), listening as (
    select e.id, e.app_id from webhooks.endpoints e join locked l on l.app_id = e.app_id
    where e.disabled_at is null and (e.events is null or e.events ? 'recommend.completed')
  ), event as (
    insert into webhooks.events (owner_id, app_id, type, body)
    select a.owner_id, c.app_id, 'recommend.completed', c.answer
    from calls c join webhooks.apps a on a.id = c.app_id
    where c.answer is not null and c.app_id in (select l.app_id from listening l)
    returning id, app_id
  ), delivery as (
    insert into webhooks.deliveries (event_id, app_id, endpoint_id)
    select event.id, event.app_id, listening.id
    from event join listening on listening.app_id = event.app_id
    returning id
  )
  select c.app_id, (select count(pg_notify('webhooks_due', '')) from delivery)::int
  from counted c
$$;

revoke execute on function auth.user_of_email, auth.owner_of_refresh_token, webhooks.bearer_of,
  webhooks.note_completed, recommender.project_of, recommender.erased_among,
  recommender.hidden_items_of from public;
grant execute on function http.current_owner, auth.user_of_email, auth.owner_of_refresh_token,
  webhooks.bearer_of, webhooks.note_completed, recommender.project_of, recommender.erased_among,
  recommender.hidden_items_of
  to airec_service;
