-- Up to which number a project's live events have left the table: a version that learned fewer lacks
-- some of them.
alter table recommender.recommender_projects
  add column events_dropped_to bigint not null default 0;

-- Of a file of live events: when the oldest of them was received.
alter table recommender.uploaded_files add column events_from timestamptz;
