-- A second kind of key, for pages: it opens only what anybody may see, from listed origins, and
-- nobody's stored history without a token that the shop's own server signed.

alter table webhooks.api_keys
  add column kind text not null default 'secret' check (kind in ('secret', 'publishable')),
  -- Of a publishable key: the origins of the pages that may use it, as JSON texts.
  add column origins jsonb check (jsonb_typeof(origins) = 'array'),
  -- Of a publishable key: whether it gives the model's files.
  add column model boolean not null default false,
  -- Of a secret key that a page sent: the last Origin that came with it, and when.
  add column page_origin text,
  add column page_seen_at timestamptz,
  add constraint api_keys_publishable
    check (kind = 'secret' or (origins is not null and projects is not null));

-- What an app's own server signs its visitors' ids with, and the secret before during a rotation:
-- AES-GCM under AIREC_SECRET_KEY.
create table webhooks.identity_secrets (
  app_id          uuid primary key references webhooks.apps (id) on delete cascade,
  secret          bytea not null,
  previous_secret bytea,
  previous_until  timestamptz,
  made_at         timestamptz not null default now()
);

grant select, insert, update, delete on webhooks.identity_secrets to airec_service;
alter table webhooks.identity_secrets enable row level security;
create policy own on webhooks.identity_secrets to airec_service
  using (exists (select from webhooks.apps a where a.id = app_id));

-- The only project of an owner who has one; null of one who has none or several. A door to webhooks.
create function recommender.sole_project_of(owner_id uuid) returns integer
language sql stable security definer set search_path = pg_catalog as $$
  select min(p.id) from recommender.recommender_projects p where p.owner_id = $1
  having count(*) = 1
$$;

-- As bearer_of, with what publishable keys need.
create function webhooks.key_bearer(key_hash text)
returns table (
  key_id uuid, app_id uuid, owner_id uuid, projects jsonb, rate_limit integer, is_heard boolean,
  kind text, origins jsonb, model boolean, seen_lately boolean,
  identity_secret bytea, previous_identity_secret bytea
)
language sql stable security definer rows 1 set search_path = pg_catalog as $$
  select k.id, a.id, a.owner_id, k.projects, k.rate_limit, exists (
    select from webhooks.endpoints e
    where e.app_id = a.id and e.disabled_at is null
      and (e.events is null or e.events ? 'recommend.completed')
  ), k.kind, k.origins, k.model, coalesce(k.page_seen_at > now() - interval '1 minute', false),
    i.secret, case when i.previous_until > now() then i.previous_secret end
  from webhooks.api_keys k join webhooks.apps a on a.id = k.app_id
    left join webhooks.identity_secrets i on i.app_id = a.id and k.kind = 'publishable'
  where k.key_hash = $1 and k.revoked_at is null
    and (k.expires_at is null or k.expires_at > now())
$$;

-- A service of before takes every key for a secret one: so it is shown those alone.
create or replace function webhooks.bearer_of(key_hash text)
returns table (
  key_id uuid, app_id uuid, owner_id uuid, projects jsonb, rate_limit integer, is_heard boolean
)
language sql stable security definer rows 1 set search_path = pg_catalog as $$
  select b.key_id, b.app_id, b.owner_id, b.projects, b.rate_limit, b.is_heard
  from webhooks.key_bearer($1) b where b.kind = 'secret'
$$;

-- Notes that a page sent a secret key, at most once a minute.
create function webhooks.note_page(key_id uuid, origin text) returns void
language sql security definer set search_path = pg_catalog as $$
  update webhooks.api_keys set page_origin = $2, page_seen_at = now()
  where id in (
    select k.id from webhooks.api_keys k
    where k.id = $1 and (k.page_seen_at is null or k.page_seen_at < now() - interval '1 minute')
    for update skip locked
  )
$$;

revoke execute on function recommender.sole_project_of, webhooks.key_bearer, webhooks.note_page
  from public;
grant execute on function recommender.sole_project_of, webhooks.key_bearer, webhooks.note_page
  to airec_service;

-- As before, and it says of which kind a key is and when that changes.
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

drop trigger note_key on webhooks.api_keys;
create trigger note_key
after insert or update of name, projects, rate_limit, expires_at, revoked_at, kind, origins, model
on webhooks.api_keys
for each row execute function webhooks.note_key();

create function webhooks.note_identity_secret() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform auth.note(
    a.owner_id,
    case tg_op when 'INSERT' then 'identity_secret.made' else 'identity_secret.rotated' end,
    jsonb_build_object('app_name', a.app_name)
  )
  from webhooks.apps a where a.id = new.app_id;
  return null;
end
$$;

create trigger note_identity_secret after insert or update of secret on webhooks.identity_secrets
for each row execute function webhooks.note_identity_secret();

-- As before, with when an app's identity secret was made.
create or replace function webhooks.export_of(owner_id uuid) returns jsonb
language sql stable security definer set search_path = pg_catalog as $$
  select jsonb_build_object(
    'apps', (
      select coalesce(
        jsonb_agg(jsonb_build_object(
          'app_id', a.id,
          'app_name', a.app_name,
          'created_at', a.created_at,
          'last_used_at', a.last_used_at,
          'usage_count', coalesce(u.usage_count, 0),
          'usage_days', (
            select coalesce(jsonb_object_agg(d.day, d.usage_count), '{}')
            from webhooks.usage_days d where d.app_id = a.id
          ),
          'identity_secret', (
            select to_jsonb(i) - array['app_id', 'secret', 'previous_secret']
            from webhooks.identity_secrets i where i.app_id = a.id
          ),
          'api_keys', (
            select coalesce(
              jsonb_agg(to_jsonb(k) - array['app_id', 'key_hash'] order by k.created_at), '[]'
            )
            from webhooks.api_keys k where k.app_id = a.id
          ),
          'endpoints', (
            select coalesce(
              jsonb_agg(
                to_jsonb(e) - array['app_id', 'secret', 'previous_secret'] order by e.created_at
              ), '[]'
            )
            from webhooks.endpoints e where e.app_id = a.id
          )
        ) order by a.created_at), '[]'
      )
      from webhooks.apps a left join webhooks.usage u on u.app_id = a.id
      where a.owner_id = export_of.owner_id
    ),
    'events', (
      select coalesce(jsonb_agg(to_jsonb(e) - 'owner_id' order by e.id), '[]')
      from webhooks.events e where e.owner_id = export_of.owner_id
    ),
    'deliveries', (
      select coalesce(
        jsonb_agg(
          to_jsonb(d) || jsonb_build_object('tries', (
            select coalesce(jsonb_agg(to_jsonb(t) - 'delivery_id' order by t.id), '[]')
            from webhooks.delivery_attempts t where t.delivery_id = d.id
          )) order by d.id
        ), '[]'
      )
      from webhooks.deliveries d join webhooks.apps a on a.id = d.app_id
      where a.owner_id = export_of.owner_id
    )
  )
$$;
