/** Settings of a project. Those of trainings take effect with the next one. */
import type { Sql } from "postgres";
import { ownedBy } from "../../http/database/owned_by.ts";

/** Settings as stored; absent ones have their default. */
export interface Settings {
  /** Version of this format. */
  version: 1;
  /**
   * Weights by event type in lower case, which override the defaults: 0 is ignored, below 0 is a
   * rejection.
   */
  event_weights?: Record<string, number>;
  /** Minimum rating that counts as liked; by default derived from the ratings. */
  liked_from?: number;
  /**
   * `first`: trainings fit the likeliest configuration, or the champion's. `full`: they search for
   * the best one, after a first model where there is no champion. `full` by default.
   */
  search?: Search;
  /** Estimated duration of the search in seconds; 600 by default. */
  budget_seconds?: number;
  /** Estimated memory of a training in bytes; by default half of the trainer's machine. */
  memory_limit?: number;
  /** Days for which live events are kept; 400 by default. */
  keep_events?: number;
  /** Hours from one training to the next automatic one; by default there is none. */
  retrain_every?: number;
  /** Hours in which a click counts for a list of recommendations; 24 by default. */
  click_window_hours?: number;
  /** Hours in which a purchase counts for a list of recommendations; 168 by default. */
  purchase_window_hours?: number;
  /** Numbers since the last training, each of which queues the next; by default none does. */
  retrain_when?: {
    /** Live events. */
    events?: number;
    /** Live items that the serving version does not have. */
    new_items?: number;
    /** Time since the last training, such as "1d". */
    every?: string;
  };
  /** Hours in which an event's weight in the trending items halves; 24 by default. */
  trending_half_life?: number;
  /** URL from which items are fetched, and how often: minutes, hours or days, such as "1h". */
  feed?: { url: string; every: string };
}

/** How thoroughly trainings search for the best configuration. */
export type Search = "full" | "first";

/** Defaults of the windows, also of `recommender.fold_results`. */
export const WINDOWS = { click_window_hours: 24, purchase_window_hours: 168 };

/** The operator's limits of settings. */
export interface SettingLimits {
  /** Maximum of `budget_seconds`. */
  budgetSeconds: number;
  /** Maximum of `memory_limit`. */
  memoryBytes: number;
  /** Minimum of `retrain_every`. */
  retrainHours: number;
  /** With `first`, no project's trainings search. */
  search: Search;
}

/** Defaults of the operator's limits. */
export const SETTING_LIMITS: SettingLimits = {
  budgetSeconds: 3_600,
  memoryBytes: 16 * 1024 ** 3,
  retrainHours: 1,
  search: "full",
};

/** Default of `keep_events`: events of the same season a year ago count. */
export const KEEP_EVENTS_DAYS = 400;

/** Default of `trending_half_life`. */
export const TRENDING_HALF_LIFE = 24;

/** Default of `budget_seconds`. */
const USUAL_BUDGET = 600;

/** Returns the effective settings: limits the operator lowered later apply to stored values. */
export function boundedSettings(settings: Settings, limits: SettingLimits): Settings {
  const { budget_seconds = USUAL_BUDGET, memory_limit } = settings;
  return {
    ...settings,
    ...(limits.search === "first" && { search: limits.search }),
    budget_seconds: Math.min(budget_seconds, limits.budgetSeconds),
    ...(memory_limit !== undefined && {
      memory_limit: Math.min(memory_limit, limits.memoryBytes),
    }),
  };
}

/** A change: null resets a setting to its default, absent ones stay. */
export type SettingsChange = {
  [Name in Exclude<keyof Settings, "version">]?: Settings[Name] | null;
};

/** Returns the settings of one of the owner's projects, or null if there is no such project. */
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

/** Changes settings and returns all of them, or null if there is no such project. */
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
