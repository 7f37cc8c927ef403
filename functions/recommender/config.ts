/** What the recommender reads from its environment. */
import { z } from "zod";

/** A key for HS256 is at least as long as its digest (RFC 7518, 3.2). */
const Secret = z.string().refine(
  (secret) => new TextEncoder().encode(secret).length >= 32,
  "must be at least 32 bytes",
);

const Environment = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: "must be a postgres:// URL" }),
  HOST: z.string().default("127.0.0.1"),
  RECOMMENDER_PORT: z.coerce.number().int().min(0).max(65535).default(8000),
  DASHBOARD_ORIGIN: z.url().default("http://localhost:5173"),
  JWT_SECRET: Secret,
  JWT_SECRET_PREVIOUS: Secret.optional(),
  SERVICE_SECRET: Secret,
  BLOBS_FOLDER: z.string(),
  UPLOAD_LIMIT_BYTES: z.coerce.number().int().min(1).default(2 * 1024 ** 3),
  MLFLOW_TRACKING_URI: z.url({ protocol: /^https?$/, error: "must be an http:// URL" }).optional(),
  MLFLOW_TRACKING_USERNAME: z.string().optional(),
  MLFLOW_TRACKING_PASSWORD: z.string().optional(),
  MLFLOW_TRACKING_TOKEN: z.string().optional(),
});

export type RecommenderConfig = z.infer<typeof Environment>;

/**
 * Checks an environment; an empty variable counts as unset.
 * @throws {Error} that names each variable at fault and what it should be, and no value.
 */
export function recommenderConfig(environment: Record<string, string>): RecommenderConfig {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const { data, error } = Environment.safeParse(set);
  if (data) return data;
  const faults = error.issues.map(({ path: [name], message }) =>
    `${String(name)} ${String(name) in set ? message : "must be set"}`
  );
  throw new Error(`The recommender's environment is not as it should be: ${faults.join("; ")}.`);
}
