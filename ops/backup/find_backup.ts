/** Finds backups in their storage: folders named by time. */
import { BackupError } from "./backup_error.ts";
import { hasManifest, installationNamedIn } from "./manifest.ts";
import type { BackupStorage } from "../../worker-trainer/backups/backup_storage.ts";

/** A folder with a complete or incomplete backup. */
export interface Found {
  name: string;
  /** Whether it has a manifest; without one the backup was aborted or is in progress. */
  isWhole: boolean;
  /** Its installation; null if it is incomplete or its manifest cannot be read. */
  installation: string | null;
}

/** Time after which an incomplete backup counts as aborted, in ms. */
const DAY = 86_400_000;

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
  const found = await Promise.all(Array.from(whole, async ([name, isWhole]) => ({
    ...{ name, isWhole },
    installation: isWhole ? await installationNamedIn(storage.within(name)) : null,
  })));
  return found.sort((a, b) => a.name < b.name ? -1 : 1);
}

/**
 * Returns the storage itself if it is a backup, else the newest complete backup in it.
 * @throws {BackupError} if the storage is empty, or has backups of several installations
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
  if (newest) {
    mustBeOfOne(found, storage);
    return storage.within(newest.name);
  }
  if ((await storage.list("")).length === 0) {
    throw new BackupError(
      `There is no backup at ${storage.description}: it is empty or does not exist.`,
    );
  }
  // Not a complete backup: reading its manifest reports what is missing.
  return storage;
}

/** Throws if backups are of several installations, of which the newest may be the wrong one. */
function mustBeOfOne(found: Found[], { description }: BackupStorage): void {
  const newest = new Map(
    found.flatMap(({ name, installation }) => installation ? [[installation, name]] : []),
  );
  if (newest.size <= 1) return;
  const each = Array.from(newest, ([installation, name]) => `${name} of ${installation}`);
  throw new BackupError(
    `${description} has backups of ${newest.size} installations: name the backup to restore. The ` +
      `newest of each: ${each.join(", ")}.`,
  );
}

/**
 * Deletes all but the newest `keep` complete backups of an installation, and incomplete ones that
 * are older and were begun more than a day before `now`; returns the names.
 */
export async function pruneBackups(
  storage: BackupStorage,
  { keep, installation, now = Date.now() }: { keep: number; installation: string; now?: number },
): Promise<string[]> {
  const found = await backupsIn(storage);
  const own = found.filter((backup) => backup.installation === installation);
  const oldest = own.at(-keep)?.name;
  if (oldest === undefined) return [];
  // One that was begun lately may still be running.
  const aborted = found.filter(({ name, isWhole }) => !isWhole && timeOf(name) < now - DAY);
  const gone = [...own, ...aborted].map(({ name }) => name).filter((name) => name < oldest).sort();
  for (const name of gone) {
    // The manifest first, so that a partly deleted backup counts as incomplete.
    await storage.remove(`${name}/manifest.json`);
    await storage.remove(`${name}/`);
  }
  return gone;
}

/** Returns the time of a backup's name, in ms since 1970. */
function timeOf(name: string): number {
  return Date.parse(name.replace(/T(\d\d)-(\d\d)-(\d\d)-/, "T$1:$2:$3."));
}
