/**
 * The order of the queue: turns between owners, the cheapest training first within a turn.
 *
 * 1. Each owner has one training a turn. `recommender.turns` holds the turn that an owner had last; the
 *    greatest of all is the turn under way, and an owner who comes back begins there: what was not used
 *    is not saved up.
 * 2. Owners without a first READY have one turn together, since an account costs nothing to make. Among
 *    them it goes to the one whose last is the longest ago.
 * 3. Within a turn the class decides, then age. A class is a doubling of the seconds that a training is
 *    estimated to take; each turn that it waited lifts it by one, so that the long ones come to their
 *    turn behind ever new short ones of their owner.
 * 4. Owners of whom `RUNNING_OF_ONE` run already stand behind all others: at most so many run of one
 *    while others wait, and no place stays empty while anything waits.
 * 5. What a trainer left behind has had its turn and goes before all.
 *
 * The query works on rows of one training each. A training in two halves, a first model and then the
 * search, is two such rows, the second of a class behind every first.
 */
import type { ISql } from "postgres";

/** So many trainings of one owner run while others wait. */
export const RUNNING_OF_ONE = 1;

/** What is estimated to take no longer is short. */
const SHORT_SECONDS = 10;

/**
 * Whether a training may have the place that a trainer keeps for short ones, with its share of the
 * memory. One that crashed may be short by estimate alone.
 */
export function isShort({ seconds, failures }: { seconds: number; failures: number }): boolean {
  return seconds <= SHORT_SECONDS && failures === 0;
}

/** A training that waits, with what its place in the order comes from. */
export interface Waiting {
  /** Of the project. */
  id: number;
  owner_id: string;
  project_name: string;
  /** The turn in which it is claimed, by all that waits now. */
  turn: number;
  /** Behind those whose owner has fewer that run. */
  is_beyond: boolean;
  /** After lifting; 0 is the first to go. */
  class: number;
  /** Estimated. */
  seconds: number;
  /** A trainer died of it, or with it, and it is to be tried again. */
  is_left: boolean;
  queued_at: Date;
}

/** What is asked of the order. */
export interface WaitingOptions {
  /** Those that `isShort` is true of, and no others. */
  shortOnly?: boolean;
  /** Whether those count whose lease ran out. True by default. */
  withLeft?: boolean;
  runningOfOne?: number;
}

/**
 * What may be claimed now in the order in which it is claimed, as a subquery with the columns of
 * `Waiting`; `inOrder` sorts it.
 */
export function waitingTrainings(sql: ISql, options: WaitingOptions = {}) {
  const { shortOnly = false, withLeft = true, runningOfOne = RUNNING_OF_ONE } = options;
  return sql`
    with trainings as (
      select p.id, p.owner_id, p.project_name, p.queued_at, p.queued_turn, p.failures,
        p.status = 'PROCESSING' and p.lease_until >= now() as runs,
        p.status = 'PROCESSING' and p.lease_until < now() as is_left,
        p.status = 'PENDING' and p.not_before <= now() as waits,
        coalesce(t.turn, 0) as last_turn,
        -- Whose turn it is: the owner's, or that of all who have no READY yet.
        case when t.first_ready_at is not null then p.owner_id end as party,
        ${estimatedSeconds(sql)} as seconds
      from recommender.recommender_projects p
        left join recommender.turns t on t.owner_id = p.owner_id
      where p.status in ('PENDING', 'PROCESSING')
    ), under_way as (
      select coalesce(max(turn), 0) as turn from recommender.turns
    ), parties as (
      select party, count(*) filter (where runs) as running from trainings group by party
    ), last_turns as (
      select case when first_ready_at is not null then owner_id end as party, max(turn) as turn
      from recommender.turns group by 1
    ), classed as (
      select trainings.*, under_way.turn as turn_under_way,
        greatest(
          ceil(log(2, greatest(seconds, 1)::numeric)) - greatest(under_way.turn - queued_turn, 0), 0
        )::integer as class
      from trainings, under_way
      where (waits or is_left and ${withLeft})
        -- What is left behind has failed by that.
        and (not ${shortOnly} or seconds <= ${SHORT_SECONDS} and failures = 0 and not is_left)
    ), of_owners as (
      select *, row_number() over (
        partition by owner_id order by is_left desc, class, queued_at, id
      ) as nth
      from classed
    )
    select id, owner_id, project_name, class, seconds, is_left, queued_at,
      coalesce(running, 0) >= ${runningOfOne} as is_beyond,
      (greatest(coalesce(last_turns.turn, 0) + 1, turn_under_way) + row_number() over (
        partition by of_owners.party order by is_left desc, nth, last_turn, class, queued_at, id
      ) - 1)::integer as turn
    from of_owners
      left join parties on parties.party is not distinct from of_owners.party
      left join last_turns on last_turns.party is not distinct from of_owners.party`;
}

/** What `waitingTrainings`, selected from as `w`, is ordered by. */
export function inOrder(sql: ISql) {
  return sql`w.is_left desc, w.is_beyond, w.turn, w.class, w.queued_at, w.id`;
}

/**
 * How long a training of `p` takes: as long as the last one, longer where the files have grown since;
 * before the first by the bytes of the files when they are unpacked, as bench/growth.ts found (2.5 MB 16 s, 25 MB 50 s,
 * 600 MB 220 s on two cores).
 */
function estimatedSeconds(sql: ISql) {
  return sql`(
    select case
      when p.last_seconds is not null
        then p.last_seconds * greatest(1, files.bytes / greatest(p.last_bytes, 1))
      else 1 + 9 * (files.bytes / 1e6) ^ 0.55
    end
    from (
      select coalesce(sum(coalesce(f.unpacked_bytes, f.bytes)), 0)::float as bytes
      from recommender.uploaded_files f
      where f.project_id = p.id
    ) files
  )`;
}
