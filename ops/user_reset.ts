/**
 * `deno task user:reset EMAIL`: for a user who lost the password. Ends the user's sessions and
 * prints a one-time password, valid for one sign-in within a day, after which it must be changed.
 *
 * Uses the database of DATABASE_URL with PASSWORD_PEPPER, or without these the one of a running
 * `deno task dev`. In docker compose: `docker compose run --rm auth run -A ops/user_reset.ts
 * EMAIL`.
 */
import { join } from "@std/path";
import postgres from "postgres";
import { note } from "../functions/auth/audit.ts";
import { PASSWORD_SETTINGS } from "../functions/auth/config.ts";
import { createPasswords, type Passwords } from "../functions/auth/passwords.ts";
import { endSessions } from "../functions/auth/sessions.ts";
import { setOneTimePassword, type User } from "../functions/auth/users.ts";
import { ConfigError, readConfig, SERVICE_SETTINGS } from "../functions/http/config.ts";
import { homePath } from "./home/home.ts";
import { runningPostgres } from "./database/postgres.ts";
import { secretsOf } from "./home/secrets.ts";

/** Sets a one-time password; returns null if there is no such user. */
export async function resetUser(
  sql: postgres.Sql,
  { email, passwords }: { email: string; passwords: Passwords },
): Promise<{ user: User; password: string } | null> {
  const password = onePassword();
  const hash = await passwords.hash(password);
  return await sql.begin(async (sql) => {
    const user = await setOneTimePassword(sql, { email, password: hash });
    if (!user) return null;
    await endSessions(sql, user.id);
    await note(sql, user.id, { action: "account.password_reset" });
    return { user, password };
  });
}

/** Unambiguous letters and digits; 32 of them, so 5 bits each. */
const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789A";

/** Returns 80 random bits in four groups, easy to read out. */
function onePassword(): string {
  const letters = Array.from(
    crypto.getRandomValues(new Uint8Array(16)),
    (byte) => ALPHABET[byte % ALPHABET.length],
  );
  return letters.join("").replace(/.{4}(?!$)/g, "$&-");
}

/** Returns the database URL and the password settings. */
async function settings(environment: Record<string, string>) {
  const given = { ...environment };
  if (!given.DATABASE_URL) {
    const home = homePath(environment);
    const folder = join(home, "postgres");
    const known = await Deno.stat(join(home, "secrets")).then(() => true, () => false);
    const secrets = known ? await secretsOf(home) : null;
    const url = secrets && await runningPostgres(folder, { password: secrets.postgres_password });
    if (!url) {
      throw new ConfigError(
        "DATABASE_URL is not set, and `deno task dev` is not running: set it, or start it.",
      );
    }
    given.DATABASE_URL = url;
    given.PASSWORD_PEPPER = secrets.password_pepper;
  }
  return readConfig({ DATABASE_URL: SERVICE_SETTINGS.DATABASE_URL, ...PASSWORD_SETTINGS }, given);
}

async function main(): Promise<number> {
  const [email, ...rest] = Deno.args;
  if (!email || rest.length > 0 || !email.includes("@")) {
    console.error("Usage: deno task user:reset EMAIL");
    return 2;
  }
  const config = await settings(Deno.env.toObject());
  const sql = postgres(config.DATABASE_URL, { max: 1, onnotice: () => {} });
  try {
    const passwords = createPasswords({
      pepper: config.PASSWORD_PEPPER,
      cost: config.BCRYPT_COST,
    });
    const reset = await resetUser(sql, { email, passwords });
    if (!reset) {
      console.error(`There is no account with the email address ${email}; nothing was changed.`);
      return 1;
    }
    console.log(
      `${reset.user.name} (${reset.user.email}) is signed out everywhere. One-time password, valid ` +
        `for 24 hours; it must be changed after sign-in:\n\n  ${reset.password}\n`,
    );
    return 0;
  } finally {
    await sql.end();
  }
}

if (import.meta.main) {
  try {
    Deno.exit(await main());
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    Deno.exit(2);
  }
}
