/** Which code trained a model: what a run is tagged by, so that two can be told apart. */
import { fromFileUrl, join, relative } from "@std/path";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

/** What a model is made by; the lock holds the libraries' versions. */
const SOURCES = ["worker-trainer", "functions/recommender/csv", "functions/recommender/model"];
const LOCK = "deno.lock";

/**
 * Tags of the code that runs: `airec.code_version`, a fingerprint of the trainer's sources, the same
 * wherever they are the same; and in a checkout the commit, by MLflow's own name for it.
 */
export async function codeTags(): Promise<Record<string, string>> {
  const commit = await commitOf(ROOT);
  return {
    "airec.code_version": await fingerprint(),
    ...(commit && { "mlflow.source.git.commit": commit }),
  };
}

async function fingerprint(): Promise<string> {
  const paths = [LOCK];
  for (const folder of SOURCES) paths.push(...await programsUnder(join(ROOT, folder)));
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (const path of paths.toSorted()) {
    parts.push(new TextEncoder().encode(`${path}\n`), await Deno.readFile(join(ROOT, path)));
  }
  const bytes = await new Blob(parts).arrayBuffer();
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex().slice(0, 12);
}

/** The TypeScript and Python files under a folder, without tests, from the root. */
async function programsUnder(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) found.push(...await programsUnder(path));
    else if (/\.(ts|py)$/.test(name) && !/^test_|_test\.ts$/.test(name)) {
      found.push(relative(ROOT, path).replaceAll("\\", "/"));
    }
  }
  return found;
}

/** The commit that is checked out; undefined where there is no checkout, or no git. */
async function commitOf(folder: string): Promise<string | undefined> {
  try {
    await Deno.stat(join(folder, ".git"));
    const { success, stdout } = await new Deno.Command("git", {
      args: ["rev-parse", "HEAD"],
      cwd: folder,
      stderr: "null",
    }).output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch {
    return undefined;
  }
}
