-- An erasure that cannot be done waits for its own next try, and no other waits with it. One that is
-- worked on has its next try moved ahead as a lease: a process that was killed leaves it due again.

alter table recommender.erasures
  -- Tries that began.
  add column attempts    integer not null default 0,
  -- How the last try failed; null where none did.
  add column last_error  text,
  add column next_try_at timestamptz not null default now();

create index erasures_due on recommender.erasures (next_try_at);
