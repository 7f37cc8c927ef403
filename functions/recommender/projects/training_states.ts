/**
 * The states of a project's training and the arrows between them: one function per arrow, each one
 * whole statement with its guard. No other file writes these columns, but that housekeeping removes
 * erased users from the text of `error`. docs/training_states.md has the diagram.
 *
 * A state is a condition over the project's row:
 *
 * - waiting: PENDING, and `not_before` has passed; delayed: PENDING before that time;
 * - training: PROCESSING under a valid lease; promoting: the same with `progress = 1`;
 * - abandoned: PROCESSING whose lease has expired, in training or in promotion;
 * - ready: READY, a version serves; error: ERROR, none does. Both say in `error` how the last
 *   training ended, unless it was promoted.
 *
 * The first training of a project ends in two halves: a first version that serves, then the search
 * for a better one. The second half is a training of its own, in the states above with `improving`
 * set; meanwhile owners see the project READY. docs/decisions/0062 has the reasons.
 *
 * An arrow whose guard does not hold changes nothing and returns false, null or an empty list.
 */
import type { ISql, Sql, TransactionSql } from "postgres";
import { ownedBy, SLOW_MS } from "../../http/database/owned_by.ts";
import type { ModelType } from "../model/model.ts";
import type { Report } from "../report/report.ts";
import { type Project, projectColumns } from "./project.ts";
import type { Settings } from "./settings.ts";

/** Duration of a lease without a heartbeat. */
export const LEASE_SECONDS = 30;

/** Maximum delay after an unavailable dependency, in seconds. */
const LONGEST_DEFERRAL = 600;

/** Hours after an erasure until a project is retrained without the erased user. */
const UNLEARN_HOURS = 24;

// Arrows of the owner.

/** Creates a project in state waiting. */
export async function queueNewProject(
  sql: TransactionSql,
  ownerId: string,
  { project_name, model_type }: { project_name: string; model_type: ModelType },
): Promise<Project> {
  const [project] = await sql<Project[]>`
    insert into recommender.recommender_projects (owner_id, project_name, model_type)
    values (${ownerId}, ${project_name}, ${model_type})
    returning ${projectColumns(sql)}`;
  return project;
}

/**
 * Queues a training of a project that has none queued or running; an improving one is discarded.
 */
export async function queueTraining(
  sql: TransactionSql,
  ownerId: string,
  id: number,
): Promise<Project | null> {
  const [project] = await sql<Project[]>`
    update recommender.recommender_projects set ${queued(sql)}
    where owner_id = ${ownerId} and id = ${id} and not (${isUnderWay(sql)})
    returning ${projectColumns(sql)}`;
  return project ?? null;
}

/**
 * Queues a training after an erasure, if the project has interactions, no training is queued or
 * running, and the owner has fewer than `trainings` that are. An improving training is discarded.
 */
export async function queueWithoutUser(
  sql: TransactionSql,
  ownerId: string,
  { id, trainings }: { id: number; trainings: number },
): Promise<Project | null> {
  const [project] = await sql<Project[]>`
    update recommender.recommender_projects p set ${queued(sql)}
    where owner_id = ${ownerId} and id = ${id} and not (${isUnderWay(sql)}) and exists (
      select from recommender.uploaded_files f
      where f.project_id = p.id and f.file_type = 'INTERACTION'
    ) and (
      select count(*) from recommender.recommender_projects o
      where o.owner_id = ${ownerId} and ${isUnderWay(sql)}
    ) < ${trainings}
    returning ${projectColumns(sql)}`;
  return project ?? null;
}

/** Queues a training on changed data, from any state; a running training is discarded. */
export async function restartTraining(
  sql: TransactionSql,
  ownerId: string,
  id: number,
): Promise<Project | null> {
  const [project] = await sql<Project[]>`
    update recommender.recommender_projects set ${queued(sql)}
    where owner_id = ${ownerId} and id = ${id}
    returning ${projectColumns(sql)}`;
  return project ?? null;
}

/** Error text shown to the owner after a cancelled training. */
const CANCELLED = {
  first: "The training was cancelled before the first model was ready. Train again to get one.",
  again: "The training was cancelled. The previous version continues to serve.",
  improving:
    "The search for a better version was cancelled. The current version continues to serve.",
};

/**
 * Cancels a queued or running training, unless its version is being promoted. Notifies the trainer,
 * which finds its claim lost and ends the training process. The state becomes ready if a version
 * serves, otherwise error.
 */
export async function cancelTraining(
  sql: Sql,
  ownerId: string,
  id: number,
): Promise<Project | null> {
  const [project] = await ownedBy(sql, ownerId)<Project[]>`
    with woken as (select pg_notify('recommender_queue', ''))
    update recommender.recommender_projects
    set status = case when mlflow_model_version is null then 'ERROR' else 'READY' end,
        error = case when mlflow_model_version is null
          then ${CANCELLED.first} when improving then ${CANCELLED.improving}
          else ${CANCELLED.again} end,
        improving = false, stage = 'cancelled', lease_until = null, finished_at = now()
    from woken
    where owner_id = ${ownerId} and id = ${id}
      and (status = 'PENDING' or status = 'PROCESSING' and not (${isBeingPromoted(sql)}))
    returning ${projectColumns(sql)}`;
  return project ?? null;
}

/**
 * Records the version that the owner made the champion. The state stays as it is, so that a running
 * training goes on; a ready project no longer shows how its last training ended.
 */
export async function serveVersion(
  sql: TransactionSql,
  ownerId: string,
  { id, version, report, trainedAt }: {
    id: number;
    version: string;
    report: Report;
    trainedAt: Date;
  },
): Promise<boolean> {
  const { count } = await sql`
    update recommender.recommender_projects
    set mlflow_model_version = ${version}, report = ${sql.json(report as never)},
        trained_at = ${trainedAt}, error = case when status = 'READY' then null else error end
    where owner_id = ${ownerId} and id = ${id}`;
  return count === 1;
}

/**
 * Deletes a project; triggers record its blobs and model for deletion. Returns the model's name, or
 * null if there is no such project.
 */
export async function deleteProject(sql: Sql, ownerId: string, id: number): Promise<string | null> {
  const [project] = await ownedBy(sql, ownerId, { limitMs: SLOW_MS })<
    { mlflow_model_name: string }[]
  >`
    delete from recommender.recommender_projects where owner_id = ${ownerId} and id = ${id}
    returning mlflow_model_name`;
  return project?.mlflow_model_name ?? null;
}

// Arrows of housekeeping and of a restore.

/**
 * Queues an owner's projects that are due for a retrain, the longest-ago training first, while the
 * owner has fewer than `trainings` queued or running. Returns their ids.
 */
export async function queueRetrains(
  sql: ISql,
  ownerId: string,
  { trainings, leastHours }: { trainings: number; leastHours: number },
): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    update recommender.recommender_projects set ${queued(sql)}
    where id in (
      select id from recommender.recommender_projects p
      where p.owner_id = ${ownerId} and ${isRetrainDue(sql, leastHours)}
      order by p.finished_at
      limit greatest(0, ${trainings} - (
        select count(*) from recommender.recommender_projects o
        where o.owner_id = ${ownerId} and ${isUnderWay(sql)}
      ))
    ) and status = 'READY'
    returning id`;
  return rows.map(({ id }) => id);
}

/**
 * SQL condition for projects `p` that are due for a retrain. At least `leastHours` have passed
 * since the last training, and
 *
 * - `retrain_every` has passed; or
 * - `retrain_when` is met: so many live events, so many new live items, or so much time since; or
 * - a feed changed more items than count without a training.
 *
 * Or the model learned from a user who was erased a day ago, and no training was queued since. No
 * project is due while retrains are paused.
 */
export function isRetrainDue(sql: ISql, leastHours: number) {
  return sql`
    not http.is_paused('retrains') and p.status = 'READY' and (
      p.settings ? 'retrain_every' and p.finished_at < now()
        - greatest((p.settings ->> 'retrain_every')::float, ${leastHours}) * interval '1 hour'
      or p.settings ? 'retrain_when' and p.finished_at < now() - ${leastHours} * interval '1 hour'
        and (p.settings #> '{retrain_when}' ? 'events' and exists (
          select from recommender.live_events v
          where v.project_id = p.id and v.seq > p.events_rolled_to
          offset (p.settings #>> '{retrain_when,events}')::bigint - 1 limit 1
        ) or p.settings #> '{retrain_when}' ? 'new_items' and exists (
          -- Items that the version lacks have rows in it.
          select from recommender.live_items i
            join recommender.live_item_rows r on r.project_id = i.project_id
              and r.item_id = i.item_id and r.version = p.mlflow_model_version
          where i.project_id = p.id and i.seq > p.items_rolled_to and not i.deleted
          offset (p.settings #>> '{retrain_when,new_items}')::bigint - 1 limit 1
        ) or p.finished_at < now() - (p.settings #>> '{retrain_when,every}')::interval)
      or p.finished_at < now() - ${leastHours} * interval '1 hour' and exists (
        select from recommender.item_feeds f
        where f.project_id = p.id and f.learn_to > (
          select coalesce(max(l.learned_items), 0) from recommender.learned_versions l
          where l.project_id = p.id
        )
      )
      or exists (
        select from recommender.erased_users e
          join recommender.uploaded_files f on f.project_id = e.project_id
        where e.project_id = p.id and f.file_type = 'INTERACTION' and e.unlearned_at is null
          and e.erased_at < now() - make_interval(hours => ${UNLEARN_HOURS})
          and e.erased_at > greatest(p.queued_at, p.started_at)
      )
    )`;
}

/** Queues the trainings that were running when a backup was taken. Returns their number. */
export async function requeueRestored(sql: ISql): Promise<number> {
  const { count } = await sql`
    update recommender.recommender_projects set ${released(sql)} where status = 'PROCESSING'`;
  return count;
}

// Arrows of the trainer.

/** The fence of a claim: its writes have no effect once the project has another attempt. */
export interface Attempt {
  /** Of the project. */
  id: number;
  training_id: string;
  /** Counts the claims of a training. */
  attempt: number;
}

/** A training, as its claim returns it. */
export interface ClaimedTraining extends Attempt {
  owner_id: string;
  project_name: string;
  model_type: ModelType;
  model: string;
  failures: number;
  settings: Settings;
  /** The serving version, as recorded in the database. */
  serving: string | null;
  /** Whether it is the second half of a first training: a search for a better version. */
  improving: boolean;
}

/**
 * Claims a waiting or an abandoned training with a new lease. An abandoned one counts a failure,
 * and stays in promotion if it was.
 */
export async function claimTraining(
  sql: TransactionSql,
  { id, trainerId }: { id: number; trainerId: string | null },
): Promise<ClaimedTraining | null> {
  const [claimed] = await sql<ClaimedTraining[]>`
    update recommender.recommender_projects
    set status = 'PROCESSING',
        attempt = attempt + 1,
        -- The trainer that held it ended without a result.
        failures = failures + (${isAbandoned(sql)})::integer,
        lease_until = now() + make_interval(secs => ${LEASE_SECONDS}),
        started_at = now(),
        finished_at = case when improving then finished_at end,
        trainer_id = ${trainerId},
        stage = case when ${isAbandoned(sql)} and ${isBeingPromoted(sql)}
          then stage else 'starting' end,
        progress = case when ${isAbandoned(sql)} and ${isBeingPromoted(sql)}
          then progress else 0 end
    where id = ${id} and (${isWaiting(sql)} or ${isAbandoned(sql)})
    returning id, owner_id, project_name, model_type, mlflow_model_name as model,
      training_id, attempt, failures, settings, mlflow_model_version as serving, improving`;
  return claimed ?? null;
}

/** Progress of a training: a short name of the stage, and the share of the whole that is done. */
export interface Progress {
  stage: string;
  /** 0 to 1. With 1 the promotion begins, and the training can no longer be cancelled. */
  progress: number;
}

/** Renews the lease, also an expired one that no other trainer has taken; writes the progress. */
export async function beat(
  sql: ISql,
  attempt: Attempt,
  { stage, progress }: Progress,
): Promise<boolean> {
  const { count } = await sql`
    update recommender.recommender_projects
    set lease_until = now() + make_interval(secs => ${LEASE_SECONDS}),
        stage = ${stage}, progress = ${progress}
    where ${isHeld(sql, attempt)}`;
  return count === 1;
}

/** Ends a training whose version is the new champion. */
export async function finishTraining(
  sql: TransactionSql,
  attempt: Attempt,
  { version, report, isTimed }: {
    version: string;
    report: Record<string, unknown>;
    /** Whether the duration of this attempt is that of the whole training. */
    isTimed: boolean;
  },
): Promise<boolean> {
  const { count } = await sql`
    update recommender.recommender_projects
    set status = 'READY', mlflow_model_version = ${version}, error = null,
        report = ${sql.json(report as never)}, stage = 'ready', progress = 1,
        improving = false, lease_until = null, finished_at = now(), trained_at = now()${
    timed(sql, isTimed)
  }
    where ${isHeld(sql, attempt)}`;
  return count === 1;
}

/**
 * Ends the first half of a training: its version is the first champion. Queues the second half as a
 * training of its own, which keeps the project READY for its owner. Changes nothing if the settings
 * want no search.
 */
export async function finishFirstHalf(
  sql: TransactionSql,
  attempt: Attempt,
  { version, report }: { version: string; report: Record<string, unknown> },
): Promise<boolean> {
  const { count } = await sql`
    update recommender.recommender_projects
    set ${queued(sql, { improving: true })}, trained_at = now(),
        mlflow_model_version = ${version}, report = ${sql.json(report as never)}
    where ${isHeld(sql, attempt)} and settings ->> 'search' is distinct from 'first'`;
  return count === 1;
}

/** Ends a training whose version is not promoted; the champion keeps serving. */
export async function refuseVersion(
  sql: TransactionSql,
  attempt: Attempt,
  { reason, isTimed }: { reason: string; isTimed: boolean },
): Promise<boolean> {
  const { count } = await sql`
    update recommender.recommender_projects
    set status = 'READY', error = ${reason}, improving = false, stage = 'ready', progress = 1,
        lease_until = null, finished_at = now()${timed(sql, isTimed)}
    where ${isHeld(sql, attempt)}`;
  return count === 1;
}

/**
 * Ends a training without a version. The state becomes ready if a version serves, by the database
 * or by the registry (`serving`), otherwise error.
 */
export async function failTraining(
  sql: TransactionSql,
  attempt: Attempt,
  { sentence, serving }: { sentence: string; serving: string | null },
): Promise<boolean> {
  const { count } = await sql`
    update recommender.recommender_projects
    set status = case when coalesce(mlflow_model_version, ${serving}) is null
          then 'ERROR' else 'READY' end,
        mlflow_model_version = coalesce(mlflow_model_version, ${serving}),
        trained_at = case when coalesce(mlflow_model_version, ${serving}) is not null
          then coalesce(trained_at, now()) end,
        error = ${sentence}, improving = false, lease_until = null, finished_at = now()
    where ${isHeld(sql, attempt)}`;
  return count === 1;
}

/** Delays a training after a crash, longer after each. Counts as a failure. */
export async function delayAfterCrash(
  sql: ISql,
  attempt: Attempt,
  reason: string,
): Promise<boolean> {
  const { count } = await sql`
    update recommender.recommender_projects
    set status = 'PENDING', failures = failures + 1, error = ${reason}, lease_until = null,
        not_before = now() + make_interval(secs => 2 * 5 ^ failures)
    where ${isHeld(sql, attempt)}`;
  return count === 1;
}

/**
 * Delays a training that missed a dependency which others can reach, longer each time. Does not
 * count as a failure.
 */
export async function defer(sql: ISql, attempt: Attempt, reason: string): Promise<boolean> {
  const { count } = await sql`
    update recommender.recommender_projects
    set ${released(sql)}, deferrals = deferrals + 1, error = ${reason},
        not_before = now() + make_interval(
          secs => least(5 * 2 ^ least(deferrals, 20), ${LONGEST_DEFERRAL})
        )
    where ${isHeld(sql, attempt)}`;
  return count === 1;
}

/** Returns a training to the queue: its trainer stops, or lacks a dependency. */
export async function release(sql: ISql, attempt: Attempt): Promise<boolean> {
  const { count } = await sql`
    update recommender.recommender_projects set ${released(sql)} where ${isHeld(sql, attempt)}`;
  return count === 1;
}

/**
 * Takes back the failure that a later claim counted, because the trainer of this attempt was cut
 * off or suspended and had not crashed.
 * @param attempt with the failures at its claim.
 */
export async function returnTry(
  sql: ISql,
  { id, training_id, attempt, failures }: Attempt & { failures: number },
): Promise<boolean> {
  const { count } = await sql`
    update recommender.recommender_projects set failures = failures - 1
    where id = ${id} and training_id = ${training_id} and attempt > ${attempt}
      and status in ('PENDING', 'PROCESSING') and failures > ${failures}`;
  return count === 1;
}

// Guards.

/** SQL condition of state waiting. */
export function isWaiting(sql: ISql) {
  return sql`(status = 'PENDING' and not_before <= now())`;
}

/** SQL condition of states training and promoting. */
export function isRunning(sql: ISql) {
  return sql`(status = 'PROCESSING' and lease_until >= now())`;
}

/** SQL condition of an abandoned training or promotion. */
export function isAbandoned(sql: ISql) {
  return sql`(status = 'PROCESSING' and lease_until < now())`;
}

/** SQL condition of trainings queued or running for which the project is not READY. */
export function isUnderWay(sql: ISql) {
  return sql`(status in ('PENDING', 'PROCESSING') and not improving)`;
}

/**
 * SQL condition of a promotion, for rows in status PROCESSING. The stage is `publishing`, or the
 * sentence that says which dependency it waits for.
 */
function isBeingPromoted(sql: ISql) {
  return sql`progress = 1`;
}

/** SQL condition that the project is claimed by this attempt, also with an expired lease. */
function isHeld(sql: ISql, { id, training_id, attempt }: Attempt) {
  return sql`
    id = ${id} and training_id = ${training_id} and attempt = ${attempt} and status = 'PROCESSING'`;
}

// Assignments.

/** Queues a new training. A running one has another id, so that its writes have no effect. */
function queued(sql: ISql, { improving = false } = {}) {
  return sql`
    status = 'PENDING', training_id = gen_random_uuid(), attempt = 0, failures = 0,
    queued_at = now(), not_before = now(), lease_until = null, started_at = null,
    stage = null, progress = 0, error = null, ${
    improving
      ? sql`improving = true, finished_at = now()`
      : sql`improving = false, finished_at = null`
  }`;
}

/** Queues the same training again. */
function released(sql: ISql) {
  return sql`status = 'PENDING', lease_until = null, stage = null, progress = 0`;
}

/** Records duration and bytes, from which the next training is estimated. */
function timed(sql: ISql, isTimed: boolean) {
  if (!isTimed) return sql``;
  return sql`,
    last_seconds = extract(epoch from now() - started_at), last_bytes = (
      select sum(coalesce(f.unpacked_bytes, f.bytes)) from recommender.uploaded_files f
      where f.project_id = recommender_projects.id
    )`;
}
