/**
 * The folder of a training's temporary files. A file lock marks it as in use, held by the trainer
 * that created it and by the training process. The lock is released however they end, and
 * housekeeping removes unlocked folders. Process ids would not do: containers that share a volume
 * may have equal ones.
 */
import { join } from "@std/path";
import { heldLock } from "../../functions/recommender/blobs/disk.ts";

/** Prefix of the folders' names. */
export const TRAINING_FOLDERS = "airec_training_";

/** Name of the lock file. */
const LOCK = "lock";

/** A folder that is removed with its scope. */
export interface TrainingFolder extends AsyncDisposable {
  path: string;
}

/** Creates a locked folder. */
export async function makeTrainingFolder(): Promise<TrainingFolder> {
  const path = await Deno.makeTempDir({ prefix: TRAINING_FOLDERS });
  const lock = await lockIn(path).then(heldLock, async (error) => {
    await Deno.remove(path, { recursive: true });
    throw error;
  });
  return {
    path,
    async [Symbol.asyncDispose]() {
      // Housekeeping removes what is left.
      await Deno.remove(path, { recursive: true }).catch(() => {});
      lock[Symbol.dispose]();
    },
  };
}

/** Creates and acquires a folder's lock. */
async function lockIn(path: string): Promise<Deno.FsFile> {
  // Under another name until it is acquired: an unlocked lock file marks an abandoned folder.
  const temporary = join(path, `${LOCK}.new`);
  const lock = await Deno.open(temporary, { createNew: true, write: true });
  await lock.lock(false);
  await Deno.rename(temporary, join(path, LOCK));
  return lock;
}

/** Holds the lock of this process's temporary folder, if it has one, until the process ends. */
export async function holdTrainingFolder(path = Deno.env.get("TMPDIR")): Promise<void> {
  const lock = path && await Deno.open(join(path, LOCK)).catch(() => null);
  if (lock) await lock.lock(false);
}

/** Removes an unlocked folder. Returns false if it is in use, null if it has no lock file. */
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
