-- Keys count what their calls cost, in units: one before a call, the rest after it, into the debt of
-- the minutes that follow. Keys that are there already go on counting requests.
alter table webhooks.api_keys add column rate_counts text not null default 'requests'
  check (rate_counts in ('requests', 'units'));
alter table webhooks.api_keys alter column rate_counts set default 'units';

-- Units that were charged after their calls, beyond those that were leased before.
alter table webhooks.rate_windows add column owed bigint not null default 0;
