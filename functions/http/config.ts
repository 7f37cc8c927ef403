/** Settings from a plain record, such as the environment, validated by a schema at start. */
import "./plain_issues.ts";
import { z } from "zod";

/** A setting is missing or invalid; the message names each one and its rule. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

/** Settings of every service: database, listening address, allowed origin, token secrets. */
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

/** Schema of a secret: at least 32 bytes. */
export function secret() {
  return z.string("is missing: at least 32 random bytes")
    .refine(
      (value) => new TextEncoder().encode(value).length >= 32,
      "is too short: it needs at least 32 bytes",
    );
}

/** Schema of a port number with the default `standard`. */
export function port(standard: number) {
  return z.coerce.number("must be a port's number").int().min(0).max(65535).default(standard);
}

/**
 * Returns the validated settings. An empty value counts as missing, as compose files pass it.
 * @throws {ConfigError} naming every invalid setting, never its value.
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
