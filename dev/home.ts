/** The folder that holds all state of a local AiREC: database, files, models, secrets. */
import { join, resolve } from "@std/path";

/** An opened home. Nobody else opens it until this process ends or closes it. */
export interface Home extends Disposable {
  path: string;
  /** Notes where state lies that could not lie inside, so that a reset finds it. */
  noteElsewhere(folder: string): Promise<void>;
}

const MARKER = "airec.json";
const WHAT = "The state of an AiREC on this machine. `deno task dev --reset` deletes this folder.";

/** Where the home is: `AIREC_HOME`, else `.airec` in the project. */
export function homePath(environment: Record<string, string>): string {
  return resolve(environment.AIREC_HOME || join(import.meta.dirname!, "..", ".airec"));
}

/**
 * Opens the home for one process, and makes it where nothing is yet.
 * @throws {Error} where the folder is not AiREC's, or another process has it open.
 */
export async function openHome(path: string): Promise<Home> {
  await refuseForeign(path);
  await Deno.mkdir(path, { recursive: true });
  const marker = join(path, MARKER);
  if (!await marked(path)) await note({ what: WHAT, elsewhere: [] });
  // The lock ends with its process, however that ends.
  const lock = await Deno.open(join(path, "lock"), { create: true, write: true });
  if (!await lock.tryLock(true)) {
    lock.close();
    throw new Error(
      `${path} is in use: an AiREC runs on it already. End that one first, or name another folder in AIREC_HOME.`,
    );
  }
  return {
    path,
    async noteElsewhere(folder) {
      const known = await elsewhere(path);
      if (known.includes(folder) || !folder.startsWith("/") || folder.startsWith(path)) return;
      await note({ what: WHAT, elsewhere: [...known, folder] });
    },
    [Symbol.dispose]: () => lock.close(),
  };

  async function note(content: { what: string; elsewhere: string[] }) {
    await Deno.writeTextFile(marker, JSON.stringify(content, null, 2) + "\n");
  }
}

/**
 * Deletes a home and what it noted elsewhere, and returns what was deleted: nothing where none was.
 * @param before runs when nobody else has the home any more, to end what still uses its files.
 * @throws {Error} where the folder is not AiREC's, or is in use: nothing is deleted then.
 */
export async function deleteHome(path: string, before = async () => {}): Promise<string[]> {
  await refuseForeign(path);
  if (!await marked(path)) return [];
  const folders = [...await elsewhere(path), path];
  using _ = await openHome(path);
  await before();
  for (const folder of folders) {
    await Deno.remove(folder, { recursive: true }).catch(ignoreMissing);
  }
  return folders;
}

/** A folder with anything in it that AiREC did not make is neither used nor deleted. */
async function refuseForeign(path: string): Promise<void> {
  if (await marked(path)) return;
  const entries = await Array.fromAsync(Deno.readDir(path)).catch(ignoreMissing) ?? [];
  if (entries.length > 0) {
    throw new Error(
      `AIREC_HOME must be AiREC's own folder, but ${path} holds other things (no ${MARKER}). Name an empty or new folder; nothing was changed.`,
    );
  }
}

async function marked(path: string): Promise<boolean> {
  return await Deno.stat(join(path, MARKER)).then((file) => file.isFile, () => false);
}

async function elsewhere(path: string): Promise<string[]> {
  return JSON.parse(await Deno.readTextFile(join(path, MARKER))).elsewhere;
}

function ignoreMissing(error: unknown): undefined {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
