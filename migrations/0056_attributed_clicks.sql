-- The clicks that a purchase without a list may have followed, by person and item, the last first.
create index live_events_clicks on recommender.live_events
  (project_id, person, anonymous, item_id, at desc, seq desc)
  where type in ('click', 'view') and list is not null;

-- The visitors who signed in as a user, the last first.
drop index recommender.merged_visitors_user;
create index merged_visitors_user on recommender.merged_visitors (project_id, user_id, seq);
