/** Backups in a place: each is a folder that is named by its time. */
import { BackupError } from "./backup_error.ts";
import { hasManifest } from "./manifest.ts";
import type { Place } from "./place.ts";

/** A folder of the place that is a backup, or was to be one. */
export interface Found {
  name: string;
  /** Whether its manifest is there: else it was cut off, or is being made. */
  isWhole: boolean;
}

/** 2026-11-22T10-15-00-123Z */
const NAME = /^(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z)\//;

/** The backups of a place, oldest first. */
export async function backupsIn(place: Place): Promise<Found[]> {
  const whole = new Map<string, boolean>();
  for (const path of await place.list("")) {
    const name = NAME.exec(path)?.[1];
    if (name === undefined) continue;
    whole.set(name, whole.get(name) === true || path === `${name}/manifest.json`);
  }
  return Array.from(whole, ([name, isWhole]) => ({ name, isWhole }))
    .sort((a, b) => a.name < b.name ? -1 : 1);
}

/**
 * The backup that is meant: the place itself where it is one, else the newest in it.
 * @throws {BackupError} where there is none.
 */
export async function findBackup(place: Place, say: (line: string) => void): Promise<Place> {
  if (await hasManifest(place)) return place;
  const found = await backupsIn(place);
  const newest = found.findLast(({ isWhole }) => isWhole);
  for (const { name, isWhole } of found) {
    if (!isWhole && (!newest || name > newest.name)) {
      say(`${name} is no whole backup: it was cut off, or is being made`);
    }
  }
  if (newest) return place.within(newest.name);
  if ((await place.list("")).length === 0) {
    throw new BackupError(`There is no backup at ${place.description}: nothing lies there.`);
  }
  // Says what is missing of it.
  return place;
}

/** Removes all but the newest backups, and what was cut off before them; returns the names. */
export async function pruneBackups(
  place: Place,
  { keep }: { keep: number },
): Promise<string[]> {
  const found = await backupsIn(place);
  const oldest = found.filter(({ isWhole }) => isWhole).at(-keep)?.name;
  if (oldest === undefined) return [];
  const gone = found.filter(({ name }) => name < oldest).map(({ name }) => name);
  for (const name of gone) {
    // Its manifest first: what is half removed is no backup.
    await place.remove(`${name}/manifest.json`);
    await place.remove(`${name}/`);
  }
  return gone;
}
