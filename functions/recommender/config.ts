import { z } from "zod";
import { port, readConfig, secret, SERVICE_SETTINGS } from "../http/config.ts";
import { ADDRESS_SETTINGS } from "./addresses/address_settings.ts";
import { QUOTAS, type Quotas } from "./projects/quotas.ts";
import { type Search, SETTING_LIMITS, type SettingLimits } from "./projects/settings.ts";

/** Configuration of the recommender. */
export type RecommenderConfig = ReturnType<typeof recommenderConfig>;

const SETTINGS = {
  ...SERVICE_SETTINGS,
  RECOMMENDER_PORT: port(8000),
  SERVICE_SECRET: secret(),
  UPLOAD_LIMIT_BYTES: z.coerce.number("must be a number of bytes").int().min(1)
    .default(2 * 1024 ** 3),
  QUOTA_PROJECTS: quota(QUOTAS.projects),
  QUOTA_BYTES: quota(QUOTAS.bytes),
  QUOTA_UNPACKED_BYTES: quota(QUOTAS.unpackedBytes),
  QUOTA_ROWS: quota(QUOTAS.rows),
  QUOTA_TRAININGS: quota(QUOTAS.trainings),
  QUOTA_EVENTS: quota(QUOTAS.events),
  BUDGET_LIMIT_SECONDS: quota(SETTING_LIMITS.budgetSeconds),
  MEMORY_LIMIT_BYTES: quota(SETTING_LIMITS.memoryBytes),
  RETRAIN_LEAST_HOURS: z.coerce.number("must be a number of hours").positive()
    .default(SETTING_LIMITS.retrainHours),
  SEARCH_LIMIT: z.enum(["full", "first"], "must be full or first").default(SETTING_LIMITS.search),
  FEEDS_ALLOW_LOOPBACK: z.enum(["true", "false"], "must be true or false").default("false")
    .transform((value) => value === "true"),
  ...ADDRESS_SETTINGS,
  REQUEST_LIMIT_BYTES: z.coerce.number("must be a number of bytes").int().min(1).optional(),
  MLFLOW_TRACKING_URI: z.url({ protocol: /^https?$/, error: "must be an http(s) URL" })
    .optional(),
  MLFLOW_TRACKING_USERNAME: z.string().optional(),
  MLFLOW_TRACKING_PASSWORD: z.string().optional(),
  MLFLOW_TRACKING_TOKEN: z.string().optional(),
};

/** Returns the quotas of each owner. */
export function quotasOf(config: {
  QUOTA_PROJECTS: number;
  QUOTA_BYTES: number;
  QUOTA_UNPACKED_BYTES: number;
  QUOTA_ROWS: number;
  QUOTA_TRAININGS: number;
  QUOTA_EVENTS: number;
}): Quotas {
  return {
    projects: config.QUOTA_PROJECTS,
    bytes: config.QUOTA_BYTES,
    unpackedBytes: config.QUOTA_UNPACKED_BYTES,
    rows: config.QUOTA_ROWS,
    trainings: config.QUOTA_TRAININGS,
    events: config.QUOTA_EVENTS,
  };
}

/** Returns the operator's limits of project settings. */
export function settingLimitsOf(config: {
  BUDGET_LIMIT_SECONDS: number;
  MEMORY_LIMIT_BYTES: number;
  RETRAIN_LEAST_HOURS: number;
  SEARCH_LIMIT: Search;
}): SettingLimits {
  return {
    budgetSeconds: config.BUDGET_LIMIT_SECONDS,
    memoryBytes: config.MEMORY_LIMIT_BYTES,
    retrainHours: config.RETRAIN_LEAST_HOURS,
    search: config.SEARCH_LIMIT,
  };
}

function quota(standard: number) {
  return z.coerce.number("must be a number").int().min(1).default(standard);
}

/** Reads the configuration. @throws {ConfigError} that names each invalid variable. */
export function recommenderConfig(record: Record<string, string | undefined>) {
  return readConfig({
    ...SETTINGS,
    BLOBS_FOLDER: z.string("is missing: the folder of uploads and models, shared with the trainer"),
  }, record);
}

/**
 * Same, for a Worker, whose blobs are a binding instead of a folder.
 * @throws {ConfigError} that names each invalid variable.
 */
export function recommenderWorkerConfig(record: Record<string, string | undefined>) {
  return readConfig(SETTINGS, record);
}
