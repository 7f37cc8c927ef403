/** What the trainer reads from its environment. */
import { z } from "zod";

const Environment = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  BLOBS_FOLDER: z.string().min(1),
  MLFLOW_TRACKING_URI: z.url({ protocol: /^https?$/ }).optional(),
  MLFLOW_TRACKING_USERNAME: z.string().optional(),
  MLFLOW_TRACKING_PASSWORD: z.string().optional(),
  MLFLOW_TRACKING_TOKEN: z.string().optional(),
});

export type TrainerConfig = z.infer<typeof Environment>;

/** @throws {Error} that names each variable at fault and what it should be. */
export function trainerConfig(environment: Record<string, string>): TrainerConfig {
  const { data, error } = Environment.safeParse(environment);
  if (data) return data;
  const faults = error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new Error(`The trainer's environment is not as it should be. ${faults.join("; ")}`);
}
