/**
 * Secrets that tests create, and log lines of services, collected for a final check: `task test`
 * fails if a secret is found in a log or in the output of a test.
 */
import { join } from "@std/path";
import { runFolder } from "./run_folder.ts";

const SECRETS = "secrets.txt";
const LOG = "log.txt";
/** Shorter secrets would match innocent lines by chance. */
const SHORTEST = 8;

/** Members of response bodies that are secrets. */
const SECRET_MEMBERS = ["token", "api_key", "secret", "webhook_secret"];

/** Records secrets created by a test. */
export function noteSecrets(...secrets: (string | null | undefined)[]): void {
  append(SECRETS, secrets.filter((secret) => secret && secret.length >= SHORTEST) as string[]);
}

/** Records the secrets in a response body. */
export function noteSecretsOf(answer: unknown): void {
  if (answer === null || typeof answer !== "object") return;
  for (const member of SECRET_MEMBERS) {
    const value = (answer as Record<string, unknown>)[member];
    if (typeof value === "string") noteSecrets(value);
  }
}

/** Records a log line or entry of a service. */
export function noteLog(entry: string | object): void {
  append(LOG, [typeof entry === "string" ? entry : JSON.stringify(entry)]);
}

/** Returns the lines that contain a secret, with the secret masked. */
export function leaks({ secrets, lines }: { secrets: string[]; lines: string[] }): string[] {
  const known = [...new Set(secrets)];
  return lines.flatMap((line) => {
    const found = known.find((secret) => line.includes(secret));
    return found === undefined ? [] : [line.replaceAll(found, "(secret)")];
  });
}

/** Reads the recorded secrets and log lines from a folder. */
export async function readTraces(folder: string): Promise<{ secrets: string[]; lines: string[] }> {
  const read = async (name: string) =>
    (await Deno.readTextFile(join(folder, name)).catch(() => "")).split("\n").filter(Boolean);
  return { secrets: await read(SECRETS), lines: await read(LOG) };
}

/** Appends to a file of the run; outside of `task test` nothing is recorded. */
function append(name: string, lines: string[]): void {
  const folder = runFolder();
  if (!folder || lines.length === 0) return;
  Deno.writeTextFileSync(join(folder, name), lines.join("\n") + "\n", { append: true });
}
