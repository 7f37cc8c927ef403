/** Which version became a project's champion when: what a rollback goes back by. */
import type { Sql, TransactionSql } from "postgres";
import { claimEffect, ownedBy } from "../http/owned_by.ts";

export type PromotionReason = "TRAINED" | "PROMOTED" | "ROLLED_BACK";

/** How long the registry may take to move an alias, in ms: longer than one request to MLflow. */
const MOVE_MS = 20_000;

/** A version that became champion. */
export interface Promotion {
  version: string;
  reason: PromotionReason;
}

/**
 * Makes a version champion: notes the promotion and the copies in the project's row, and moves the
 * registry's alias within the same transaction, so that neither is without the other. An attempt
 * that lost its Idempotency-Key moves nothing.
 * @param options.move moves the alias, and returns whether it still was where it was expected.
 * @returns false where there is no such project, or the alias was elsewhere: then nothing is noted.
 */
export async function promoteVersion(
  sql: Sql,
  ownerId: string,
  { projectId, version, reason, report, trainedAt, move }: Promotion & {
    projectId: number;
    report: Record<string, unknown>;
    trainedAt: Date;
    move: () => Promise<boolean>;
  },
): Promise<boolean> {
  const elsewhere = new Error("The alias is elsewhere.");
  return await ownedBy(sql, ownerId, { pauseMs: MOVE_MS }).begin(async (sql) => {
    const { count } = await sql`
      update recommender.recommender_projects
      set mlflow_model_version = ${version}, report = ${sql.json(report as never)},
          trained_at = ${trainedAt}, error = case when status = 'READY' then null else error end
      where owner_id = ${ownerId} and id = ${projectId}`;
    if (count === 0) return false;
    await addPromotion(sql, { projectId, version, reason });
    await claimEffect(sql, ownerId);
    if (!await move()) throw elsewhere;
    return true;
  }).catch((error) => {
    if (error === elsewhere) return false;
    throw error;
  });
}

/** Writes a promotion, within the transaction of the row it speaks of. */
export async function addPromotion(
  sql: TransactionSql,
  { projectId, version, reason }: Promotion & { projectId: number },
): Promise<void> {
  await sql`
    insert into recommender.promotions (project_id, version, reason)
    values (${projectId}, ${version}, ${reason})`;
}

/** The promotions of one of the owner's projects, oldest first. */
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
 * The version that was champion before the present one, or undefined: each rollback goes one
 * further back. An alias that was moved elsewhere, by hand in MLflow, goes back to the last
 * promotion.
 * @param promotions oldest first; versions that are gone count as never promoted.
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
