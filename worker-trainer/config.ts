/** Settings of the trainer, from its environment. */
import { z } from "zod";
import { ADDRESS_SETTINGS } from "../functions/recommender/addresses/address_settings.ts";

const Shared = z.object({
  ...ADDRESS_SETTINGS,
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  MLFLOW_TRACKING_URI: z.url({ protocol: /^https?$/ }).optional(),
  MLFLOW_TRACKING_USERNAME: z.string().optional(),
  MLFLOW_TRACKING_PASSWORD: z.string().optional(),
  MLFLOW_TRACKING_TOKEN: z.string().optional(),
  BACKUP_TO: z.string().optional(),
  FEEDS_ALLOW_LOOPBACK: z.enum(["true", "false"], "must be true or false").optional(),
  BLOBS_OURS_ALONE: z.enum(["true", "false"], "must be true or false").optional(),
});

const InFolder = Shared.extend({ BLOBS_FOLDER: z.string().min(1) });

/** For services on Workers, which store files in an R2 bucket. */
const InBucket = Shared.extend({
  BLOBS_S3_ENDPOINT: z.url({ protocol: /^https?$/ }),
  BLOBS_S3_BUCKET: z.string().min(1),
  BLOBS_S3_ACCESS_KEY_ID: z.string().min(1),
  BLOBS_S3_SECRET_ACCESS_KEY: z.string().min(1),
});

export type TrainerConfig = z.infer<typeof InFolder> | z.infer<typeof InBucket>;

/**
 * Validates an environment; an empty variable counts as unset, as for the services.
 * @throws {Error} naming each invalid variable and its rule.
 */
export function trainerConfig(environment: Record<string, string>): TrainerConfig {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const schema = set.BLOBS_S3_ENDPOINT ? InBucket : InFolder;
  const { data, error } = schema.safeParse(set);
  if (data) return data;
  const faults = error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new Error(`The trainer's environment is invalid: ${faults.join("; ")}`);
}
