/** History of a project's champions, which rollbacks use. */
import type { Sql, TransactionSql } from "postgres";
import type { Report } from "../report/report.ts";
import { claimEffect, ownedBy } from "../../http/database/owned_by.ts";
import { serveVersion } from "./training_states.ts";

export type PromotionReason = "TRAINED" | "PROMOTED" | "ROLLED_BACK";

/** Time limit of moving an alias in the registry, in ms: longer than one request to MLflow. */
const MOVE_MS = 20_000;

/** A version that became champion. */
export interface Promotion {
  version: string;
  reason: PromotionReason;
}

/**
 * Makes a version the champion: records the promotion, updates the copies in the project's row, and
 * moves the registry's alias in the same transaction, so that all happen or none. An attempt that
 * lost its Idempotency-Key moves nothing.
 * @param options.move moves the alias, and returns false if it was not where expected.
 * @returns false, without a change, if there is no such project or the alias was elsewhere.
 */
export async function promoteVersion(
  sql: Sql,
  ownerId: string,
  { projectId, version, reason, report, trainedAt, move }: Promotion & {
    projectId: number;
    report: Report;
    trainedAt: Date;
    move: () => Promise<boolean>;
  },
): Promise<boolean> {
  const elsewhere = new Error("The alias names another version.");
  return await ownedBy(sql, ownerId, { pauseMs: MOVE_MS }).begin(async (sql) => {
    const served = { id: projectId, version, report, trainedAt };
    if (!await serveVersion(sql, ownerId, served)) return false;
    await addPromotion(sql, { projectId, version, reason });
    await claimEffect(sql, ownerId);
    if (!await move()) throw elsewhere;
    return true;
  }).catch((error) => {
    if (error === elsewhere) return false;
    throw error;
  });
}

/** Inserts a promotion, within the transaction that updates the project. */
export async function addPromotion(
  sql: TransactionSql,
  { projectId, version, reason }: Promotion & { projectId: number },
): Promise<void> {
  await sql`
    insert into recommender.promotions (project_id, version, reason)
    values (${projectId}, ${version}, ${reason})`;
}

/** Returns the promotions of one of the owner's projects, oldest first. */
export async function listPromotions(
  sql: Sql,
  ownerId: string,
  projectId: number,
): Promise<Promotion[]> {
  return await ownedBy(sql, ownerId)<Promotion[]>`
    select r.version, r.reason
    from recommender.promotions r
      join recommender.recommender_projects p on p.id = r.project_id
    where p.owner_id = ${ownerId} and p.id = ${projectId}
    order by r.id`;
}

/**
 * Returns a function that tells whether answers of a version lack live events of the owner's project:
 * it was trained before them, and they are no longer in the table from which answers add later ones.
 */
export async function historyGaps(
  sql: Sql,
  ownerId: string,
  projectId: number,
): Promise<(version: string) => boolean> {
  const rows = await ownedBy(sql, ownerId)<
    { dropped_to: number; version: string | null; learned_to: number | null }[]
  >`
    select p.events_dropped_to::float8 as dropped_to, l.version, l.learned_to::float8 as learned_to
    from recommender.recommender_projects p
      left join recommender.learned_versions l on l.project_id = p.id
    where p.owner_id = ${ownerId} and p.id = ${projectId}`;
  const learned = new Map(rows.map(({ version, learned_to }) => [version, learned_to]));
  return (version) => (learned.get(version) ?? 0) < (rows[0]?.dropped_to ?? 0);
}

/**
 * Returns the champion before the current one, or undefined. Repeated rollbacks go further back. If
 * the alias was moved by hand in MLflow, returns the version of the last promotion.
 * @param promotions oldest first; promotions of deleted versions are ignored.
 */
export function championBefore(
  promotions: Promotion[],
  { champion, versions }: { champion: string | null; versions: Set<string> },
): string | undefined {
  const stack: string[] = [];
  for (const { version, reason } of promotions) {
    if (!versions.has(version)) continue;
    if (reason === "ROLLED_BACK") {
      while (stack.length > 0 && stack.at(-1) !== version) stack.pop();
    }
    if (stack.at(-1) !== version) stack.push(version);
  }
  return stack.at(-1) === champion ? stack.at(-2) : stack.at(-1);
}
