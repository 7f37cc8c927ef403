/** What a project's owner may set about its trainings. All of it counts from the next training on. */
import type { Sql } from "postgres";
import { ownedBy } from "../http/owned_by.ts";

/** As stored; what is absent has its default. */
export interface Settings {
  /** Of this very shape. */
  version: 1;
  /**
   * What a row of an event type counts beside the defaults, 0 nothing, below 0 a rejection; types are
   * in lower case.
   */
  event_weights?: Record<string, number>;
  /** The rating from which on an item is liked; decided from the ratings themselves by default. */
  liked_from?: number;
  /** Seconds for the search, by estimate; 600 by default. */
  budget_seconds?: number;
  /** Bytes that a training may need, by estimate; half of the trainer's machine by default. */
  memory_limit?: number;
  /** Hours after a training until the next is queued by itself; never by default. */
  retrain_every?: number;
}

/** What the operator lets owners set. */
export interface SettingLimits {
  /** The most for `budget_seconds`. */
  budgetSeconds: number;
  /** The most for `memory_limit`. */
  memoryBytes: number;
  /** The least for `retrain_every`. */
  retrainHours: number;
}

/** Where no setting of the operator's says otherwise. */
export const SETTING_LIMITS: SettingLimits = {
  budgetSeconds: 3_600,
  memoryBytes: 16 * 1024 ** 3,
  retrainHours: 1,
};

/** What `budget_seconds` is where it is not set. */
const USUAL_BUDGET = 600;

/** Settings as they count: what was set before the operator's limits were less is bounded by them. */
export function boundedSettings(settings: Settings, limits: SettingLimits): Settings {
  const { budget_seconds = USUAL_BUDGET, memory_limit } = settings;
  return {
    ...settings,
    budget_seconds: Math.min(budget_seconds, limits.budgetSeconds),
    ...(memory_limit !== undefined && {
      memory_limit: Math.min(memory_limit, limits.memoryBytes),
    }),
  };
}

/** A change: what is null goes back to its default, what is absent stays. */
export type SettingsChange = {
  [Name in Exclude<keyof Settings, "version">]?: Settings[Name] | null;
};

/** The settings of one of the owner's projects, or null where there is no such project. */
export async function findSettings(
  sql: Sql,
  ownerId: string,
  projectId: number,
): Promise<Settings | null> {
  const [project] = await ownedBy(sql, ownerId)<{ settings: Settings }[]>`
    select settings from recommender.recommender_projects
    where owner_id = ${ownerId} and id = ${projectId}`;
  return project?.settings ?? null;
}

/** Changes settings and gives them all, or null where there is no such project. */
export async function changeSettings(
  sql: Sql,
  ownerId: string,
  { projectId, change }: { projectId: number; change: SettingsChange },
): Promise<Settings | null> {
  const [project] = await ownedBy(sql, ownerId)<{ settings: Settings }[]>`
    update recommender.recommender_projects
    set settings = jsonb_strip_nulls(settings || ${sql.json(change)} || '{"version": 1}')
    where owner_id = ${ownerId} and id = ${projectId}
    returning settings`;
  return project?.settings ?? null;
}
