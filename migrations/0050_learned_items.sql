-- Live items on their way to trainings: they are rolled up into a file of their project, and dropped
-- from the table when every version that may serve has learned them.

alter table recommender.uploaded_files
  -- Of the file of live items: the highest sequence number among them. Null for other files.
  add column items_to bigint;

alter table recommender.recommender_projects
  -- Sequence number up to which live items are in the file.
  add column items_rolled_to bigint not null default 0;

alter table recommender.learned_versions
  -- Sequence number up to which the version's training read live items.
  add column learned_items bigint not null default 0;

-- Wakes the trainers' housekeeping, which computes the rows of new items.
create function recommender.notify_live_items() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
  perform pg_notify('recommender_items', '');
  return null;
end
$$;

create trigger notify_changed after insert or update on recommender.live_items
for each statement execute function recommender.notify_live_items();
