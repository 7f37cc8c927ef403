/** The home: folder with all state of a local AiREC (database, files, models, secrets). */
import { join, resolve } from "@std/path";
import { heldLock } from "../../functions/recommender/blobs/disk.ts";
import {
  formerPlace,
  type HomeMark,
  markOf,
  type ModelsPlace,
  newMark,
  writeMark,
} from "./home_mark.ts";

/** An opened home, locked until it is closed or this process ends. */
export interface Home extends Disposable {
  path: string;
  /** Identity of the home; unchanged when the folder is moved. */
  id: string;
  /** Previous path, if the folder was moved since it was last opened. */
  movedFrom?: string;
  /** Records a folder outside of the home that holds its state, so that a reset deletes it. */
  noteElsewhere(folder: string): Promise<void>;
  /** Records where the models are, for commands that run without `task dev`. */
  noteModels(models: ModelsPlace): Promise<void>;
  /** Recorded place of the models. */
  models(): ModelsPlace;
}

/** Returns the path of the home: `AIREC_HOME`, else `.airec` in the project. */
export function homePath(environment: Record<string, string>): string {
  return resolve(environment.AIREC_HOME || join(import.meta.dirname!, "../..", ".airec"));
}

/**
 * Opens and locks the home; creates it if it is missing.
 * @throws {Error} if the folder is not a home, is a copy of an existing home, or is open in another
 * process
 */
export async function openHome(path: string): Promise<Home> {
  await refuseForeign(path);
  const former = await formerPlace(path);
  if (former?.isThere) throw new Error(copySentence(path, former.path));
  await Deno.mkdir(path, { recursive: true });
  const lock = await lockHome(path);
  let mark: HomeMark = await markOf(path) ?? newMark();
  await note({ ...mark, path: await Deno.realPath(path) });
  return {
    path,
    id: mark.id,
    ...(former && { movedFrom: former.path }),
    async noteElsewhere(folder) {
      const known = mark.elsewhere;
      if (known.includes(folder) || !folder.startsWith("/") || folder.startsWith(path)) return;
      await note({ ...mark, elsewhere: [...known, folder] });
    },
    noteModels: (models) => note({ ...mark, models }),
    models: () => mark.models ?? { in: "folder" },
    [Symbol.dispose]: () => lock[Symbol.dispose](),
  };

  async function note(changed: HomeMark) {
    if (JSON.stringify(changed) !== JSON.stringify(await markOf(path))) {
      await writeMark(path, changed);
    }
    mark = changed;
  }
}

/**
 * Deletes a home and its folders elsewhere; returns the deleted paths. Of a copy only the copy
 * itself is deleted: the folders elsewhere belong to the original.
 * @param before runs with the lock held, to end processes that still use the files
 * @throws {Error} if the folder is not a home or is in use; nothing is deleted then
 */
export async function deleteHome(
  path: string,
  before: (home: Home) => Promise<void> = async () => {},
): Promise<string[]> {
  await refuseForeign(path);
  const mark = await markOf(path);
  if (!mark) return [];
  if ((await formerPlace(path))?.isThere) {
    using _ = await lockHome(path);
    await Deno.remove(path, { recursive: true });
    return [path];
  }
  const folders = [...mark.elsewhere, path];
  using home = await openHome(path);
  await before(home);
  for (const folder of folders) {
    await Deno.remove(folder, { recursive: true }).catch(ignoreMissing);
  }
  return folders;
}

/** Locks the home. The lock is released when the process ends in any way. */
async function lockHome(path: string): Promise<Disposable> {
  const file = await Deno.open(join(path, "lock"), { create: true, write: true });
  if (await file.tryLock(true)) return heldLock(file);
  file.close();
  throw new Error(
    `${path} is in use by a running AiREC. Stop it first, or set AIREC_HOME to another folder.`,
  );
}

function copySentence(copy: string, original: string): string {
  return `${copy} is a copy of ${original}, which still exists: two installations with the same id ` +
    `would interfere with each other's processes, database and models. Nothing was started or ` +
    `stopped. To run both, create a copy with its own id: deno task backup FOLDER, then ` +
    `AIREC_HOME=… deno task restore FOLDER --as-copy. To replace the original, stop it and delete ` +
    `or rename ${original} first.`;
}

/** Throws if the folder contains anything that AiREC did not create. */
async function refuseForeign(path: string): Promise<void> {
  if (await markOf(path)) return;
  const entries = await Array.fromAsync(Deno.readDir(path)).catch(ignoreMissing) ?? [];
  if (entries.some(({ name }) => !isBegun(name))) {
    throw new Error(
      `AIREC_HOME must be AiREC's own folder, but ${path} contains other files (no airec.json). Use an empty or new folder; nothing was changed.`,
    );
  }
}

/** Whether a file is left by an opening that was killed before the mark was written. */
function isBegun(name: string): boolean {
  return name === "lock" || name.startsWith(".airec.json.");
}

function ignoreMissing(error: unknown): undefined {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
