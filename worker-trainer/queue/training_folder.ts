/**
 * The folder of a training's temporary files. A lock of the file system says that it is in use, by
 * the trainer that made it or by the training that it is for: however those end, their lock ends
 * with them, and the folder of nobody is removed by housekeeping. Containers that share a volume
 * may have the same process ids, but no lock of each other's.
 */
import { join } from "@std/path";

/** How the folders' names begin. */
export const TRAINING_FOLDERS = "airec_training_";

/** The file that is locked. */
const LOCK = "lock";

/** A folder that goes with its scope. */
export interface TrainingFolder extends AsyncDisposable {
  path: string;
}

/** Makes a folder that is in use. */
export async function makeTrainingFolder(): Promise<TrainingFolder> {
  const path = await Deno.makeTempDir({ prefix: TRAINING_FOLDERS });
  const lock = await lockIn(path).catch(async (error) => {
    await Deno.remove(path, { recursive: true });
    throw error;
  });
  return {
    path,
    async [Symbol.asyncDispose]() {
      // What is left of it is swept.
      await Deno.remove(path, { recursive: true }).catch(() => {});
      lock.close();
    },
  };
}

/** Makes and takes a folder's lock. */
async function lockIn(path: string): Promise<Deno.FsFile> {
  // Under another name until it is taken: a lock that nobody holds would be a dead training's.
  const made = join(path, `${LOCK}.new`);
  const lock = await Deno.open(made, { createNew: true, write: true });
  await lock.lock(false);
  await Deno.rename(made, join(path, LOCK));
  return lock;
}

/** Holds the folder that this process's temporary files go to, where it is a training's, to its end. */
export async function holdTrainingFolder(path = Deno.env.get("TMPDIR")): Promise<void> {
  const lock = path && await Deno.open(join(path, LOCK)).catch(() => null);
  if (lock) await lock.lock(false);
}

/** Removes a folder that nobody uses; false where it is in use, null where it has no lock. */
export async function removeUnused(path: string): Promise<boolean | null> {
  try {
    using lock = await Deno.open(join(path, LOCK), { read: true, write: true });
    if (!await lock.tryLock(true)) return false;
    await Deno.remove(path, { recursive: true });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
