-- Sign-ups, for the limit of each address; they are nobody's yet.
create table auth.signups (
  id           bigint generated always as identity primary key,
  address      text not null,
  attempted_at timestamptz not null default now()
);

create index signups_address on auth.signups (address, attempted_at);
create index signups_age on auth.signups (attempted_at);

grant select, insert, update, delete on auth.signups to airec_service;

-- For how many passwords of one address are being checked.
create index password_attempts_checked on auth.password_attempts (address, attempted_at)
  where not has_failed;
