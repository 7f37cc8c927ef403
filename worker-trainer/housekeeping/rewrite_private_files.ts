/** Rewrites a version's private files without some users, with a manifest of them. */
import {
  blocksOf,
  decodeManifest,
  encodeRehearsal,
  encodeUserRows,
  encodeUsers,
  loadModel,
  loadRehearsal,
  loadUserRows,
  MANIFEST,
  sha256Hex,
} from "../../functions/recommender/model/artifact/artifact.ts";
import type { Manifest, Model } from "../../functions/recommender/model/model.ts";
import {
  GOLDEN_USERS,
  placeOf,
  privateFiles,
  REHEARSAL,
  STATE,
  USERS,
} from "../../functions/recommender/model/artifact/private_files.ts";
import { openUserSlices } from "../../functions/recommender/model/artifact/user_slices.ts";
import type { ReadRange } from "../../functions/recommender/model/artifact/verified_blocks.ts";
import { goldenAnswers } from "../publish/golden_answers.ts";
import { usersAmong, withoutRehearsed, withoutUsers } from "./without_users.ts";

type Bytes = Uint8Array<ArrayBuffer>;

export interface Rewritten {
  manifest: Manifest;
  /** By path, as in the manifest. */
  files: Record<string, Bytes>;
}

/**
 * Encodes each private file from a model, by its first name. A version with a private file that is
 * not listed here is not redacted, which is an error.
 * @param follows SHA-256 of the previous manifest. It makes each file's name unique, so that a late
 * removal of old files cannot hit a file in use.
 */
const REWRITES: Record<string, (model: Model, follows: string) => Bytes> = {
  [USERS]: ({ users }, follows) => encodeUsers(users!, { follows }),
  [STATE]: ({ userRows }, follows) => encodeUserRows(userRows!, { follows }),
  [REHEARSAL]: ({ rehearsal }, follows) => encodeRehearsal(rehearsal!, { follows }),
  [GOLDEN_USERS]: (model, follows) =>
    new TextEncoder().encode(
      JSON.stringify({ ...goldenAnswers(model).users, follows }, null, 2) + "\n",
    ),
};

/** Returns whether a path is that of a private file, rewritten or not. */
export function isPrivatePath(path: string): boolean {
  return path in REWRITES || path.replace(/\.[0-9a-f]{64}(?=\.\w+$)/, "") in REWRITES;
}

/**
 * Rewrites the private files; returns undefined if they contain none of these users.
 * @param from the manifest's file.
 * @throws {FileMismatchError} if a file does not match the manifest.
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
    throw new Error(`There is no redaction rule for the private file ${strange}.`);
  }
  if (placeOf(manifest, USERS) === undefined) return undefined;
  const readModel = (path: string) => path === MANIFEST ? Promise.resolve(from) : read(path);
  // Usually they contain none, which the ids show without loading the histories.
  const slices = await openUserSlices(manifest, readRange);
  const ids = slices?.ids ?? (await loadModel(readModel)).users!.ids;
  if (usersAmong(ids, people).length === 0) return undefined;

  const model = await loadModel(readModel);
  const userRows = await loadUserRows(manifest, read);
  const rehearsal = await loadRehearsal(manifest, read);
  const redacted = {
    ...model,
    ...withoutUsers({ users: model.users!, userRows }, people),
    rehearsal: rehearsal && withoutRehearsed(rehearsal, people),
  };
  const follows = await sha256Hex(from);
  const files: Record<string, Bytes> = {};
  for (const name of names) files[name] = REWRITES[name](redacted, follows);
  return await named(manifest, files);
}

/** Returns the manifest without private files: its version has no users. */
export function withoutPrivateFiles(manifest: Manifest): Manifest {
  const removed = Object.values(privateFiles(manifest));
  const others = <Value>(entries: Record<string, Value> = {}) =>
    Object.fromEntries(Object.entries(entries).filter(([path]) => !removed.includes(path)));
  return {
    ...manifest,
    private: {},
    sha256: others(manifest.sha256),
    ...(manifest.blocks && { blocks: others(manifest.blocks) }),
  };
}

/** Names each private file after its hash; returns the files with their manifest. */
async function named(before: Manifest, rewritten: Record<string, Bytes>): Promise<Rewritten> {
  const manifest = { ...withoutPrivateFiles(before), private: {} as Record<string, string> };
  const files: Record<string, Bytes> = {};
  for (const [name, bytes] of Object.entries(rewritten)) {
    const sha256 = await sha256Hex(bytes);
    const path = name.replace(/\.(\w+)$/, `.${sha256}.$1`);
    files[path] = bytes;
    manifest.private[name] = path;
    manifest.sha256[path] = sha256;
    if (name === USERS || name === STATE) {
      manifest.blocks = { ...manifest.blocks, [path]: await blocksOf(bytes) };
    }
  }
  return { manifest, files };
}
