-- Writes that were made under an Idempotency-Key, so that the same request twice is one: what all
-- services have in common.

create schema http;

create table http.idempotent_requests (
  owner_id     uuid not null references auth.users (id) on delete cascade,
  service      text not null,
  key          text not null,
  -- SHA-256 of method, path and body in hex.
  fingerprint  text not null,
  -- While the first of them is at work, when another may take its place.
  locked_until timestamptz not null,
  -- Null until it is answered; the body without the secrets that are shown once.
  status       integer,
  content_type text,
  body         text,
  created_at   timestamptz not null default now(),
  primary key (owner_id, service, key)
);
