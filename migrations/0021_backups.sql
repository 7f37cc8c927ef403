-- What backups and restores need: duties that can be paused, names of models that a copy does not
-- share with its original, and whose accounts were deleted. The new tables are their owner's alone: no
-- role of the services is granted anything on them.

-- Duties that stand still: removals for as long as a backup copies what they would remove, webhooks
-- and retrains of a copy until its operator lets them go on.
create table http.pauses (
  id        uuid primary key default gen_random_uuid(),
  duty      text not null check (duty in ('removals', 'webhooks', 'retrains')),
  -- For the operator.
  reason    text not null,
  paused_at timestamptz not null default now(),
  -- A lease that its holder renews; infinity where the operator ends it.
  until     timestamptz not null
);

create function http.is_paused(duty text) returns boolean
language sql stable security definer set search_path = pg_catalog as $$
  select exists (select from http.pauses p where p.duty = $1 and p.until > now())
$$;

grant usage on schema http to airec_trainer, airec_sender;
revoke execute on function http.is_paused from public;
grant execute on function http.is_paused to airec_service, airec_trainer, airec_sender;

-- A model's name was `project-7-recommender` in every installation. That of a copy ends in a mark of
-- its own, so that it may share an MLflow server with its original.
alter table recommender.installation
  add column model_suffix text not null default '' check (model_suffix ~ '^(-[a-z0-9]+)?$');

alter table recommender.recommender_projects alter column mlflow_model_name drop expression;

create function recommender.name_model() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  new.mlflow_model_name := 'project-' || new.id || '-recommender'
    || (select i.model_suffix from recommender.installation i);
  return new;
end
$$;

create trigger name_model before insert on recommender.recommender_projects
for each row execute function recommender.name_model();

-- Deleted accounts, by the SHA-256 of the id's text: a backup that was made before is restored without
-- them.
create table auth.deleted_users (
  id_sha256  bytea primary key,
  deleted_at timestamptz not null default now()
);

create function auth.note_deleted_user() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  insert into auth.deleted_users (id_sha256) values (sha256(convert_to(old.id::text, 'UTF8')))
  on conflict do nothing;
  return null;
end
$$;

create trigger note_deleted_user after delete on auth.users
for each row execute function auth.note_deleted_user();

revoke execute on function recommender.name_model, auth.note_deleted_user from public;
