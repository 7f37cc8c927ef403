/** The file that says that a folder is a home of AiREC, which one, and where it lay. */
import { join } from "@std/path";

export interface HomeMark {
  what: string;
  /** Made once, and copied along with the folder: `path` tells a copy from the original. */
  id: string;
  /** Where the folder lay when it was opened last. */
  path?: string;
  /** Folders outside that hold state of it. */
  elsewhere: string[];
  /** Where its models are; the home's folder where nothing is said. */
  models?: ModelsPlace;
}

/** An MLflow server of the home's own, and where it listened last; one that is somebody else's. */
export type ModelsPlace = { in: "folder" } | { in: "own MLflow"; url: string } | { in: "MLflow" };

const FILE = "airec.json";
const WHAT = "The state of an AiREC on this machine. `deno task dev --reset` deletes this folder.";

/** The mark of a home that is new, or older than ids. */
export function newMark(): HomeMark {
  return { what: WHAT, id: crypto.randomUUID(), elsewhere: [] };
}

/** A folder's mark; undefined where it has none. */
export async function markOf(path: string): Promise<HomeMark | undefined> {
  const text = await Deno.readTextFile(join(path, FILE)).catch(() => undefined);
  return text === undefined ? undefined : { ...newMark(), ...JSON.parse(text) };
}

/** Writes the mark as a whole, or not at all. */
export async function writeMark(path: string, mark: HomeMark): Promise<void> {
  const part = join(path, `.${FILE}.${crypto.randomUUID()}`);
  await Deno.writeTextFile(part, JSON.stringify(mark, null, 2) + "\n");
  await Deno.rename(part, join(path, FILE));
}

/**
 * Where a home lay before it came here; undefined where it was opened here, or is new. `isThere` says
 * that the home still lies there, so that this one is a copy; else it was moved.
 */
export async function formerPlace(
  path: string,
): Promise<{ path: string; isThere: boolean } | undefined> {
  const mark = await markOf(path);
  if (!mark?.path || mark.path === await Deno.realPath(path)) return undefined;
  const there = await markOf(mark.path).catch(() => undefined);
  // One folder by two names, as a bind mount has them, is no copy of itself.
  const isThere = there?.id === mark.id &&
    !await isSameFile(join(mark.path, FILE), join(path, FILE));
  return { path: mark.path, isThere };
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([Deno.stat(one), Deno.stat(other)]);
  return a.dev === b.dev && a.ino === b.ino;
}
