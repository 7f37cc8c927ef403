import type { Sql } from "postgres";
import { lockQuotas, QUOTAS } from "../../functions/recommender/projects/quotas.ts";
import { SETTING_LIMITS } from "../../functions/recommender/projects/settings.ts";
import {
  isRetrainDue,
  queueRetrains,
} from "../../functions/recommender/projects/training_states.ts";
import { forEachProject } from "../runtime/for_each_project.ts";
import { transaction } from "../runtime/transaction.ts";

export interface RetrainOptions {
  /** Maximum number of an owner's waiting and running trainings. */
  trainings?: number;
  /** Minimum hours between two trainings of a project, whatever its owner set. */
  leastHours?: number;
}

/**
 * Queues projects that are due for a retrain, see `isRetrainDue`, within the quota of their owner:
 * the one that was trained longest ago comes first. Champions keep serving. Returns the ids of the
 * queued projects. A failure for one owner does not stop the others.
 * @throws {Error} the first failure, after the last owner.
 */
export async function queueDueRetrains(
  sql: Sql,
  { trainings = QUOTAS.trainings, leastHours = SETTING_LIMITS.retrainHours }: RetrainOptions = {},
): Promise<number[]> {
  const owners = await sql<{ owner_id: string; id: number }[]>`
    select owner_id, min(id) as id from recommender.recommender_projects p
    where ${isRetrainDue(sql, leastHours)}
    group by owner_id`;
  const queued: number[] = [];
  await forEachProject(owners, async ({ owner_id }) => {
    queued.push(
      ...await transaction(sql, async (sql) => {
        await lockQuotas(sql, owner_id);
        return await queueRetrains(sql, owner_id, { trainings, leastHours });
      }),
    );
  }, { idOf: ({ id }) => id });
  return queued;
}
