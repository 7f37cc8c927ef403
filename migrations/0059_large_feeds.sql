-- A fetch of a feed that changes more items than the services add to a version stores them in the
-- project's file of live items: they count from the next training on, which this queues.

alter table recommender.item_feeds
  -- Number of live items up to which a training must learn; null if no fetch has asked for one.
  add column learn_to bigint;
