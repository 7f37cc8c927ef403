/**
 * `deno task setup`: creates the secrets, and with them `.env` for `docker compose`. An existing
 * `.env` is kept.
 */
import { fromFileUrl } from "@std/path";
import { homePath, openHome } from "./home/home.ts";
import { type Secrets, secretsOf } from "./home/secrets.ts";

const FILE = fromFileUrl(new URL("../.env", import.meta.url));
const EXAMPLE = fromFileUrl(new URL("../.env.example", import.meta.url));

/** Returns the example with the secrets filled in; other lines are unchanged. */
export function environmentFile(example: string, secrets: Secrets): string {
  const values = new Map(
    Object.entries(secrets).map(([name, value]) => [name.toUpperCase(), value]),
  );
  return example.replace(
    /^([A-Z_]+)=$/gm,
    (line, name) => values.has(name) ? `${name}=${values.get(name)}` : line,
  );
}

if (import.meta.main) {
  using home = await openHome(homePath(Deno.env.toObject()));
  const secrets = await secretsOf(home.path);
  console.log(`The secrets are in ${home.path}/secrets; keep a copy with your backups.`);
  try {
    const text = environmentFile(await Deno.readTextFile(EXAMPLE), secrets);
    await Deno.writeTextFile(FILE, text, { createNew: true, mode: 0o600 });
    console.log(`Wrote ${FILE} for docker compose.`);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    console.log(`${FILE} already exists and was not changed.`);
  }
}
