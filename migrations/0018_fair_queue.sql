-- The queue of trainings is fair between owners, and says why it waits. The order itself is a query of
-- the trainer's: worker-trainer/queue/turns.ts.

-- Which turn each owner had last. The greatest of them is the turn that is under way.
create table recommender.turns (
  owner_id       uuid primary key references auth.users (id) on delete cascade,
  turn           bigint not null default 0,
  -- When a version of the owner's first served; until then the owner shares one turn with all others
  -- who have none.
  first_ready_at timestamptz
);

create index turns_turn on recommender.turns (turn desc);

insert into recommender.turns (owner_id, first_ready_at)
select owner_id, min(trained_at) from recommender.recommender_projects
where trained_at is not null group by owner_id;

-- Processes that train, and what each of them misses.
create table recommender.trainers (
  id         uuid primary key,
  started_at timestamptz not null default now(),
  -- Renewed every few seconds: a trainer that was not seen for a lease is gone.
  seen_at    timestamptz not null default now(),
  -- The oldest first: {dependency, since, sentence, detail}. The sentence is for owners, the detail for
  -- the operator alone.
  pauses     jsonb not null default '[]'
);

alter table recommender.recommender_projects
  -- The turn in which the training was queued: each one since then lifts it by a class.
  add column queued_turn  bigint not null default 0,
  -- Attempts that ended for want of a dependency which others reached: they cost no try, and lengthen
  -- the pause before the next.
  add column deferrals    integer not null default 0,
  -- How long the last whole training took, and of how many bytes of files: what the next is estimated by.
  add column last_seconds real,
  add column last_bytes   bigint,
  -- Which process trains it, or did last.
  add column trainer_id   uuid references recommender.trainers (id) on delete set null;

create index recommender_projects_trainer on recommender.recommender_projects (trainer_id)
  where trainer_id is not null;

create function recommender.note_queued() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  if tg_op = 'INSERT' or new.training_id is distinct from old.training_id then
    new.queued_turn := coalesce((select max(t.turn) from recommender.turns t), 0);
    new.deferrals := 0;
  end if;
  return new;
end
$$;

create trigger note_queued before insert or update of training_id
on recommender.recommender_projects
for each row execute function recommender.note_queued();

create function recommender.note_first_ready() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  insert into recommender.turns as t (owner_id, first_ready_at)
  select p.owner_id, now() from recommender.recommender_projects p where p.id = new.project_id
  on conflict (owner_id) do update set first_ready_at = excluded.first_ready_at
  where t.first_ready_at is null;
  return null;
end
$$;

create trigger note_first_ready after insert on recommender.promotions
for each row execute function recommender.note_first_ready();

-- Why nothing that waits is begun, for its owner: a sentence where each trainer misses something, else
-- null. One that has not been seen for a lease counts no more.
create function recommender.queue_pause() returns text
language sql stable security definer set search_path = pg_catalog as $$
  select t.pauses -> 0 ->> 'sentence' from recommender.trainers t
  where t.seen_at > now() - interval '30 seconds'
    and not exists (
      select from recommender.trainers o
      where o.seen_at > now() - interval '30 seconds' and o.pauses = '[]'
    )
  order by t.pauses -> 0 ->> 'since'
  limit 1
$$;

grant select, insert, update, delete on recommender.turns, recommender.trainers to airec_trainer;
grant select on recommender.turns to airec_service;
alter table recommender.turns enable row level security;
create policy own on recommender.turns for select to airec_service
  using (owner_id = http.current_owner());
create policy trainer on recommender.turns to airec_trainer using (true);
alter table recommender.trainers enable row level security;
create policy trainer on recommender.trainers to airec_trainer using (true);
revoke execute on function recommender.note_queued, recommender.note_first_ready,
  recommender.queue_pause from public;
grant execute on function recommender.queue_pause to airec_service, airec_trainer;
