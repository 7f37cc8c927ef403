-- Projects, their files and mappings. The table of projects is the trainer's queue.

create schema recommender;

-- One row: who this installation is to a registry that several may share.
create table recommender.installation (
  id        uuid not null default gen_random_uuid(),
  singleton boolean primary key default true check (singleton)
);
insert into recommender.installation default values;

create table recommender.recommender_projects (
  id                   integer generated always as identity primary key,
  owner_id             uuid not null references auth.users (id) on delete cascade,
  project_name         text not null,
  status               text not null default 'PENDING'
                       check (status in ('PENDING', 'PROCESSING', 'READY', 'ERROR')),
  model_type           text not null check (model_type in ('CONTENT', 'COLLABORATIVE', 'HYBRID')),
  mlflow_model_name    text not null
                       generated always as ('project-' || id::text || '-recommender') stored,
  -- A copy for display: the registry's alias `champion` is the truth of what serves.
  mlflow_model_version text,
  created_at           timestamptz not null default now(),
  -- JSON with a version in it.
  settings             jsonb not null default '{"version": 1}',

  -- The training that is queued, runs or ran last. Its writes are fenced by (training_id, attempt).
  training_id          uuid not null default gen_random_uuid(),
  attempt              integer not null default 0,
  -- Attempts that ended with their process or for want of a dependency; three end the training.
  failures             integer not null default 0,
  queued_at            timestamptz not null default now(),
  -- A crashed training is not tried again before this.
  not_before           timestamptz not null default now(),
  lease_until          timestamptz,
  started_at           timestamptz,
  finished_at          timestamptz,
  -- When the version that serves was trained.
  trained_at           timestamptz,
  stage                text,
  progress             real not null default 0 check (progress between 0 and 1),
  error                text,
  -- The report of the version that serves.
  report               jsonb
);

create index recommender_projects_owner on recommender.recommender_projects (owner_id, id desc);
create index recommender_projects_queue on recommender.recommender_projects (queued_at)
  where status in ('PENDING', 'PROCESSING');
create index recommender_projects_retrain on recommender.recommender_projects (finished_at)
  where status = 'READY' and settings ? 'retrain_every';

create table recommender.uploaded_files (
  id           integer generated always as identity primary key,
  project_id   integer not null references recommender.recommender_projects (id) on delete cascade,
  file_type    text not null check (file_type in ('CONTENT', 'INTERACTION')),
  -- A name among the blobs.
  storage_path text not null,
  created_at   timestamptz not null default now(),
  file_name    text not null,
  bytes        bigint not null,
  sha256       text not null,
  -- Encoding, delimiter, quote, newline and header, as found or given at upload.
  dialect      jsonb not null,
  -- Which rows the trainer read, used and refused, with reasons.
  receipt      jsonb,
  -- When the rows of erased users were last taken out of it.
  cleaned_at   timestamptz
);

create index uploaded_files_project on recommender.uploaded_files (project_id);

create table recommender.schema_mappings (
  id              integer generated always as identity primary key,
  file_id         integer not null references recommender.uploaded_files (id) on delete cascade,
  -- item_id, item_title, feature_col (several rows), user_id, rating, timestamp, event_type.
  app_schema_key  text not null,
  user_csv_column text not null
);

create index schema_mappings_file on recommender.schema_mappings (file_id);

-- Which version became champion when, and why: what a rollback goes back by.
create table recommender.promotions (
  id          bigint generated always as identity primary key,
  project_id  integer not null references recommender.recommender_projects (id) on delete cascade,
  version     text not null,
  promoted_at timestamptz not null default now(),
  reason      text not null check (reason in ('TRAINED', 'PROMOTED', 'ROLLED_BACK'))
);

create index promotions_project on recommender.promotions (project_id, id desc);

-- Items that are never recommended: sold out, withdrawn.
create table recommender.hidden_items (
  project_id integer not null references recommender.recommender_projects (id) on delete cascade,
  item_id    text not null,
  primary key (project_id, item_id)
);

-- People whose rows and history go, and stay out of whatever is uploaded later.
create table recommender.erased_users (
  project_id   integer not null references recommender.recommender_projects (id) on delete cascade,
  user_id      text not null,
  erased_at    timestamptz not null default now(),
  -- When no version that learned from them serves any more.
  forgotten_at timestamptz,
  primary key (project_id, user_id)
);

-- What is to be erased outside the database; the trainer works it off.
create table recommender.erasures (
  id         bigint generated always as identity primary key,
  kind       text not null check (kind in ('BLOB', 'MODEL', 'VERSION')),
  -- A blob's or a model's; of a version `model/version`.
  name       text not null,
  created_at timestamptz not null default now()
);

create function recommender.note_erasure() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  if tg_table_name = 'uploaded_files' then
    insert into recommender.erasures (kind, name) values ('BLOB', old.storage_path);
  else
    insert into recommender.erasures (kind, name) values ('MODEL', old.mlflow_model_name);
  end if;
  perform pg_notify('recommender_queue', '');
  return old;
end
$$;

create trigger note_erasure after delete on recommender.uploaded_files
  for each row execute function recommender.note_erasure();
create trigger note_erasure after delete on recommender.recommender_projects
  for each row execute function recommender.note_erasure();

create function recommender.wake_trainer() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
  perform pg_notify('recommender_queue', '');
  return new;
end
$$;

create trigger wake_trainer after insert or update of status on recommender.recommender_projects
  for each row when (new.status = 'PENDING') execute function recommender.wake_trainer();

-- The services' and the trainer's roles: neither superuser nor owner of a table.
do $$
begin
  if not exists (select from pg_roles where rolname = 'airec_service') then
    create role airec_service nologin;
  end if;
  if not exists (select from pg_roles where rolname = 'airec_trainer') then
    create role airec_trainer nologin;
  end if;
end
$$;

grant usage on schema auth, webhooks, recommender to airec_service;
grant select, insert, update, delete on all tables in schema auth, webhooks, recommender
  to airec_service;
revoke update, delete, truncate on auth.audit_entries from airec_service;
grant usage on schema auth, recommender, webhooks to airec_trainer;
grant select, insert, update, delete on all tables in schema recommender to airec_trainer;
revoke execute on function auth.note from public;
grant execute on all functions in schema auth, webhooks, recommender to airec_service, airec_trainer;
grant airec_service, airec_trainer to current_user;
