/** Loads a version of a model from the registry into memory. */
import type { Blob, Range } from "../../blobs/blobs.ts";
import {
  FileMismatchError,
  loadModel,
  MANIFEST,
  modelBytes,
  sha256Hex,
  USERS,
} from "../../model/artifact/artifact.ts";
import { placeOf, STATE } from "../../model/artifact/private_files.ts";
import { openUserSlices, type UserSlices } from "../../model/artifact/user_slices.ts";
import type { ReadRange } from "../../model/artifact/verified_blocks.ts";
import type { Manifest, Model } from "../../model/model.ts";
import type { StringTable } from "../../model/string_table.ts";
import { type Registry, RegistryMissingError } from "../registry.ts";
import type { NearFiles } from "./near_files.ts";
import { type StoredRows, storedRows } from "./stored_rows.ts";

/** A version of a model: "public" leaves out the users. */
export interface VersionPart {
  name: string;
  version: string;
  part: Part;
}

export type Part = "public" | "all";

/** A version in memory. */
export interface LoadedVersion {
  version: string;
  /** SHA-256 of the manifest file. */
  sha256: string;
  model: Model;
  /** Histories loaded on demand, if the users are not in memory. */
  slices?: UserSlices;
  /** Rows behind the histories; absent without users, and before version 3 of the format. */
  rows?: StoredRows;
  /** Memory used, in bytes. */
  bytes: number;
}

/** Receives work that continues after the response, such as `waitUntil` of Workers. */
export type Background = (work: Promise<void>) => void;

export interface LoadOptions {
  /** Leave users' histories in the registry and read them on demand. */
  sliceUsers?: boolean;
  /** Limit of a model with its users' slices, in bytes. */
  mostBytes?: number;
  /** Cache of public files that is closer than the registry. */
  near?: NearFiles;
}

type Reading = Pick<Registry, "read" | "open">;

/**
 * Loads a version; public files come from the nearby cache if present, which is filled in the
 * background.
 * @param options.known a model whose public part is reused if it is the same.
 * @throws the registry's error, FileMismatchError if a file is damaged, ModelTooLargeError if the
 * users exceed `mostBytes`.
 */
export async function loadVersion(
  registry: Reading,
  { name, version, part }: VersionPart,
  { near, background, ...options }: LoadOptions & { background: Background; known?: Model },
): Promise<LoadedVersion> {
  const open = async (path: string, range?: Range) =>
    (await registry.open(name, version, path, range)).stream;
  const far = new Map<string, string>();
  let manifest: Uint8Array = new Uint8Array();
  const readBy = (near?: NearFiles) => async (path: string, sha256?: string) => {
    // User histories have no hash here and are never cached: an erased user must be gone
    // everywhere.
    const kept = sha256 && await near?.read(sha256);
    if (kept) return kept;
    if (sha256) far.set(path, sha256);
    const bytes = await registry.read(name, version, path);
    if (path === MANIFEST) manifest = bytes;
    return bytes;
  };
  const parsed = await parse({ read: readBy(near), open }, { part, ...options }).catch((error) => {
    if (!isOutdated(error)) throw error;
    // The cached bytes may be wrong, or the files were rewritten meanwhile.
    return parse({ read: readBy(), open }, { part, ...options });
  });
  for (const [path, sha256] of far) {
    if (near) background(near.keep(sha256, () => open(path)).catch(() => {}));
  }
  return { version, sha256: await sha256Hex(manifest), ...parsed };
}

/** Parses a model from its files, with users in slices if configured and supported. */
async function parse(
  { read, open }: {
    read: Parameters<typeof loadModel>[0];
    open: (path: string, range: Range) => Promise<Blob["stream"]>;
  },
  { part, known, sliceUsers = false, mostBytes = Infinity }:
    & Omit<LoadOptions, "near">
    & { part: Part; known?: Model },
): Promise<Omit<LoadedVersion, "version" | "sha256">> {
  const model = await loadModel(read, sliceUsers ? "public" : part, { known });
  const readRange: ReadRange = async (path, range) =>
    await new Response(await open(path, range)).bytes();
  if (!sliceUsers || part === "public" || placeOf(model.manifest, USERS) === undefined) {
    return { model, ...rowsOf(model.manifest, model.users), bytes: modelBytes(model) };
  }
  const beside = { beside: modelBytes(model), most: mostBytes };
  const slices = await openUserSlices(model.manifest, readRange, beside);
  if (slices) {
    const bytes = modelBytes(model) + slices.bytes;
    return { model, slices, ...rowsOf(model.manifest, slices), bytes };
  }
  const all = await loadModel(read, "all", { known: model });
  return { model: all, ...rowsOf(all.manifest, all.users), bytes: modelBytes(all) };

  function rowsOf(manifest: Manifest, users: { ids: StringTable } | undefined) {
    if (!users || placeOf(manifest, STATE) === undefined) return {};
    return { rows: storedRows(manifest, users.ids, readRange) };
  }
}

/** Whether the files of a loaded version were rewritten since, as erasing a user does. */
export async function isRewritten(
  registry: Pick<Registry, "read">,
  name: string,
  { version, sha256 }: Pick<LoadedVersion, "version" | "sha256">,
): Promise<boolean> {
  return await sha256Hex(await registry.read(name, version, MANIFEST)) !== sha256;
}

/** Whether the error means that files no longer match a manifest read earlier. */
export function isOutdated(error: unknown): boolean {
  return error instanceof FileMismatchError || error instanceof RegistryMissingError;
}
