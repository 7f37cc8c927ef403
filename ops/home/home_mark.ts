/** The mark of a home: file with its identity and location. */
import { join } from "@std/path";

export interface HomeMark {
  what: string;
  /** Created once and copied with the folder; `path` tells a copy from the original. */
  id: string;
  /** Path of the folder when it was last opened. */
  path?: string;
  /** Folders outside of the home that hold its state. */
  elsewhere: string[];
  /** Place of the models; by default the home's folder. */
  models?: ModelsPlace;
}

/**
 * Location of the models: the home's folder, an MLflow server of the home with its last URL, or
 * another MLflow server.
 */
export type ModelsPlace = { in: "folder" } | { in: "own MLflow"; url: string } | { in: "MLflow" };

const FILE = "airec.json";
const WHAT = "The state of an AiREC on this machine. `deno task dev --reset` deletes this folder.";

/** Returns the mark of a new home, or of one without an id. */
export function newMark(): HomeMark {
  return { what: WHAT, id: crypto.randomUUID(), elsewhere: [] };
}

/**
 * Returns the mark of a folder, or undefined.
 * @throws {Error} if it is not JSON.
 */
export async function markOf(path: string): Promise<HomeMark | undefined> {
  const text = await Deno.readTextFile(join(path, FILE)).catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return { ...newMark(), ...JSON.parse(text) };
  } catch {
    throw new Error(
      `${join(path, FILE)} is damaged: it is not JSON. It has the home's id, so copy it from a ` +
        "backup of the folder. Nothing was changed.",
    );
  }
}

/** Writes the mark atomically. */
export async function writeMark(path: string, mark: HomeMark): Promise<void> {
  const part = join(path, `.${FILE}.${crypto.randomUUID()}`);
  await Deno.writeTextFile(part, JSON.stringify(mark, null, 2) + "\n");
  await Deno.rename(part, join(path, FILE));
}

/**
 * Returns the path where the home was last opened if it differs from this one, else undefined.
 * `isThere`: the home still exists there, so this is a copy; else it was moved.
 */
export async function formerPlace(
  path: string,
): Promise<{ path: string; isThere: boolean } | undefined> {
  const mark = await markOf(path);
  if (!mark?.path || mark.path === await Deno.realPath(path)) return undefined;
  const original = await markOf(mark.path).catch(() => undefined);
  // The same folder by two paths, as with a bind mount, is not a copy.
  const isThere = original?.id === mark.id &&
    !await isSameFile(join(mark.path, FILE), join(path, FILE));
  return { path: mark.path, isThere };
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([Deno.stat(one), Deno.stat(other)]);
  return a.dev === b.dev && a.ino === b.ino;
}
