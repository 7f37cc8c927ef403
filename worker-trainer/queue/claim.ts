/**
 * The table of projects as the trainer's queue. A claim is a lease renewed by heartbeats. Every
 * write is fenced by the claim's training and attempt, so a trainer that lost its lease changes
 * nothing, however late it resumes.
 */
import type { ISql, Sql, TransactionSql } from "postgres";
import type { Dialect } from "../../functions/recommender/csv/dialect.ts";
import type { Mapping } from "../../functions/recommender/csv/mapping.ts";
import { isBeingCrowned, mappingOfFile } from "../../functions/recommender/projects/projects.ts";
import type { ModelType } from "../../functions/recommender/model/model.ts";
import { addPromotion } from "../../functions/recommender/projects/promotions.ts";
import type { Settings } from "../../functions/recommender/projects/settings.ts";
import { inOrder, type Waiting, type WaitingOptions, waitingTrainings } from "./turns.ts";
import { transaction } from "../runtime/transaction.ts";

/** Duration of a lease without a heartbeat. */
export const LEASE_SECONDS = 30;

/** Maximum number of attempts that may end by a crash of the process or the trainer. */
export const FAILURES_ALLOWED = 3;

/** A claimed training, with all data it needs. */
export interface Claim {
  id: number;
  owner_id: string;
  project_name: string;
  model_type: ModelType;
  model: string;
  training_id: string;
  attempt: number;
  failures: number;
  settings: Settings;
  /** The serving version, as recorded in the database. */
  serving: string | null;
  /** Estimated duration. */
  seconds: number;
  files: ClaimedFile[];
  /** User ids whose rows are skipped, because files may still contain them. */
  erased_users: string[];
  /** Whether the serving version was trained on data of a user erased since. */
  forgetting: boolean;
}

/** An uploaded file, as the trainer reads it. */
export interface ClaimedFile {
  id: number;
  file_type: "CONTENT" | "INTERACTION";
  storage_path: string;
  file_name: string;
  sha256: string;
  dialect: Dialect;
  mapping: Mapping;
  /** Whether rows of erased users may have been removed: then the file may be empty. */
  cleaned: boolean;
}

/** Options of a claim. */
export interface ClaimOptions extends WaitingOptions {
  /** The claiming process's id in `recommender.trainers`. */
  trainerId?: string;
}

/** Serialises claims, so that each sees the trainings the others run. */
const CLAIMS_LOCK = 4_703_108;

/**
 * Claims the next training in the order of turns.ts, which may be one whose trainer stopped
 * renewing its lease. Returns null if there is none.
 */
export async function claimProject(sql: Sql, options: ClaimOptions = {}): Promise<Claim | null> {
  const { trainerId = null } = options;
  return await transaction(sql, async (sql) => {
    await sql`select pg_advisory_xact_lock(${CLAIMS_LOCK})`;
    const [next] = await sql<Next[]>`
      select p.id, p.owner_id, w.turn, w.seconds, w.is_left
      from (${waitingTrainings(sql, options)}) w
        join recommender.recommender_projects p on p.id = w.id
      where p.status = 'PENDING' or p.lease_until < now()
      order by ${inOrder(sql)}
      for update of p skip locked
      limit 1`;
    if (!next) return null;
    if (!next.is_left) await takeTurn(sql, next);
    return { ...await claimed(sql, { ...next, trainerId }), seconds: next.seconds };
  });
}

type Next = Pick<Waiting, "id" | "owner_id" | "turn" | "seconds" | "is_left">;

async function takeTurn(
  sql: TransactionSql,
  { owner_id, turn }: Next,
): Promise<void> {
  await sql`
    insert into recommender.turns as t (owner_id, turn) values (${owner_id}, ${turn})
    on conflict (owner_id) do update set turn = greatest(t.turn, excluded.turn)`;
}

async function claimed(
  sql: TransactionSql,
  { id, is_left, trainerId }: Next & { trainerId: string | null },
): Promise<Omit<Claim, "seconds">> {
  const [claim] = await sql<Omit<Claim, "seconds">[]>`
    update recommender.recommender_projects p
    set status = 'PROCESSING',
        attempt = p.attempt + 1,
        -- Whoever held it ended without a word.
        failures = p.failures + ${is_left}::integer,
        lease_until = now() + make_interval(secs => ${LEASE_SECONDS}),
        started_at = now(),
        finished_at = null,
        trainer_id = ${trainerId},
        -- A version that was about to serve still is.
        stage = case when ${is_left} and ${isBeingCrowned(sql)} then stage else 'starting' end,
        progress = case when ${is_left} and ${isBeingCrowned(sql)} then progress else 0 end
    where p.id = ${id}
    returning p.id, p.owner_id, p.project_name, p.model_type, p.mlflow_model_name as model,
      p.training_id, p.attempt, p.failures, p.settings, p.mlflow_model_version as serving, (
        select coalesce(jsonb_agg(jsonb_build_object(
          'id', f.id,
          'file_type', f.file_type,
          'storage_path', f.storage_path,
          'file_name', f.file_name,
          'sha256', f.sha256,
          'dialect', f.dialect,
          'mapping', ${mappingOfFile(sql)},
          'cleaned', f.cleaned_at is not null
        ) order by f.id), '[]')
        from recommender.uploaded_files f where f.project_id = p.id
      ) as files, (
        select coalesce(jsonb_agg(e.user_id order by e.user_id), '[]')
        from recommender.erased_users e where e.project_id = p.id
      ) as erased_users, exists (
        select from recommender.erased_users e where e.project_id = p.id and e.unlearned_at is null
      ) as forgetting`;
  return claim;
}

/** Progress of a training: a short name of the stage, and the share of the whole that is done. */
export interface Progress {
  stage: string;
  progress: number;
}

/** Renews the lease and writes the progress. Returns false if the claim is lost. */
export async function beat(
  sql: Sql,
  claim: Claim,
  { stage, progress }: Progress,
): Promise<boolean> {
  const { count } = await sql`
    update recommender.recommender_projects
    set lease_until = now() + make_interval(secs => ${LEASE_SECONDS}),
        stage = ${stage}, progress = ${progress}
    where ${held(sql, claim)}`;
  return count === 1;
}

/** The result of a successful training. */
export interface Outcome {
  version: string;
  report: Record<string, unknown>;
  /** By file id. */
  receipts: Record<number, Record<string, unknown>>;
  /** Sentence saying why the version is not promoted; absent if it is. */
  refused?: string;
  /** Set if an earlier attempt published it: this attempt's duration is then no estimate. */
  found?: true;
}

/**
 * In one transaction, marks the project READY with its new champion and emits `model.ready`.
 * Returns false if the claim is lost.
 */
export async function finish(sql: Sql, claim: Claim, outcome: Outcome): Promise<boolean> {
  const { version, report, receipts } = outcome;
  return await transaction(sql, async (sql) => {
    const { count } = await sql`
      update recommender.recommender_projects
      set status = 'READY', mlflow_model_version = ${version}, error = null,
          report = ${sql.json(report as never)}, stage = 'ready', progress = 1,
          lease_until = null, finished_at = now(), trained_at = now()${tookSoLong(sql, outcome)}
      where ${held(sql, claim)}`;
    if (count === 0) return false;
    await writeReceipts(sql, claim, receipts);
    await addPromotion(sql, { projectId: claim.id, version, reason: "TRAINED" });
    await sql`
      update recommender.erased_users set unlearned_at = now()
      where project_id = ${claim.id} and unlearned_at is null
        and user_id = any (${claim.erased_users}::text[])`;
    await emit(sql, claim, { type: "model.ready", payload: { model_version: version } });
    return true;
  });
}

/** Ends a training whose version is not promoted. Returns false if the claim is lost. */
export async function refuse(sql: Sql, claim: Claim, outcome: Outcome): Promise<boolean> {
  const { version, receipts, refused = "" } = outcome;
  return await transaction(sql, async (sql) => {
    const { count } = await sql`
      update recommender.recommender_projects
      set status = 'READY', error = ${refused}, stage = 'ready', progress = 1,
          lease_until = null, finished_at = now()${tookSoLong(sql, outcome)}
      where ${held(sql, claim)}`;
    if (count === 0) return false;
    await writeReceipts(sql, claim, receipts);
    const payload = { model_version: version, reason: refused };
    await emit(sql, claim, { type: "model.rejected", payload });
    return true;
  });
}

/** Assignments recording duration and bytes, from which turns.ts estimates the next training. */
function tookSoLong(sql: ISql, { found }: Outcome) {
  if (found) return sql``;
  return sql`,
    last_seconds = extract(epoch from now() - started_at), last_bytes = (
      select sum(coalesce(f.unpacked_bytes, f.bytes)) from recommender.uploaded_files f
      where f.project_id = recommender_projects.id
    )`;
}

/** Returns the users erased since the claim, or ever if an earlier attempt published. */
export async function erasedSince(
  sql: Sql,
  { id, erased_users }: Claim,
  { found }: Outcome,
): Promise<string[]> {
  const known = found ? [] : erased_users;
  const rows = await sql<{ user_id: string }[]>`
    select user_id from recommender.erased_users
    where project_id = ${id} and user_id <> all (${known}::text[])
    order by user_id`;
  return rows.map(({ user_id }) => user_id);
}

async function writeReceipts(
  sql: TransactionSql,
  claim: Claim,
  receipts: Outcome["receipts"],
): Promise<void> {
  for (const [file, receipt] of Object.entries(receipts)) {
    await sql`
      update recommender.uploaded_files set receipt = ${sql.json(receipt as never)}
      where id = ${file} and project_id = ${claim.id}`;
  }
}

/**
 * Ends the training with a sentence for the owner. A project with a champion keeps serving it:
 * READY, with the sentence in `error`. Returns false if the claim is lost.
 * @param options.receipts of files counted before the failure.
 * @param options.serving the version the registry serves, which the database may not know.
 */
export async function fail(
  sql: Sql,
  claim: Claim,
  sentence: string,
  { receipts = {}, serving = null }: {
    receipts?: Outcome["receipts"];
    serving?: string | null;
  } = {},
): Promise<boolean> {
  return await transaction(sql, async (sql) => {
    const { count } = await sql`
      update recommender.recommender_projects
      set status = case when coalesce(mlflow_model_version, ${serving}) is null
            then 'ERROR' else 'READY' end,
          mlflow_model_version = coalesce(mlflow_model_version, ${serving}),
          trained_at = case when coalesce(mlflow_model_version, ${serving}) is not null
            then coalesce(trained_at, now()) end,
          error = ${sentence}, lease_until = null, finished_at = now()
      where ${held(sql, claim)}`;
    if (count === 0) return false;
    await writeReceipts(sql, claim, receipts);
    await emit(sql, claim, { type: "training.failed", payload: { error: sentence } });
    return true;
  });
}

/** Requeues the project after a crash, with an increasing delay. Counts as a failure. */
export async function retryLater(sql: Sql, claim: Claim, reason: string): Promise<boolean> {
  if (claim.failures + 1 >= FAILURES_ALLOWED) {
    return await fail(sql, claim, `The training was tried ${FAILURES_ALLOWED} times. ${reason}`);
  }
  const { count } = await sql`
    update recommender.recommender_projects
    set status = 'PENDING', failures = failures + 1, error = ${reason}, lease_until = null,
        not_before = now() + make_interval(secs => 2 * 5 ^ failures)
    where ${held(sql, claim)}`;
  return count === 1;
}

/** Maximum delay after an unavailable dependency, in seconds. */
const LONGEST_DEFERRAL = 600;

/**
 * Requeues the project after an attempt that missed a dependency which others can reach. Does not
 * count as a failure; the delay grows with each deferral.
 */
export async function defer(sql: Sql, claim: Claim, reason: string): Promise<boolean> {
  const { count } = await sql`
    update recommender.recommender_projects
    set status = 'PENDING', deferrals = deferrals + 1, error = ${reason}, lease_until = null,
        stage = null, progress = 0,
        not_before = now() + make_interval(
          secs => least(5 * 2 ^ least(deferrals, 20), ${LONGEST_DEFERRAL})
        )
    where ${held(sql, claim)}`;
  return count === 1;
}

/**
 * Takes back the failure counted when a claim was taken from a trainer that was cut off or
 * suspended for longer than its lease, which was not a crash.
 */
export async function returnTry(sql: Sql, claim: Claim): Promise<void> {
  await sql`
    update recommender.recommender_projects set failures = failures - 1
    where id = ${claim.id} and training_id = ${claim.training_id} and attempt > ${claim.attempt}
      and status in ('PENDING', 'PROCESSING') and failures > ${claim.failures}`;
}

/** Requeues the project without counting a failure: this trainer stops, or lacks a dependency. */
export async function release(sql: Sql, claim: Claim): Promise<void> {
  await sql`
    update recommender.recommender_projects
    set status = 'PENDING', lease_until = null, stage = null, progress = 0
    where ${held(sql, claim)}`;
}

/** The fence: true only while the project is claimed by this attempt. */
function held(sql: ISql, { id, training_id, attempt }: Claim) {
  return sql`
    id = ${id} and training_id = ${training_id} and attempt = ${attempt} and status = 'PROCESSING'`;
}

async function emit(
  sql: TransactionSql,
  { id, owner_id, project_name }: Claim,
  event: { type: string; payload: Record<string, unknown> },
): Promise<void> {
  const payload = { project_id: id, project_name, ...event.payload };
  await sql`select webhooks.emit(${owner_id}, ${event.type}, ${sql.json(payload as never)})`;
}
