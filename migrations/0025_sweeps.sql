-- Sweeps compare the stores with the tables, in both directions: what they found, and what became of it.

create table recommender.sweeps (
  id          bigint generated always as identity primary key,
  started_at  timestamptz not null default now(),
  -- Renewed while it runs: one that was killed ends with its lease.
  lease_until timestamptz not null,
  finished_at timestamptz,
  -- Left-overs that are old enough to be such, and those of them that were removed.
  found       integer not null default 0,
  removed     integer not null default 0,
  -- Rows whose blob or version is missing.
  missing     integer not null default 0,
  -- What kept it from looking everywhere.
  error       text
);

-- One at a time.
create unique index sweeps_running on recommender.sweeps ((true)) where finished_at is null;

create table recommender.leftovers (
  -- LEFTOVER: no row names it. MISSING: a row names it, and it is not there.
  kind       text not null check (kind in ('LEFTOVER', 'MISSING')),
  name       text not null,
  bytes      bigint not null default 0,
  -- When it was last written to.
  since      timestamptz,
  -- Whose it is, where a row says so.
  project_id integer,
  found_at   timestamptz not null default now(),
  -- By the latest sweep that did.
  seen_at    timestamptz not null default now(),
  removed_at timestamptz,
  -- Why it could not be removed.
  last_error text,
  primary key (kind, name)
);

-- By these a sweep looks for names, batch by batch.
create index uploads_path on recommender.uploads (storage_path);
create index erasures_name on recommender.erasures (name);
create index recommender_projects_model on recommender.recommender_projects (mlflow_model_name);

grant select, insert, update, delete on recommender.sweeps, recommender.leftovers to airec_trainer;
