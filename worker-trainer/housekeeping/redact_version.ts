/**
 * Removes users from the private files of a version. The version keeps serving, so no file is
 * overwritten: files are written under new names, then the manifest refers to them, then the old
 * files are removed. A run that was interrupted anywhere is completed by the next.
 */
import {
  decodeManifest,
  encodeManifest,
  FileMismatchError,
  MANIFEST,
} from "../../functions/recommender/model/artifact/artifact.ts";
import { privateFiles } from "../../functions/recommender/model/artifact/private_files.ts";
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

/** Maximum number of reads of files that another process may be writing. */
const TRIES = 3;

/**
 * Redacts a version; a deleted version contains no users.
 * @param people ids of users to remove, whether or not they are in it.
 * @returns whether the version contained one of them.
 */
export async function redactVersion(at: VersionAt, people: readonly string[]): Promise<boolean> {
  const { registry, model, version } = at;
  try {
    for (let tries = 1;; tries++) {
      // Listed before any write, so that concurrent writes of another process are not removed.
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
 * Returns the private files without these users; undefined if they contain none of them. If a file
 * is missing or damaged at every try, its users cannot be determined, and all private files are
 * dropped.
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

/** Writes the new files, then the manifest. Returns false if another process changed it first. */
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
  // Without an atomic compare-and-swap, another process may have removed them as left over.
  const here = await registry.files(model, version, "data");
  await write(Object.keys(files).filter((path) => !here.includes(path)));
  return true;
}

/** Removes the private files in `before` to which the manifest no longer refers. */
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
