-- For the limit of an address over all accounts.
create index password_attempts_address on auth.password_attempts (address, attempted_at)
  where has_failed;
