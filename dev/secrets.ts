/** The secrets of an installation: made once, each in a file of its own that the owner alone reads. */
import { join } from "@std/path";

/** Each secret by its file's name. */
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
 * Reads the secrets under `home`/secrets, and makes those that are missing: 32 random bytes as
 * base64url each. The folder belongs to a backup: without the pepper no password is ever verified.
 */
export async function secretsOf(home: string): Promise<Secrets> {
  const folder = join(home, "secrets");
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  const pairs = NAMES.map(async (name) => [name, await secret(join(folder, name), name)]);
  return Object.fromEntries(await Promise.all(pairs));
}

async function secret(path: string, name: keyof Secrets): Promise<string> {
  // Typed by hand, and good for one machine: shorter.
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

/** Puts secrets in the place of those under `home`/secrets, each as a whole or not at all. */
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
