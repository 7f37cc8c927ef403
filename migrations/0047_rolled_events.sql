-- Live events on their way to trainings: they are rolled up into files of their project, and dropped
-- from the table when every version that may serve has learned them.

alter table recommender.live_events
  -- Whether it counts in histories, trainings and trending items: see append_events.
  add column counted boolean not null default true;

create index live_events_day on recommender.live_events
  (project_id, person, anonymous, ((at at time zone 'UTC')::date), item_id, type);

alter table recommender.uploaded_files
  -- Of a file of live events: the highest sequence number among them. Null for an uploaded file.
  add column events_to bigint;

alter table recommender.recommender_projects
  -- Sequence number up to which live events are in files.
  add column events_rolled_to bigint not null default 0;

-- By version: the sequence number up to which its training read live events.
create table recommender.learned_versions (
  project_id integer not null references recommender.recommender_projects (id) on delete cascade,
  version    text not null,
  learned_to bigint not null,
  primary key (project_id, version)
);

alter table recommender.learned_versions enable row level security;
create policy trainer on recommender.learned_versions to airec_trainer using (true);
create policy own on recommender.learned_versions for select to airec_service
  using (exists (select from recommender.recommender_projects p where p.id = project_id));
grant select, insert, update, delete on recommender.learned_versions to airec_trainer;
grant select on recommender.learned_versions to airec_service;

-- To lock rows that are deleted.
grant update on recommender.live_events to airec_trainer;
