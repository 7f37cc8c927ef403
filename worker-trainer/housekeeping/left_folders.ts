/** Removes temporary folders left on this machine by killed trainings. */
import { tmpdir } from "node:os";
import { join } from "@std/path";
import { removeUnused, TRAINING_FOLDERS } from "../queue/training_folder.ts";
import type { Log } from "../runtime/trainer_log.ts";
import { causesOf } from "../runtime/causes_of.ts";

/** Folders of a trainer's disk checks, which have no lock. */
const PROBES = "airec_probe_";
/** Age at which a folder without a lock, left by an old version or an early crash, is removed. */
const OLD_MS = 48 * 3600_000;

/**
 * Removes the folders that no process uses. A folder that cannot be removed is logged and skipped.
 * @param options.folder the folder of temporary files.
 * @param options.now the current time, for the age of folders without a lock.
 */
export async function removeLeftFolders(
  { log, folder = tmpdir(), now = new Date() }: { log: Log; folder?: string; now?: Date },
): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (!isDirectory || !(name.startsWith(TRAINING_FOLDERS) || name.startsWith(PROBES))) continue;
    const path = join(folder, name);
    try {
      const isRemoved = await removeUnused(path) ?? await removeOld(path, now);
      if (isRemoved) log({ level: "info", message: "left folder removed", path });
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) continue;
      log({ level: "error", message: "left folder not removed", path, error: causesOf(error) });
    }
  }
}

async function removeOld(path: string, now: Date): Promise<boolean> {
  const { mtime } = await Deno.stat(path);
  if (!mtime || mtime.getTime() > now.getTime() - OLD_MS) return false;
  await Deno.remove(path, { recursive: true });
  return true;
}
