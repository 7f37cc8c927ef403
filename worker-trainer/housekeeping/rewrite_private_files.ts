/** The private files of a version written anew without some people, and the manifest that names them. */
import {
  blocksOf,
  decodeManifest,
  encodeUsers,
  loadModel,
  MANIFEST,
  sha256Hex,
} from "../../functions/recommender/model/artifact.ts";
import type { Manifest, Model } from "../../functions/recommender/model/model.ts";
import {
  GOLDEN_USERS,
  placeOf,
  privateFiles,
  USERS,
} from "../../functions/recommender/model/private_files.ts";
import { openUserSlices, type ReadRange } from "../../functions/recommender/model/user_slices.ts";
import { goldenAnswers } from "../golden.ts";
import { usersAmong, withoutUsers } from "./without_users.ts";

type Bytes = Uint8Array<ArrayBuffer>;

export interface Rewritten {
  manifest: Manifest;
  /** By the paths that the manifest names. */
  files: Record<string, Bytes>;
}

/**
 * How each private file is made of a model, by its first name. A new kind of private file has its
 * line here; a version with a private file that has none is not redacted, and says so.
 * @param follows the SHA-256 of the manifest before: with it in the file no name comes twice, so that
 * whoever removes what was left over, however late, removes nothing that is named again.
 */
const REWRITES: Record<string, (model: Model, follows: string) => Bytes> = {
  [USERS]: ({ users }, follows) => encodeUsers(users!, { follows }),
  [GOLDEN_USERS]: (model, follows) =>
    new TextEncoder().encode(
      JSON.stringify({ ...goldenAnswers(model).users, follows }, null, 2) + "\n",
    ),
};

/** Whether a path is one that a private file has, or had before it was written anew. */
export function isPrivatePath(path: string): boolean {
  return path in REWRITES || path.replace(/\.[0-9a-f]{64}(?=\.\w+$)/, "") in REWRITES;
}

/**
 * Writes private files anew; undefined where none of these people is in them.
 * @param from the manifest's file.
 * @throws {FileMismatchError} where a file is not what the manifest says.
 */
export async function rewritePrivateFiles(
  from: Uint8Array,
  { people, read, readRange }: {
    people: readonly string[];
    read: (path: string) => Promise<Uint8Array>;
    readRange: ReadRange;
  },
): Promise<Rewritten | undefined> {
  const manifest = decodeManifest(from);
  const names = Object.keys(privateFiles(manifest));
  const strange = names.find((name) => !(name in REWRITES));
  if (strange !== undefined) {
    throw new Error(`Each private file is redacted by a rule of its own; ${strange} has none.`);
  }
  if (placeOf(manifest, USERS) === undefined) return undefined;
  const readModel = (path: string) => path === MANIFEST ? Promise.resolve(from) : read(path);
  // Most often nobody is in it, and the ids tell so without the histories.
  const slices = await openUserSlices(manifest, readRange);
  const ids = slices?.ids ?? (await loadModel(readModel)).users!.ids;
  if (usersAmong(ids, people).length === 0) return undefined;

  const model = await loadModel(readModel);
  const redacted = { ...model, users: withoutUsers(model.users!, people) };
  const follows = await sha256Hex(from);
  const files: Record<string, Bytes> = {};
  for (const name of names) files[name] = REWRITES[name](redacted, follows);
  return await named(manifest, files);
}

/** A manifest that names no private file: its version knows nobody. */
export function withoutPrivateFiles(manifest: Manifest): Manifest {
  const gone = Object.values(privateFiles(manifest));
  const others = <Value>(entries: Record<string, Value> = {}) =>
    Object.fromEntries(Object.entries(entries).filter(([path]) => !gone.includes(path)));
  return {
    ...manifest,
    private: {},
    sha256: others(manifest.sha256),
    ...(manifest.blocks && { blocks: others(manifest.blocks) }),
  };
}

/** Gives each private file a name by its hash, and the manifest that goes with it. */
async function named(before: Manifest, rewritten: Record<string, Bytes>): Promise<Rewritten> {
  const manifest = { ...withoutPrivateFiles(before), private: {} as Record<string, string> };
  const files: Record<string, Bytes> = {};
  for (const [name, bytes] of Object.entries(rewritten)) {
    const sha256 = await sha256Hex(bytes);
    const path = name.replace(/\.(\w+)$/, `.${sha256}.$1`);
    files[path] = bytes;
    manifest.private[name] = path;
    manifest.sha256[path] = sha256;
    if (name === USERS) manifest.blocks = { ...manifest.blocks, [path]: await blocksOf(bytes) };
  }
  return { manifest, files };
}
