-- Trending items: each counted live event adds its weight, which halves every half-life. An item's
-- score at time t is the sum of w 2^((t0 - t) / h) over its events at times t0. Its logarithm, less
-- the term of t that all items share, does not change with time, so it is stored as `heat`:
-- log2(score) + t / h.

create table recommender.trending (
  project_id integer not null references recommender.recommender_projects (id) on delete cascade,
  item_id    text not null,
  heat       double precision not null,
  primary key (project_id, item_id)
);

create index trending_order on recommender.trending (project_id, heat desc);

-- By project: the sequence number up to which events are in its trending items, and with which
-- half-life in hours.
create table recommender.trending_folds (
  project_id  integer primary key references recommender.recommender_projects (id) on delete cascade,
  folded_to   bigint not null default 0,
  half_life   double precision not null,
  folded_at   timestamptz not null default now()
);

grant select, insert, update, delete on recommender.trending, recommender.trending_folds
  to airec_trainer;
grant select on recommender.trending, recommender.trending_folds to airec_service;

alter table recommender.trending enable row level security;
create policy own on recommender.trending to airec_service
  using (exists (select from recommender.recommender_projects p where p.id = project_id));
create policy trainer on recommender.trending to airec_trainer using (true);
alter table recommender.trending_folds enable row level security;
create policy own on recommender.trending_folds to airec_service
  using (exists (select from recommender.recommender_projects p where p.id = project_id));
create policy trainer on recommender.trending_folds to airec_trainer using (true);
