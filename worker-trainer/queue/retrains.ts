import type { Sql } from "postgres";
import { lockQuotas, QUOTAS } from "../../functions/recommender/projects/quotas.ts";
import { SETTING_LIMITS } from "../../functions/recommender/projects/settings.ts";
import {
  isRetrainDue,
  queueRetrains,
} from "../../functions/recommender/projects/training_states.ts";
import { transaction } from "../runtime/transaction.ts";

export interface RetrainOptions {
  /** Maximum number of an owner's waiting and running trainings. */
  trainings?: number;
  /** Minimum hours between two trainings of a project, whatever its owner set. */
  leastHours?: number;
}

/**
 * Queues projects that are due for a retrain, as `isRetrainDue` says. The longest-ago training comes
 * first, within the owner's quota; champions keep serving. Returns their ids.
 */
export async function queueDueRetrains(
  sql: Sql,
  { trainings = QUOTAS.trainings, leastHours = SETTING_LIMITS.retrainHours }: RetrainOptions = {},
): Promise<number[]> {
  const owners = await sql<{ owner_id: string }[]>`
    select distinct owner_id from recommender.recommender_projects p
    where ${isRetrainDue(sql, leastHours)}`;
  const queued: number[] = [];
  for (const { owner_id } of owners) {
    queued.push(
      ...await transaction(sql, async (sql) => {
        await lockQuotas(sql, owner_id);
        return await queueRetrains(sql, owner_id, { trainings, leastHours });
      }),
    );
  }
  return queued;
}
