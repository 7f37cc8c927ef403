-- What is still to forget, as a list that housekeeping works off until it is done: no training has to
-- end well for somebody to be gone from stored files and kept versions.

alter table recommender.erased_users
  -- When the version that serves was trained without them: until then its weights and counts are of
  -- them, too. `forgotten_at` is when no stored file and no kept version's private files had them.
  add column unlearned_at timestamptz;
update recommender.erased_users set unlearned_at = forgotten_at, forgotten_at = null;

create table recommender.forgetting (
  project_id  integer primary key references recommender.recommender_projects (id) on delete cascade,
  created_at  timestamptz not null default now(),
  -- When somebody looks again, be it that nobody is to be forgotten: a training that was begun before
  -- may publish late.
  next_try_at timestamptz not null default now(),
  -- While a process works on it.
  lease_until timestamptz,
  -- Rounds that began; it fences what is written about one.
  attempts    integer not null default 0,
  -- Rounds since one went well, and why the last did not, as a sentence for the owner.
  failures    integer not null default 0,
  cause       text,
  -- By training: as of when its version's private files have nobody who was erased.
  redacted    jsonb not null default '{}'
);

create index forgetting_due on recommender.forgetting (next_try_at);

insert into recommender.forgetting (project_id)
select distinct project_id from recommender.erased_users;

-- Erased together they are forgotten together: a round begins some seconds after the first.
create function recommender.note_forgetting() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  insert into recommender.forgetting as f (project_id, next_try_at)
  select new.project_id, clock_timestamp() + interval '3 seconds'
  where tg_table_name = 'erased_users'
    or exists (select from recommender.erased_users e where e.project_id = new.project_id)
  on conflict (project_id) do update
  set next_try_at = least(f.next_try_at, excluded.next_try_at);
  return null;
end
$$;

create trigger note_forgetting after insert on recommender.erased_users
for each row execute function recommender.note_forgetting();
-- What is uploaded later may have rows of theirs.
create trigger note_forgetting after insert on recommender.uploaded_files
for each row when (new.file_type = 'INTERACTION') execute function recommender.note_forgetting();

alter table recommender.erasures
  -- A blob that was written anew: trainings of this project that began before may still read it.
  add column project_id integer;

-- Versions are kept, without those who were erased.
delete from recommender.erasures where kind = 'VERSION';

grant select, insert, update, delete on recommender.forgetting to airec_trainer;
grant select on recommender.forgetting to airec_service;
alter table recommender.forgetting enable row level security;
create policy own on recommender.forgetting for select to airec_service
  using (exists (select from recommender.recommender_projects p where p.id = project_id));
create policy trainer on recommender.forgetting to airec_trainer using (true);
revoke execute on function recommender.note_forgetting from public;
