/** Settings from a plain record, such as the environment: checked once, at start, by a schema. */
import { z } from "zod";

/** A setting is missing or wrong; the message names each with its rule. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

/** What each service is told: where its database is, where it listens, whom it trusts. */
export const SERVICE_SETTINGS = {
  DATABASE_URL: z.string("is missing: postgres://user:password@host:port/database")
    .regex(/^postgres(ql)?:\/\//, "must begin with postgres://"),
  HOST: z.string().default("127.0.0.1"),
  SHARE_PORT: z.enum(["true", "false"], "must be true or false").default("false")
    .transform((word) => word === "true"),
  DASHBOARD_ORIGIN: z.string().default("http://localhost:5173"),
  JWT_SECRET: secret(),
  JWT_SECRET_PREVIOUS: secret().optional(),
};

/** A secret of at least 32 bytes. */
export function secret() {
  return z.string("is missing: at least 32 random bytes")
    .refine(
      (value) => new TextEncoder().encode(value).length >= 32,
      "is too short: it needs at least 32 bytes",
    );
}

/** A port's number, with its default. */
export function port(standard: number) {
  return z.coerce.number("must be a port's number").int().min(0).max(65535).default(standard);
}

/**
 * Reads settings. An empty one counts as missing, as compose files pass it so.
 * @throws {ConfigError} that names every setting at fault, never its value.
 */
export function readConfig<Shape extends z.ZodRawShape>(
  shape: Shape,
  record: Record<string, string | undefined>,
): z.infer<z.ZodObject<Shape>> {
  const given = Object.fromEntries(Object.entries(record).filter(([, value]) => value !== ""));
  const result = z.object(shape).safeParse(given);
  if (result.success) return result.data;
  throw new ConfigError(
    result.error.issues.map(({ path, message }) => `${path.join(".")} ${message}.`).join(" "),
  );
}
