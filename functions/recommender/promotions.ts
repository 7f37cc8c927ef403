/** Which version became a project's champion when: what a rollback goes back by. */
import type { Sql, TransactionSql } from "postgres";
import { ownedBy } from "../http/owned_by.ts";

export type PromotionReason = "TRAINED" | "PROMOTED" | "ROLLED_BACK";

/** A version that became champion. */
export interface Promotion {
  version: string;
  reason: PromotionReason;
}

/**
 * Notes what the registry's alias was moved to: the copies of the champion in the project's row,
 * and the promotion. False where there is no such project.
 */
export async function notePromotion(
  sql: Sql,
  ownerId: string,
  { projectId, version, reason, report, trainedAt }: Promotion & {
    projectId: number;
    report: Record<string, unknown>;
    trainedAt: Date;
  },
): Promise<boolean> {
  return await ownedBy(sql, ownerId).begin(async (sql) => {
    const { count } = await sql`
      update recommender.recommender_projects
      set mlflow_model_version = ${version}, report = ${sql.json(report as never)},
          trained_at = ${trainedAt}, error = case when status = 'READY' then null else error end
      where owner_id = ${ownerId} and id = ${projectId}`;
    if (count === 0) return false;
    await addPromotion(sql, { projectId, version, reason });
    return true;
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
