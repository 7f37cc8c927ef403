/**
 * Serializes a model to files and back. `model.safetensors` is the public part (catalogue, columns,
 * weights), `users.safetensors` and `state.safetensors` the private one (users' histories, and the
 * rows behind them); `manifest.json` names and hashes them.
 */
import {
  type Column,
  type Manifest,
  type Model,
  type Rehearsal,
  REHEARSED,
  type SparseRows,
  type UserRows,
  type UserTable,
} from "../model.ts";
import { placeOf, REHEARSAL, STATE, USERS } from "./private_files.ts";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "./safetensors.ts";
import type { StringTable } from "../string_table.ts";

/** Smallest and largest block of partial reads, in bytes. */
const LEAST_BLOCK_BYTES = 64 * 1024;
const MOST_BLOCK_BYTES = 256 * 1024;
/** Number of blocks above which they are larger, since the manifest has a hash of each. */
const MANY_BLOCKS = 1_000;

/** Format versions this reader supports. */
const READ_VERSIONS: readonly number[] = [1, 2, 3];

/** Paths of a model's files in its artifact folder. */
export const MANIFEST = "data/manifest.json";
export const MODEL = "data/model.safetensors";
/** Texts of the items, by which the trainer compares further items with them; no reader needs it. */
export const FEATURES = "data/features.safetensors";
export { STATE, USERS };

/** A file does not match the manifest: it is damaged or of another version. */
export class FileMismatchError extends Error {
  override name = "FileMismatchError";
  constructor(path: string, fault = "its SHA-256 differs") {
    super(`${path} does not match the manifest: ${fault}.`);
  }
}

/** The model exceeds the memory limit for one model. */
export class ModelTooLargeError extends Error {
  override name = "ModelTooLargeError";
  constructor({ bytes, most }: { bytes: number; most: number }) {
    const [needed, given] = [Math.ceil(bytes / 1e6), Math.floor(most / 1e6)];
    super(`The model needs ${needed} MB of memory, and the limit here is ${given} MB.`);
  }
}

/**
 * Memory limit of one model on Workers, in bytes. Loading needs the size of the file once more. Of
 * 128 MB, about 30 are runtime and code, and the rest is for requests: a part of an upload is 8
 * MiB.
 */
export const WORKER_MODEL_BYTES = 80_000_000;

/** Returns the files of a model by path. The manifest is `model.manifest` with hashes added. */
export async function encodeModel(model: Model): Promise<Record<string, Uint8Array<ArrayBuffer>>> {
  const { items, weights, similar, users, userRows, rehearsal, columns } = model;
  const files: Record<string, Uint8Array<ArrayBuffer>> = {
    [MODEL]: encodeSafetensors({
      ...strings("items.ids", items.ids),
      ...strings("items.titles", items.titles),
      "items.popularity": items.popularity,
      "items.popular_order": items.popularOrder,
      ...(items.firstSeen && { "items.first_seen": items.firstSeen }),
      ...rows("weights", weights),
      ...(similar && rows("similar", similar)),
      ...Object.assign({}, ...(columns ?? []).map(columnTensors)),
    }),
  };
  if (users) files[USERS] = encodeUsers(users);
  if (userRows) files[STATE] = encodeUserRows(userRows);
  if (users && rehearsal) files[REHEARSAL] = encodeRehearsal(rehearsal);
  const sha256: Record<string, string> = {};
  for (const [path, bytes] of Object.entries(files)) sha256[path] = await sha256Hex(bytes);
  const privatePaths: Record<string, string> = {};
  const blocks: Manifest["blocks"] = {};
  for (const path of [USERS, STATE].filter((path) => path in files)) {
    privatePaths[path] = path;
    blocks[path] = await blocksOf(files[path]);
  }
  if (REHEARSAL in files) privatePaths[REHEARSAL] = REHEARSAL;
  const manifest: Manifest = {
    ...model.manifest,
    format_version: versionOf(model),
    ...(columns && { columns: columns.map(({ name, kind }) => ({ name, kind })) }),
    sha256,
    ...(users && { private: privatePaths, blocks }),
  };
  files[MANIFEST] = encodeManifest(manifest);
  return files;
}

function versionOf({ manifest, users }: Model): Manifest["format_version"] {
  if (manifest.reading) return 3;
  return users?.histories.values.some((value) => value < 0) ? 2 : 1;
}

/** Encodes the users' file. @param metadata of its header. */
export function encodeUsers(
  users: UserTable,
  metadata?: Record<string, string>,
): Uint8Array<ArrayBuffer> {
  const tensors = {
    ...strings("users.ids", users.ids),
    ...rows("users.histories", users.histories),
  };
  return encodeSafetensors(tensors, metadata);
}

/** Encodes the file of the users' rows. @param metadata of its header. */
export function encodeUserRows(
  { offsets, items, weights, ratings, times }: UserRows,
  metadata?: Record<string, string>,
): Uint8Array<ArrayBuffer> {
  const tensors = {
    "rows.offsets": offsets,
    "rows.items": items,
    ...(weights && { "rows.weights": weights }),
    ...(ratings && { "rows.ratings": ratings }),
    ...(times && { "rows.times": times }),
  };
  return encodeSafetensors(tensors, metadata);
}

/** Encodes the file of the rehearsal. @param metadata of its header. */
export function encodeRehearsal(
  { users, held, requests }: Rehearsal,
  metadata?: Record<string, string>,
): Uint8Array<ArrayBuffer> {
  const tensors = {
    ...strings("users.ids", users),
    ...rows("held", held),
    ...Object.assign(
      {},
      ...REHEARSED.flatMap((name) => [
        rows(`${name}.asked`, requests[name].asked),
        rows(`${name}.candidates`, requests[name].candidates),
      ]),
    ),
  };
  return encodeSafetensors(tensors, metadata);
}

/** Encodes a manifest. */
export function encodeManifest(manifest: Manifest): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(manifest, null, 2) + "\n");
}

/**
 * Loads a model from its files and checks each against the hash in the manifest.
 * @param read returns the bytes of a path in the artifact; for a public file its SHA-256 from the
 * manifest is passed. Rejects if the file does not exist.
 * @param part "public" leaves out the users, "all" loads them if the model has any.
 * @param options.known a model whose public part is reused if it is the same.
 * @throws {FileMismatchError} if a file does not match the manifest.
 * @throws {Error} if the format is unknown.
 */
export async function loadModel(
  read: (path: string, sha256?: string) => Promise<Uint8Array>,
  part: "public" | "all" = "all",
  { known }: { known?: Model } = {},
): Promise<Model> {
  const manifest = decodeManifest(await read(MANIFEST));
  const open = async (path: string, bytes: Uint8Array) => {
    if (await sha256Hex(bytes) !== manifest.sha256[path]) throw new FileMismatchError(path);
    return decodeSafetensors(bytes);
  };
  const sha256 = manifest.sha256[MODEL];
  const publicPart = known?.manifest.sha256[MODEL] === sha256
    ? { ...known, users: undefined }
    : publicPartOf(await open(MODEL, await read(MODEL, sha256)), manifest);
  const place = part === "all" ? placeOf(manifest, USERS) : undefined;
  const users = place === undefined ? undefined : usersOf(await open(place, await read(place)));
  return { ...publicPart, manifest, users };
}

/**
 * Loads the rows of all users; undefined if the model has none.
 * @param read returns the bytes of a path in the artifact.
 * @throws {FileMismatchError} if the file does not match the manifest.
 */
export async function loadUserRows(
  manifest: Manifest,
  read: (path: string) => Promise<Uint8Array>,
): Promise<UserRows | undefined> {
  const place = placeOf(manifest, STATE);
  if (place === undefined) return undefined;
  const bytes = await read(place);
  if (await sha256Hex(bytes) !== manifest.sha256[place]) throw new FileMismatchError(place);
  const arrays = decodeSafetensors(bytes);
  return {
    offsets: arrays["rows.offsets"] as Uint32Array,
    items: arrays["rows.items"] as Uint32Array,
    weights: arrays["rows.weights"] as Float32Array | undefined,
    ratings: arrays["rows.ratings"] as Float32Array | undefined,
    times: arrays["rows.times"] as Float64Array | undefined,
  };
}

/**
 * Loads the rehearsal; undefined if the version has none.
 * @param read returns the bytes of a path in the artifact.
 * @throws {FileMismatchError} if the file does not match the manifest.
 */
export async function loadRehearsal(
  manifest: Manifest,
  read: (path: string) => Promise<Uint8Array>,
): Promise<Rehearsal | undefined> {
  const place = placeOf(manifest, REHEARSAL);
  if (place === undefined) return undefined;
  const bytes = await read(place);
  if (await sha256Hex(bytes) !== manifest.sha256[place]) throw new FileMismatchError(place);
  const arrays = decodeSafetensors(bytes);
  const request = (name: string) => ({
    asked: rowsOf(arrays, `${name}.asked`),
    candidates: rowsOf(arrays, `${name}.candidates`),
  });
  return {
    users: stringsOf(arrays, "users.ids"),
    held: rowsOf(arrays, "held"),
    requests: { history: request("history"), item: request("item"), cart: request("cart") },
  };
}

/**
 * Parses a manifest.
 * @throws {FileMismatchError} if it is not JSON: a registry may be writing it concurrently.
 * @throws {Error} if the format is unknown.
 */
export function decodeManifest(bytes: Uint8Array): Manifest {
  let manifest: Manifest;
  try {
    manifest = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new FileMismatchError(MANIFEST, "it is not valid JSON");
  }
  if (manifest.format !== "airec-model" || !READ_VERSIONS.includes(manifest.format_version)) {
    throw new Error(
      "This reader reads versions 1 to 3 of airec-model; the artifact is version " +
        `${manifest.format_version} of ${manifest.format}.`,
    );
  }
  return manifest;
}

function publicPartOf(
  arrays: Record<string, Tensor>,
  { columns }: Manifest,
): Omit<Model, "manifest" | "users"> {
  return {
    items: {
      ids: stringsOf(arrays, "items.ids"),
      titles: stringsOf(arrays, "items.titles"),
      popularity: arrays["items.popularity"] as Uint32Array,
      popularOrder: arrays["items.popular_order"] as Uint32Array,
      ...("items.first_seen" in arrays && {
        firstSeen: arrays["items.first_seen"] as Float64Array,
      }),
    },
    weights: rowsOf(arrays, "weights"),
    similar: "similar.offsets" in arrays ? rowsOf(arrays, "similar") : undefined,
    columns: columns?.map((column, place) => columnOf(arrays, column, place)),
  };
}

/** Returns the size of a model in memory, in bytes. */
export function modelBytes(model: Model): number {
  const { items, weights, similar, users, columns = [] } = model;
  const tables = [
    items.ids,
    items.titles,
    {
      popularity: items.popularity,
      popularOrder: items.popularOrder,
      ...(items.firstSeen && { firstSeen: items.firstSeen }),
    },
    weights,
    similar,
    users?.ids,
    users?.histories,
    ...columns.map(columnTensors),
  ];
  return tables.flatMap((table): Tensor[] => Object.values(table ?? {}))
    .reduce((sum, array) => sum + array.byteLength, 0);
}

/** Returns the SHA-256 in lower-case hex. */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (b) => b.toString(16).padStart(2, "0")).join("");
}

/** Returns the block hashes that the manifest stores for a file that is read in parts. */
export async function blocksOf(file: Uint8Array): Promise<{ bytes: number; sha256: string[] }> {
  let bytes = LEAST_BLOCK_BYTES;
  while (bytes < MOST_BLOCK_BYTES && file.length > MANY_BLOCKS * bytes) bytes *= 2;
  const sha256: string[] = [];
  for (let at = 0; at < file.length; at += bytes) {
    sha256.push(await sha256Hex(file.subarray(at, at + bytes)));
  }
  return { bytes, sha256 };
}

function strings(name: string, table: StringTable): Record<string, Tensor> {
  return {
    [`${name}.bytes`]: table.bytes,
    [`${name}.offsets`]: table.offsets,
    [`${name}.order`]: table.order,
  };
}

function rows(name: string, rows: SparseRows): Record<string, Tensor> {
  return {
    [`${name}.offsets`]: rows.offsets,
    [`${name}.columns`]: rows.columns,
    [`${name}.values`]: rows.values,
  };
}

/**
 * Returns the arrays of the column at index `place`. Its name, which is arbitrary, is in the
 * manifest.
 */
function columnTensors(column: Column, place: number): Record<string, Tensor> {
  const name = `columns.${place}`;
  if ("values" in column) return { [`${name}.values`]: column.values };
  return {
    ...strings(`${name}.terms`, column.terms),
    [`${name}.offsets`]: column.offsets,
    [`${name}.codes`]: column.codes,
  };
}

function columnOf(
  arrays: Record<string, Tensor>,
  { name, kind }: Pick<Column, "name" | "kind">,
  place: number,
): Column {
  const at = `columns.${place}`;
  if (kind === "number" || kind === "date") {
    return { name, kind, values: arrays[`${at}.values`] as Float32Array | Float64Array };
  }
  return {
    name,
    kind,
    terms: stringsOf(arrays, `${at}.terms`),
    offsets: arrays[`${at}.offsets`] as Uint32Array,
    codes: arrays[`${at}.codes`] as Uint16Array,
  };
}

function stringsOf(arrays: Record<string, Tensor>, name: string): StringTable {
  return {
    bytes: arrays[`${name}.bytes`] as Uint8Array,
    offsets: arrays[`${name}.offsets`] as Uint32Array,
    order: arrays[`${name}.order`] as Uint32Array,
  };
}

function rowsOf(arrays: Record<string, Tensor>, name: string): SparseRows {
  return {
    offsets: arrays[`${name}.offsets`] as Uint32Array,
    columns: arrays[`${name}.columns`] as Uint32Array,
    values: arrays[`${name}.values`] as Float32Array,
  };
}

function usersOf(arrays: Record<string, Tensor>): UserTable {
  return { ids: stringsOf(arrays, "users.ids"), histories: rowsOf(arrays, "users.histories") };
}
