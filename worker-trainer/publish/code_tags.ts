/** The version of the code that trained a model, as tags of its run. */
import { fromFileUrl, join, relative } from "@std/path";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));

/** Sources that determine a model; the lock file pins the libraries. */
const SOURCES = ["worker-trainer", "functions/recommender/files", "functions/recommender/model"];
const LOCK = "deno.lock";

/**
 * Returns the tags of the running code: `airec.code_version`, a fingerprint of the trainer's
 * sources, and in a checkout the commit, under MLflow's standard name.
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

/** Returns the TypeScript and Python files in a folder except tests, relative to the root. */
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

/** Returns the commit that is checked out; undefined without a checkout or git. */
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
