-- Accounts. Everything a person owns refers to auth.users and goes with it.

create schema auth;

create table auth.users (
  id         uuid primary key default gen_random_uuid(),
  name       text not null,
  email      text not null,
  -- bcrypt over base64(HMAC-SHA-384(pepper, password)): see functions/auth/passwords.ts.
  password   text not null,
  created_at timestamptz not null default now(),
  -- Where an operator gave the password out: until when it lets in, once. Null for a chosen one.
  password_expires_at timestamptz
);

-- Addresses are one whatever their case.
create unique index users_email on auth.users (lower(email));

-- Who is signed in: a row a browser, and a family of refresh tokens. It is over when it is gone.
create table auth.sessions (
  id         uuid primary key default gen_random_uuid(),
  owner_id   uuid not null references auth.users (id) on delete cascade,
  started_at timestamptz not null default now(),
  -- It ends then, however often it was refreshed.
  expires_at timestamptz not null default now() + interval '30 days',
  address    text not null,
  user_agent text
);

create index sessions_owner on auth.sessions (owner_id);

create table auth.refresh_tokens (
  -- SHA-256; the token itself is kept nowhere.
  hash        bytea primary key,
  session_id  uuid not null references auth.sessions (id) on delete cascade,
  issued_at   timestamptz not null default now(),
  replaced_at timestamptz,
  -- With the token it gives its successor, so that refreshes in parallel all get the same one.
  salt        bytea
);

create index refresh_tokens_session on auth.refresh_tokens (session_id);

-- Passwords that were wrong or are being checked, for the limit of each account and address.
create table auth.password_attempts (
  id           bigint generated always as identity primary key,
  -- SHA-256 of the email address as it was typed, which need not be anybody's.
  account      bytea not null,
  address      text not null,
  attempted_at timestamptz not null default now(),
  has_failed   boolean not null default false
);

create index password_attempts_pair on auth.password_attempts (account, address);
create index password_attempts_age on auth.password_attempts (attempted_at);

-- What happened to an account and what it owns, for its owner to read. It goes with the account.
create table auth.audit_entries (
  id          bigint generated always as identity primary key,
  owner_id    uuid not null references auth.users (id) on delete cascade,
  -- `subject.what_happened`, such as `account.signed_in`.
  action      text not null check (action ~ '^[a-z_]+\.[a-z_]+$'),
  detail      jsonb not null default '{}',
  happened_at timestamptz not null default now()
);

create index audit_entries_owner on auth.audit_entries (owner_id, id desc);

-- Entries are added and never changed; they go by the account's own cascade alone, which is a
-- trigger, and so one level up.
create function auth.refuse_change() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
  if tg_op = 'DELETE' and pg_trigger_depth() > 1 then
    return old;
  end if;
  raise exception 'auth.audit_entries is append-only: % is refused', lower(tg_op);
end
$$;

create trigger append_only before update or delete on auth.audit_entries
  for each row execute function auth.refuse_change();
create trigger append_only_truncate before truncate on auth.audit_entries
  for each statement execute function auth.refuse_change();

-- How any service notes what happened, in the transaction in which it happens.
create function auth.note(owner_id uuid, action text, detail jsonb default '{}') returns void
language sql security definer set search_path = pg_catalog as $$
  insert into auth.audit_entries (owner_id, action, detail)
  select u.id, note.action, note.detail from auth.users u where u.id = note.owner_id
$$;
