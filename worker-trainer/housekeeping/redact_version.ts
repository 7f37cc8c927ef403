/**
 * Takes people out of the private files of a version that is kept. It goes on serving meanwhile, so
 * nothing is overwritten: the files are written anew under new names, then the manifest names them,
 * then the old ones go. What is stopped anywhere is finished by the next run.
 */
import {
  decodeManifest,
  encodeManifest,
  FileMismatchError,
  MANIFEST,
} from "../../functions/recommender/model/artifact.ts";
import { privateFiles } from "../../functions/recommender/model/private_files.ts";
import { RegistryMissingError } from "../../functions/recommender/registry/registry.ts";
import { bringLoader } from "./bring_loader.ts";
import { redactRun } from "./redact_run.ts";
import {
  isPrivatePath,
  rewritePrivateFiles,
  type Rewritten,
  withoutPrivateFiles,
} from "./rewrite_private_files.ts";
import type { VersionAt } from "./version_at.ts";

/** So often is read what a registry may be writing just now. */
const TRIES = 3;

/**
 * Redacts a version; one that is gone holds nobody.
 * @param people ids of those who are to be in it no more; they may not be.
 * @returns whether one of them was in it.
 */
export async function redactVersion(at: VersionAt, people: readonly string[]): Promise<boolean> {
  const { registry, model, version } = at;
  try {
    for (let tries = 1;; tries++) {
      // Listed before anything is written: what another process writes meanwhile is not left over.
      const here = await registry.files(model, version, "data");
      const from = await registry.read(model, version, MANIFEST);
      const next = await rewritten(at, { from, people, isLast: tries === TRIES });
      if (next === "again") continue;
      if (next && !await replace(at, { from, ...next })) continue;
      await removeLeftOvers(at, here);
      await redactRun(at, people);
      return next !== undefined;
    }
  } catch (error) {
    if (error instanceof RegistryMissingError) return false;
    throw error;
  }
}

/**
 * The private files without these people; undefined where they are in none. A file that is gone or
 * damaged at each try is read by nobody, and nobody can say who is in it: then all of them go.
 */
async function rewritten(
  { registry, model, version }: VersionAt,
  { from, people, isLast }: { from: Uint8Array; people: readonly string[]; isLast: boolean },
): Promise<Rewritten | "again" | undefined> {
  try {
    return await rewritePrivateFiles(from, {
      people,
      read: (path) => registry.read(model, version, path),
      async readRange(path, range) {
        const { stream } = await registry.open(model, version, path, range);
        return await new Response(stream).bytes();
      },
    });
  } catch (error) {
    const isOutdated = error instanceof FileMismatchError || error instanceof RegistryMissingError;
    if (!isOutdated) throw error;
    return isLast ? { manifest: withoutPrivateFiles(decodeManifest(from)), files: {} } : "again";
  }
}

/** Writes the new files, then the manifest. False where another process was first. */
async function replace(
  at: VersionAt,
  { from, manifest, files }: Rewritten & { from: Uint8Array },
): Promise<boolean> {
  const { registry, model, version } = at;
  await bringLoader(at);
  const write = async (paths: string[]) => {
    for (const path of paths) await registry.write(model, version, path, files[path]);
  };
  await write(Object.keys(files));
  const to = encodeManifest(manifest);
  if (!await registry.swap(model, version, MANIFEST, { from, to })) return false;
  // Where a registry cannot compare and write in one, another may have held them for left over.
  const here = await registry.files(model, version, "data");
  await write(Object.keys(files).filter((path) => !here.includes(path)));
  return true;
}

/** Removes the private files that were there before and that the manifest does not name any more. */
async function removeLeftOvers(
  { registry, model, version }: VersionAt,
  before: string[],
): Promise<void> {
  const manifest = decodeManifest(await registry.read(model, version, MANIFEST));
  const named = Object.values(privateFiles(manifest));
  for (const path of before) {
    if (isPrivatePath(path) && !named.includes(path)) {
      await registry.removeFile(model, version, path);
    }
  }
}
