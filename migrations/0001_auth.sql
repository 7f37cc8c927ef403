-- Accounts. Everything a person owns refers to auth.users and goes with it.

create schema auth;

create table auth.users (
  id         uuid primary key default gen_random_uuid(),
  name       text not null,
  email      text not null,
  -- bcrypt over base64(HMAC-SHA-384(pepper, password)): see functions/auth/passwords.ts.
  password   text not null,
  created_at timestamptz not null default now()
);

-- Addresses are one whatever their case.
create unique index users_email on auth.users (lower(email));
