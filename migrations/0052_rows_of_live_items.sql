alter table recommender.learned_versions
  -- Sequence number up to which new live items have their rows in the version.
  add column rows_to bigint not null default 0;
