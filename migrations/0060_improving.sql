-- Whether a training is the second half of a project's first one: a version serves already, and a
-- better one is searched for. Counts only while one is queued or running.
alter table recommender.recommender_projects
  add column improving boolean not null default false;
