-- Live items: items that calls or a feed add, change or delete between two trainings. They count in
-- filters, search and answers as they are stored, and join the next training.

-- Numbers of changes, of all projects. A training learns the items up to a number.
create sequence recommender.live_items_seq;

create table recommender.live_items (
  project_id integer not null references recommender.recommender_projects (id) on delete cascade,
  item_id    text not null,
  -- Taken anew at each change, under lock_live_items.
  seq        bigint not null default nextval('recommender.live_items_seq'),
  -- Null: that of the item's file.
  title      text,
  -- Values by column, each in place of the file's cell: a number, a text, a list of texts, or null
  -- for an empty cell. Columns that are not named keep what the file has.
  cells      jsonb not null default '{}',
  deleted    boolean not null default false,
  changed_at timestamptz not null default now(),
  primary key (project_id, item_id)
);

create index live_items_seq_order on recommender.live_items (project_id, seq);

-- Rows of new items in a version that was trained without them. `items` are indices of the version's
-- catalogue, `weights` the scores on the scale of the version's weights: what each of these items in a
-- history adds to the new item, and what the new item in a history adds to each of them.
create table recommender.live_item_rows (
  project_id      integer not null references recommender.recommender_projects (id) on delete cascade,
  version         text not null,
  item_id         text not null,
  -- Taken anew at each change, under lock_live_items, from the sequence of live_items.
  seq             bigint not null default nextval('recommender.live_items_seq'),
  -- The number of the live item that the rows were computed from.
  item_seq        bigint not null,
  items           jsonb not null default '[]',
  weights         jsonb not null default '[]',
  -- Scores of the same items on the scale of the version's `similar`; null where it has none.
  similar_weights jsonb,
  primary key (project_id, version, item_id)
);

create index live_item_rows_seq_order on recommender.live_item_rows (project_id, version, seq);

-- The last fetch of a project's feed of items.
create table recommender.item_feeds (
  project_id integer primary key references recommender.recommender_projects (id) on delete cascade,
  url        text not null,
  fetched_at timestamptz not null default now(),
  -- Items of the fetch; null if it failed.
  added      integer,
  changed    integer,
  unchanged  integer,
  rejected   integer,
  -- Reason of the failure, as a sentence.
  error      text
);

-- Serializes changes of a project's live items and their rows until the transaction ends, so that
-- whoever reads numbers up to n sees every change up to n. Locks before any row of the project.
create function recommender.lock_live_items(project_id integer) returns void
language plpgsql set search_path = pg_catalog set lock_timeout = '5s' as $$
begin
  -- The first number is this migration's.
  perform pg_advisory_xact_lock(49, project_id);
end
$$;

-- Live items of an owner's project that changed after `items_after`, and rows of a version that
-- changed after `rows_after`, each in the order of its number: an item as [seq, item_id, title, cells,
-- deleted], a row as [seq, item_id, items, weights, similar_weights].
create function recommender.live_items_of(
  owner_id uuid, project_id integer, version text, items_after bigint, rows_after bigint
) returns table (items jsonb, item_rows jsonb)
language sql stable security definer set search_path = pg_catalog as $$
  select (
    select coalesce(jsonb_agg(
      jsonb_build_array(l.seq, l.item_id, l.title, l.cells, l.deleted) order by l.seq
    ), '[]')
    from recommender.live_items l where l.project_id = p.id and l.seq > $4
  ), (
    select coalesce(jsonb_agg(
      jsonb_build_array(r.seq, r.item_id, r.items, r.weights, r.similar_weights) order by r.seq
    ), '[]')
    from recommender.live_item_rows r
    where r.project_id = p.id and r.version = $3 and r.seq > $5
  )
  from recommender.recommender_projects p where p.owner_id = $1 and p.id = $2
$$;

revoke execute on function recommender.lock_live_items, recommender.live_items_of from public;
grant execute on function recommender.lock_live_items to airec_service, airec_trainer;
grant execute on function recommender.live_items_of to airec_service;

grant usage on sequence recommender.live_items_seq to airec_service, airec_trainer;
grant select, insert, update on recommender.live_items to airec_service;
grant select on recommender.live_item_rows, recommender.item_feeds to airec_service;
grant select, insert, update, delete
  on recommender.live_items, recommender.live_item_rows, recommender.item_feeds to airec_trainer;

alter table recommender.live_items enable row level security;
create policy own on recommender.live_items to airec_service
  using (exists (select from recommender.recommender_projects p where p.id = project_id));
create policy trainer on recommender.live_items to airec_trainer using (true);
alter table recommender.live_item_rows enable row level security;
create policy own on recommender.live_item_rows to airec_service
  using (exists (select from recommender.recommender_projects p where p.id = project_id));
create policy trainer on recommender.live_item_rows to airec_trainer using (true);
alter table recommender.item_feeds enable row level security;
create policy own on recommender.item_feeds to airec_service
  using (exists (select from recommender.recommender_projects p where p.id = project_id));
create policy trainer on recommender.item_feeds to airec_trainer using (true);
