/** Limits of trainings set by the operator, in the same variables as the recommender's. */
import { z } from "zod";
import { QUOTAS } from "../../functions/recommender/projects/quotas.ts";
import {
  SETTING_LIMITS,
  type SettingLimits,
} from "../../functions/recommender/projects/settings.ts";
import { RUNNING_OF_ONE } from "./turns.ts";

const Queue = z.object({
  QUOTA_TRAININGS: whole(QUOTAS.trainings),
  BUDGET_LIMIT_SECONDS: whole(SETTING_LIMITS.budgetSeconds),
  MEMORY_LIMIT_BYTES: whole(SETTING_LIMITS.memoryBytes),
  RETRAIN_LEAST_HOURS: z.coerce.number().positive().default(SETTING_LIMITS.retrainHours),
  RUNNING_OF_ONE: whole(RUNNING_OF_ONE),
  SEARCH_LIMIT: z.enum(["full", "first"]).default(SETTING_LIMITS.search),
});

/** Rules of the queue that the operator may set. */
export interface QueueRules {
  /** Maximum number of an owner's waiting and running trainings, for queueing retrains. */
  trainings: number;
  settingLimits: SettingLimits;
  /** Maximum number of an owner's running trainings while other owners wait. */
  runningOfOne: number;
}

/**
 * Reads an environment; an empty variable counts as unset.
 * @throws {Error} naming each invalid variable and its rule.
 */
export function queueRules(environment: Record<string, string>): QueueRules {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const { data, error } = Queue.safeParse(set);
  if (!data) {
    const faults = error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw new Error(`The trainer's environment is invalid: ${faults.join("; ")}`);
  }
  return {
    trainings: data.QUOTA_TRAININGS,
    settingLimits: {
      budgetSeconds: data.BUDGET_LIMIT_SECONDS,
      memoryBytes: data.MEMORY_LIMIT_BYTES,
      retrainHours: data.RETRAIN_LEAST_HOURS,
      search: data.SEARCH_LIMIT,
    },
    runningOfOne: data.RUNNING_OF_ONE,
  };
}

function whole(standard: number) {
  return z.coerce.number("must be a number").int().min(1).default(standard);
}
