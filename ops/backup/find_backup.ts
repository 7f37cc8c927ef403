/** Finds backups in their storage: folders named by time. */
import { BackupError } from "./backup_error.ts";
import { hasManifest } from "./manifest.ts";
import type { BackupStorage } from "../../worker-trainer/backups/backup_storage.ts";

/** A folder with a complete or incomplete backup. */
export interface Found {
  name: string;
  /** Whether it has a manifest; without one the backup was aborted or is in progress. */
  isWhole: boolean;
}

/** 2026-11-22T10-15-00-123Z */
const NAME = /^(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z)\//;

/** Returns the backups in a storage folder, oldest first. */
export async function backupsIn(storage: BackupStorage): Promise<Found[]> {
  const whole = new Map<string, boolean>();
  for (const path of await storage.list("")) {
    const name = NAME.exec(path)?.[1];
    if (name === undefined) continue;
    whole.set(name, whole.get(name) === true || path === `${name}/manifest.json`);
  }
  return Array.from(whole, ([name, isWhole]) => ({ name, isWhole }))
    .sort((a, b) => a.name < b.name ? -1 : 1);
}

/**
 * Returns the storage itself if it is a backup, else the newest complete backup in it.
 * @throws {BackupError} if the storage is empty
 */
export async function findBackup(
  storage: BackupStorage,
  say: (line: string) => void,
): Promise<BackupStorage> {
  if (await hasManifest(storage)) return storage;
  const found = await backupsIn(storage);
  const newest = found.findLast(({ isWhole }) => isWhole);
  for (const { name, isWhole } of found) {
    if (!isWhole && (!newest || name > newest.name)) {
      say(`${name} is incomplete: it was aborted or is still running`);
    }
  }
  if (newest) return storage.within(newest.name);
  if ((await storage.list("")).length === 0) {
    throw new BackupError(
      `There is no backup at ${storage.description}: it is empty or does not exist.`,
    );
  }
  // Not a complete backup: reading its manifest reports what is missing.
  return storage;
}

/**
 * Deletes all but the newest `keep` complete backups, and older incomplete ones; returns the names.
 */
export async function pruneBackups(
  storage: BackupStorage,
  { keep }: { keep: number },
): Promise<string[]> {
  const found = await backupsIn(storage);
  const oldest = found.filter(({ isWhole }) => isWhole).at(-keep)?.name;
  if (oldest === undefined) return [];
  const gone = found.filter(({ name }) => name < oldest).map(({ name }) => name);
  for (const name of gone) {
    // The manifest first, so that a partly deleted backup counts as incomplete.
    await storage.remove(`${name}/manifest.json`);
    await storage.remove(`${name}/`);
  }
  return gone;
}
