/** Temporary folders of trainings whose processes were killed, on this machine. */
import { tmpdir } from "node:os";
import { join } from "@std/path";
import { removeUnused, TRAINING_FOLDERS } from "../queue/training_folder.ts";
import type { Log } from "../trainer_log.ts";
import { causesOf } from "./causes_of.ts";

/** Those of a trainer's looks at its own disk, which have no lock. */
const PROBES = "airec_probe_";
/** One without a lock is left by an earlier version or an early death, and is removed when so old. */
const OLD_MS = 48 * 3600_000;

/**
 * Removes the folders that no process uses; one that cannot be removed is reported, and the others
 * go on.
 * @param options.folder where temporary files go.
 * @param options.now by which the age of a folder without a lock is judged.
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
