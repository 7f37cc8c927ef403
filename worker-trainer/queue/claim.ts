/**
 * Claims of the trainer, and the transactions that end a training: each changes its state by an
 * arrow of `training_states.ts`, which is fenced by the claim's training and attempt, so a trainer
 * that lost its lease changes nothing, however late it resumes.
 */
import type { ISql, Sql, TransactionSql } from "postgres";
import { mappingOfFile } from "../../functions/recommender/projects/projects.ts";
import { addPromotion } from "../../functions/recommender/projects/promotions.ts";
import {
  type ClaimedTraining,
  claimTraining,
  delayAfterCrash,
  failTraining,
  finishFirstHalf,
  finishTraining,
  refuseVersion,
} from "../../functions/recommender/projects/training_states.ts";
import type { UploadedFile } from "../../functions/recommender/projects/uploaded_file.ts";
import type { MergedVisitor } from "../dataset/read_live_events.ts";
import { inOrder, type Waiting, type WaitingOptions, waitingTrainings } from "./turns.ts";
import { transaction } from "../runtime/transaction.ts";

/** Maximum number of attempts that may end by a crash of the process or the trainer. */
export const FAILURES_ALLOWED = 3;

/** A claimed training, with all data it needs. */
export interface Claim extends ClaimedTraining, TrainingData {
  /** Estimated duration. */
  seconds: number;
}

/** The data of a training. */
export interface TrainingData {
  files: ClaimedFile[];
  /** User ids whose rows are skipped, because files may still contain them. */
  erased_users: string[];
  /** Whether the serving version was trained on data of a user erased since. */
  forgetting: boolean;
  /** Sequence number of live events up to which the files have them; 0 if there are none. */
  learned_to: number;
  /** Sequence number of live items up to which the files have them; 0 if there are none. */
  learned_items: number;
  /** Visitors whose live events belong to users. */
  merged: MergedVisitor[];
}

/** A file of the claimed project. */
export interface ClaimedFile extends
  Pick<
    UploadedFile,
    "id" | "file_type" | "storage_path" | "file_name" | "sha256" | "dialect" | "mapping" | "address"
  > {
  /** Whether rows of erased users may have been removed: then the file may be empty. */
  cleaned: boolean;
  /** Whether it is a file of live events or of live items. */
  live: boolean;
  /** Seconds since 1970. */
  uploaded_at: number;
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
      select p.id, p.owner_id, w.turn, w.seconds, w.is_abandoned
      from (${waitingTrainings(sql, options)}) w
        join recommender.recommender_projects p on p.id = w.id
      where p.status = 'PENDING' or p.lease_until < now()
      order by ${inOrder(sql)}
      for update of p skip locked
      limit 1`;
    if (!next) return null;
    const claimed = await claimTraining(sql, { id: next.id, trainerId });
    if (!claimed) return null;
    if (!next.is_abandoned) await takeTurn(sql, next);
    return { ...claimed, ...(await trainingData(sql, next.id))!, seconds: next.seconds };
  });
}

type Next = Pick<Waiting, "id" | "owner_id" | "turn" | "seconds" | "is_abandoned">;

async function takeTurn(
  sql: TransactionSql,
  { owner_id, turn }: Next,
): Promise<void> {
  await sql`
    insert into recommender.turns as t (owner_id, turn) values (${owner_id}, ${turn})
    on conflict (owner_id) do update set turn = greatest(t.turn, excluded.turn)`;
}

/** Returns the data of a claimed project; undefined if it has been deleted. */
export async function trainingData(sql: ISql, id: number): Promise<TrainingData | undefined> {
  const [data] = await sql<(TrainingData | undefined)[]>`
    select (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', f.id,
        'file_type', f.file_type,
        'storage_path', f.storage_path,
        'file_name', f.file_name,
        'sha256', f.sha256,
        'address', f.address,
        'dialect', f.dialect,
        'mapping', ${mappingOfFile(sql)},
        'cleaned', f.cleaned_at is not null,
        'live', f.events_to is not null or f.items_to is not null,
        'uploaded_at', extract(epoch from f.created_at)::float8
      ) order by f.id), '[]')
      from recommender.uploaded_files f where f.project_id = p.id
    ) as files, (
      select coalesce(jsonb_agg(e.user_id order by e.user_id), '[]')
      from recommender.erased_users e where e.project_id = p.id
    ) as erased_users, exists (
      select from recommender.erased_users e where e.project_id = p.id and e.unlearned_at is null
    ) as forgetting, p.events_rolled_to::float8 as learned_to,
      p.items_rolled_to::float8 as learned_items, (
      select coalesce(jsonb_agg(jsonb_build_object(
        'visitor', recommender.person_id(m.anonymous_id, true),
        'user', m.user_id,
        'seq', m.seq
      ) order by m.seq), '[]')
      from recommender.merged_visitors m
      where m.project_id = p.id and m.seq <= p.events_rolled_to
    ) as merged
    from recommender.recommender_projects p where p.id = ${id}`;
  return data;
}

/** The result of a successful training. */
export interface Outcome {
  version: string;
  /** Sequence number up to which the version learned live events. */
  learned_to: number;
  /** Sequence number up to which it learned live items; 0 if absent. */
  learned_items?: number;
  report: Record<string, unknown>;
  /** By file id. */
  receipts: Record<number, Record<string, unknown>>;
  /** Sentence saying why the version is not promoted; absent if it is. */
  refused?: string;
  /** Set if an earlier attempt published it: this attempt's duration is then no estimate. */
  found?: true;
}

/**
 * In one transaction, marks the project READY with its new champion, queues the search for a better
 * one after a first model, and emits `model.ready`. Returns false if the claim is lost.
 */
export async function finish(sql: Sql, claim: Claim, outcome: Outcome): Promise<boolean> {
  const { version, report, receipts, found } = outcome;
  return await transaction(sql, async (sql) => {
    const isFirst = report.search === "first";
    const isFirstHalf = isFirst && claim.serving === null && claim.settings.search !== "first" &&
      await finishFirstHalf(sql, claim, { version, report });
    if (!isFirstHalf && !await finishTraining(sql, claim, { version, report, isTimed: !found })) {
      return false;
    }
    await writeReceipts(sql, claim, receipts);
    await noteLearned(sql, claim, outcome);
    await addPromotion(sql, { projectId: claim.id, version, reason: "TRAINED" });
    // The last items that came during the training may have no rows in the version yet.
    await sql`select pg_notify('recommender_items', '')`;
    await sql`
      update recommender.erased_users set unlearned_at = now()
      where project_id = ${claim.id} and unlearned_at is null
        and user_id = any (${claim.erased_users}::text[])`;
    const payload = { model_version: version, stage: isFirst ? "first" : "best" };
    await emit(sql, claim, { type: "model.ready", payload });
    return true;
  });
}

/** Ends a training whose version is not promoted. Returns false if the claim is lost. */
export async function refuse(sql: Sql, claim: Claim, outcome: Outcome): Promise<boolean> {
  const { version, receipts, refused: reason = "", found } = outcome;
  return await transaction(sql, async (sql) => {
    if (!await refuseVersion(sql, claim, { reason, isTimed: !found })) return false;
    await writeReceipts(sql, claim, receipts);
    await noteLearned(sql, claim, outcome);
    const payload = { model_version: version, reason };
    await emit(sql, claim, { type: "model.rejected", payload });
    return true;
  });
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

/** Records up to which live event and live item a version learned. */
async function noteLearned(
  sql: TransactionSql,
  { id }: Claim,
  { version, learned_to, learned_items = 0 }: Outcome,
): Promise<void> {
  await sql`
    insert into recommender.learned_versions (project_id, version, learned_to, learned_items)
    values (${id}, ${version}, ${learned_to}, ${learned_items})
    on conflict (project_id, version) do update
    set learned_to = excluded.learned_to, learned_items = excluded.learned_items`;
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
    if (!await failTraining(sql, claim, { sentence, serving })) return false;
    await writeReceipts(sql, claim, receipts);
    await emit(sql, claim, { type: "training.failed", payload: { error: sentence } });
    return true;
  });
}

/** Requeues the project after a crash, with an increasing delay. Counts as a failure. */
export async function retryLater(sql: Sql, claim: Claim, reason: string): Promise<boolean> {
  if (claim.failures + 1 >= FAILURES_ALLOWED) {
    return await fail(sql, claim, `The training failed ${FAILURES_ALLOWED} times. ${reason}`);
  }
  return await delayAfterCrash(sql, claim, reason);
}

async function emit(
  sql: TransactionSql,
  { id, owner_id, project_name }: Claim,
  event: { type: string; payload: Record<string, unknown> },
): Promise<void> {
  const payload = { project_id: id, project_name, ...event.payload };
  await sql`select webhooks.emit(${owner_id}, ${event.type}, ${sql.json(payload as never)})`;
}
