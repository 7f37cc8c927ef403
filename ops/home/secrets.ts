/** Secrets of an installation: created once, each in a file readable only by the owner. */
import { join } from "@std/path";

/** Secrets by file name. */
export interface Secrets {
  jwt_secret: string;
  service_secret: string;
  password_pepper: string;
  airec_secret_key: string;
  postgres_password: string;
  demo_password: string;
}

const NAMES: (keyof Secrets)[] = [
  "jwt_secret",
  "service_secret",
  "password_pepper",
  "airec_secret_key",
  "postgres_password",
  "demo_password",
];

/**
 * Reads the secrets in `home`/secrets and creates the missing ones: 32 random bytes each, as
 * base64url. The folder belongs to a backup: without the pepper no password can be verified.
 */
export async function secretsOf(home: string): Promise<Secrets> {
  const folder = join(home, "secrets");
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  const pairs = NAMES.map(async (name) => [name, await secret(join(folder, name), name)]);
  return Object.fromEntries(await Promise.all(pairs));
}

async function secret(path: string, name: keyof Secrets): Promise<string> {
  // Shorter: typed by hand, and valid on one machine only.
  const bytes = crypto.getRandomValues(new Uint8Array(name === "demo_password" ? 9 : 32));
  const text = bytes.toBase64({ alphabet: "base64url", omitPadding: true });
  try {
    await Deno.writeTextFile(path, text, { createNew: true, mode: 0o600 });
    return text;
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    return (await Deno.readTextFile(path)).trim();
  }
}

/** Replaces secrets in `home`/secrets, each file atomically. */
export async function replaceSecrets(home: string, secrets: Partial<Secrets>): Promise<void> {
  const folder = join(home, "secrets");
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of NAMES) {
    const text = secrets[name];
    if (text === undefined) continue;
    const part = join(folder, `.${name}.${crypto.randomUUID()}`);
    await Deno.writeTextFile(part, text, { createNew: true, mode: 0o600 });
    await Deno.rename(part, join(folder, name));
  }
}
