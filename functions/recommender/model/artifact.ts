/**
 * A model as files and back. `model.safetensors` is the public part (catalogue, columns, weights),
 * `users.safetensors` the private one (who had what); `manifest.json` names and hashes both.
 */
import type { Column, Manifest, Model, SparseRows, UserTable } from "./model.ts";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "./safetensors.ts";
import type { StringTable } from "./string_table.ts";

/** A user's history is read with what lies around it; a million users are some hundred blocks. */
const BLOCK_BYTES = 256 * 1024;

/** Paths of a model's files within its artifact folder. */
export const MANIFEST = "data/manifest.json";
export const MODEL = "data/model.safetensors";
export const USERS = "data/users.safetensors";

/** A file is not the one that the manifest describes: damaged, or of another version. */
export class FileMismatchError extends Error {
  override name = "FileMismatchError";
  constructor(path: string) {
    super(`${path} is not the file that the manifest describes: its SHA-256 differs.`);
  }
}

/** A model takes more memory than there is for one. */
export class ModelTooLargeError extends Error {
  override name = "ModelTooLargeError";
  constructor({ bytes, most }: { bytes: number; most: number }) {
    const [needed, given] = [Math.ceil(bytes / 1e6), Math.floor(most / 1e6)];
    super(`The model needs ${needed} MB of memory, and one may take ${given} MB here.`);
  }
}

/**
 * What a Worker can hold of one model. Loading takes the file's size once. Of the Worker's 128 MB
 * some 30 are runtime and code, and the rest is for requests: a part of an upload is 8 MiB.
 */
export const WORKER_MODEL_BYTES = 80_000_000;

/** The files of a model by path. The manifest given by `model` gets its hashes here. */
export async function encodeModel(model: Model): Promise<Record<string, Uint8Array<ArrayBuffer>>> {
  const { items, weights, similar, users, columns } = model;
  const files: Record<string, Uint8Array<ArrayBuffer>> = {
    [MODEL]: encodeSafetensors({
      ...strings("items.ids", items.ids),
      ...strings("items.titles", items.titles),
      "items.popularity": items.popularity,
      "items.popular_order": items.popularOrder,
      ...rows("weights", weights),
      ...(similar && rows("similar", similar)),
      ...Object.assign({}, ...(columns ?? []).map(columnTensors)),
    }),
  };
  if (users) {
    files[USERS] = encodeSafetensors({
      ...strings("users.ids", users.ids),
      ...rows("users.histories", users.histories),
    });
  }
  const sha256: Record<string, string> = {};
  for (const [path, bytes] of Object.entries(files)) sha256[path] = await sha256Hex(bytes);
  const manifest: Manifest = {
    ...model.manifest,
    ...(columns && { columns: columns.map(({ name, kind }) => ({ name, kind })) }),
    sha256,
    ...(users && { blocks: { [USERS]: await blocksOf(files[USERS]) } }),
  };
  files[MANIFEST] = new TextEncoder().encode(JSON.stringify(manifest, null, 2) + "\n");
  return files;
}

/**
 * Reads a model from its files, each checked against the manifest's hash.
 * @param read gives the bytes of a path within the artifact, whose SHA-256 the manifest, read first,
 * says for all others; rejects where there is none.
 * @param part "public" leaves the users out, "all" reads them where the model has some.
 * @throws {FileMismatchError} when a file is not what the manifest says.
 * @throws {Error} when the format is unknown.
 */
export async function loadModel(
  read: (path: string, sha256?: string) => Promise<Uint8Array>,
  part: "public" | "all" = "all",
): Promise<Model> {
  const manifest: Manifest = JSON.parse(new TextDecoder().decode(await read(MANIFEST)));
  if (manifest.format !== "airec-model" || manifest.format_version !== 1) {
    throw new Error(
      `This reader reads version 1 of airec-model; the artifact is version ${manifest.format_version} of ${manifest.format}.`,
    );
  }
  const open = async (path: string) => {
    const bytes = await read(path, manifest.sha256[path]);
    if (await sha256Hex(bytes) !== manifest.sha256[path]) {
      throw new FileMismatchError(path);
    }
    return decodeSafetensors(bytes);
  };
  const arrays = await open(MODEL);
  return {
    manifest,
    items: {
      ids: stringsOf(arrays, "items.ids"),
      titles: stringsOf(arrays, "items.titles"),
      popularity: arrays["items.popularity"] as Uint32Array,
      popularOrder: arrays["items.popular_order"] as Uint32Array,
    },
    weights: rowsOf(arrays, "weights"),
    similar: "similar.offsets" in arrays ? rowsOf(arrays, "similar") : undefined,
    columns: manifest.columns?.map((column, place) => columnOf(arrays, column, place)),
    users: part === "all" && USERS in manifest.sha256 ? usersOf(await open(USERS)) : undefined,
  };
}

/** The bytes a model occupies in memory: what a cache counts. */
export function modelBytes(model: Model): number {
  const { items, weights, similar, users, columns = [] } = model;
  const tables = [
    items.ids,
    items.titles,
    { popularity: items.popularity, popularOrder: items.popularOrder },
    weights,
    similar,
    users?.ids,
    users?.histories,
    ...columns.map(columnTensors),
  ];
  return tables.flatMap((table): Tensor[] => Object.values(table ?? {}))
    .reduce((sum, array) => sum + array.byteLength, 0);
}

/** SHA-256 of bytes in lower-case hex. */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (b) => b.toString(16).padStart(2, "0")).join("");
}

async function blocksOf(file: Uint8Array): Promise<{ bytes: number; sha256: string[] }> {
  const sha256: string[] = [];
  for (let at = 0; at < file.length; at += BLOCK_BYTES) {
    sha256.push(await sha256Hex(file.subarray(at, at + BLOCK_BYTES)));
  }
  return { bytes: BLOCK_BYTES, sha256 };
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

/** The arrays of the column at `place`: its name, which may be anything, stands in the manifest. */
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
