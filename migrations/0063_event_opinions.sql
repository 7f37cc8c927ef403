-- Whether an event replaces those before it of the same day by the meaning of its word, as `skip`
-- does; null for the types that append_events knows.
alter table recommender.live_events add column opinion boolean;
