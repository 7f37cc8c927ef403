/**
 * The order of the queue: turns between owners, the cheapest training first within a turn.
 *
 * 1. Each owner has one training per turn. `recommender.turns` holds the last turn of each owner;
 *    the maximum is the current turn. An owner without waiting trainings saves no turns: their next
 *    training joins the current turn.
 * 2. Owners without a first READY share one turn, since accounts cost nothing to create. Among
 *    them, the owner whose last turn is longest ago comes first.
 * 3. Within a turn, second halves come last; otherwise the order is by class, then by age. The
 *    class is the logarithm to base 2 of the estimated seconds; each turn a training waits lowers
 *    it by one, so that long trainings are not starved by new short ones of their owner.
 * 4. Owners with `RUNNING_OF_ONE` running trainings come after all others: they start another one
 *    only if no other owner waits, so that no trainer idles.
 * 5. An abandoned training, whose lease has expired, comes first: its turn is already counted.
 *
 * A project's first training has two halves, first model and search, which are two trainings here:
 * the second takes a turn of its own. A trainer suspends a running second half while it computes a
 * first model, see places.ts.
 */
import type { ISql } from "postgres";
import {
  isAbandoned,
  isRunning,
  isWaiting,
} from "../../functions/recommender/projects/training_states.ts";

/** Maximum number of an owner's running trainings while other owners wait. */
export const RUNNING_OF_ONE = 1;

/** Estimates up to this are short. */
const SHORT_SECONDS = 10;

/**
 * Returns whether a training may use a trainer's place for short ones, with its share of the
 * memory. A crashed training may not, because its estimate may be wrong, nor may a second half,
 * which can wait.
 */
export function isShort(
  { seconds, failures, improving }: { seconds: number; failures: number; improving?: boolean },
): boolean {
  return seconds <= SHORT_SECONDS && failures === 0 && !improving;
}

/** A waiting training, with the keys of its position in the order. */
export interface Waiting {
  /** Id of the project. */
  id: number;
  owner_id: string;
  project_name: string;
  /** The turn in which it is claimed, given the trainings that wait now. */
  turn: number;
  /** Whether it comes after trainings of owners with fewer running ones. */
  is_beyond: boolean;
  /** Class, less one for each turn waited; 0 comes first. */
  class: number;
  /** Estimated duration. */
  seconds: number;
  /** Whether it was abandoned: its lease expired while it was processed. */
  is_abandoned: boolean;
  /** Whether it is the second half of a first training: its project is READY. */
  improving: boolean;
  queued_at: Date;
}

/** Filters of the order. */
export interface WaitingOptions {
  /** Only trainings for which `isShort` is true, or first models, or either; all if absent. */
  only?: ("short" | "first")[];
  /** Whether trainings with an expired lease are included. True by default. */
  withAbandoned?: boolean;
  runningOfOne?: number;
}

/**
 * Returns a subquery of the trainings that may be claimed now, with the columns of `Waiting`;
 * `inOrder` sorts it.
 */
export function waitingTrainings(sql: ISql, options: WaitingOptions = {}) {
  const { only, withAbandoned = true, runningOfOne = RUNNING_OF_ONE } = options;
  return sql`
    with trainings as (
      select p.id, p.owner_id, p.project_name, p.queued_at, p.queued_turn, p.failures,
        p.improving, p.mlflow_model_version is null as is_first,
        ${isRunning(sql)} as runs, ${isAbandoned(sql)} as is_abandoned, ${isWaiting(sql)} as waits,
        coalesce(t.turn, 0) as last_turn,
        -- The party that takes turns: the owner, or all owners without a READY project (null).
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
      where (waits or is_abandoned and ${withAbandoned})
        -- An abandoned training counts as failed, even with failures = 0.
        and (${only === undefined} or failures = 0 and not is_abandoned and (
          ${only?.includes("short") ?? false} and seconds <= ${SHORT_SECONDS} and not improving
          or ${only?.includes("first") ?? false} and is_first
        ))
    ), of_owners as (
      select *, row_number() over (
        partition by owner_id order by is_abandoned desc, improving, class, queued_at, id
      ) as nth
      from classed
    )
    select id, owner_id, project_name, class, seconds, is_abandoned, improving, queued_at,
      coalesce(running, 0) >= ${runningOfOne} as is_beyond,
      (greatest(coalesce(last_turns.turn, 0) + 1, turn_under_way) + row_number() over (
        partition by of_owners.party order by is_abandoned desc, nth, last_turn, improving, class, queued_at, id
      ) - 1)::integer as turn
    from of_owners
      left join parties on parties.party is not distinct from of_owners.party
      left join last_turns on last_turns.party is not distinct from of_owners.party`;
}

/** Returns the `order by` terms of `waitingTrainings`, selected from as `w`. */
export function inOrder(sql: ISql) {
  return sql`w.is_abandoned desc, w.is_beyond, w.turn, w.improving, w.class, w.queued_at, w.id`;
}

/**
 * Returns the estimated seconds of a training of `p`: those of the last training, scaled by the
 * growth of the files since; before the first, a function of their decompressed bytes, fitted to
 * bench/growth.ts (2.5 MB 16 s, 25 MB 50 s, 600 MB 220 s on two cores); and of a first model, to
 * bench/first_model.ts.
 */
function estimatedSeconds(sql: ISql) {
  return sql`(
    select case
      when p.last_seconds is not null
        then p.last_seconds * greatest(1, files.bytes / greatest(p.last_bytes, 1))
      when p.mlflow_model_version is null then 1.5 + (files.bytes / 1e6) ^ 0.8
      else 1 + 9 * (files.bytes / 1e6) ^ 0.55
    end
    from (
      select coalesce(sum(
          coalesce((f.address->>'bytes')::bigint, f.unpacked_bytes, f.bytes)
        ), 0)::float as bytes
      from recommender.uploaded_files f
      where f.project_id = p.id
    ) files
  )`;
}
