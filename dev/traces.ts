/**
 * What the tests leave behind for one last look: the secrets they made, and what services logged.
 * `task test` fails where a secret stands in a log or in the output of a test.
 */
import { join } from "@std/path";

/** Names the folder; outside of `task test` nothing is kept. */
const FOLDER = "AIREC_TEST_TRACES";
const SECRETS = "secrets.txt";
const LOG = "log.txt";
/** Shorter ones stand in innocent lines by chance. */
const SHORTEST = 8;

/** Members of answers that are secrets. */
const SECRET_MEMBERS = ["token", "api_key", "secret", "webhook_secret"];

/** Notes secrets that a test has made. */
export function noteSecrets(...secrets: (string | null | undefined)[]): void {
  append(SECRETS, secrets.filter((secret) => secret && secret.length >= SHORTEST) as string[]);
}

/** Notes the secrets that an answer's body shows. */
export function noteSecretsOf(answer: unknown): void {
  if (answer === null || typeof answer !== "object") return;
  for (const member of SECRET_MEMBERS) {
    const value = (answer as Record<string, unknown>)[member];
    if (typeof value === "string") noteSecrets(value);
  }
}

/** Notes what a service logged: a line, or an entry before it is one. */
export function noteLog(entry: string | object): void {
  append(LOG, [typeof entry === "string" ? entry : JSON.stringify(entry)]);
}

/** The lines of log and output that hold a secret, the secret itself left out. */
export function leaks({ secrets, lines }: { secrets: string[]; lines: string[] }): string[] {
  const known = [...new Set(secrets)];
  return lines.flatMap((line) => {
    const found = known.find((secret) => line.includes(secret));
    return found === undefined ? [] : [line.replaceAll(found, "(secret)")];
  });
}

/** What stands in a folder of traces. */
export async function readTraces(folder: string): Promise<{ secrets: string[]; lines: string[] }> {
  const read = async (name: string) =>
    (await Deno.readTextFile(join(folder, name)).catch(() => "")).split("\n").filter(Boolean);
  return { secrets: await read(SECRETS), lines: await read(LOG) };
}

function append(name: string, lines: string[]): void {
  const folder = Deno.env.get(FOLDER);
  if (!folder || lines.length === 0) return;
  Deno.writeTextFileSync(join(folder, name), lines.join("\n") + "\n", { append: true });
}
