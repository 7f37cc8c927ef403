import { join } from "@std/path";
import { ConfigError } from "../functions/http/config.ts";
import { homePath } from "./home/home.ts";
import { runningPostgres } from "./database/postgres.ts";
import { secretsOf } from "./home/secrets.ts";

/**
 * Returns the URL of the database for an operator command: DATABASE_URL, or the one of a running
 * `deno task dev`.
 * @throws {ConfigError} if there is neither
 */
export async function operatedDatabase(environment: Record<string, string>): Promise<string> {
  if (environment.DATABASE_URL) return environment.DATABASE_URL;
  const home = homePath(environment);
  const known = await Deno.stat(join(home, "secrets")).then(() => true, () => false);
  const password = known ? (await secretsOf(home)).postgres_password : null;
  const url = password && await runningPostgres(join(home, "postgres"), { password });
  if (url) return url;
  throw new ConfigError(
    "DATABASE_URL is not set, and `deno task dev` is not running: set it, or start it.",
  );
}
