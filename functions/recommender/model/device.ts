/**
 * The recommender on somebody's own device: reads the public part of an artifact and answers there.
 * What a visitor had goes into `recommend` and nowhere else. `deno task build:model` makes
 * `airec-model.js` of this file.
 *
 *     const model = await airec.openModel({ url: "https://…/api/model/7/", key: "airec_live_…" });
 *     model.recommend({ history: ["318", "50"], n: 10 }).recommendations;
 */
import {
  popularItems,
  recommend,
  type RecommendationRequest,
  type Recommendations,
  similarItems,
} from "./answer.ts";
import { FileMismatchError, loadModel } from "./artifact.ts";
import { describeItem, type Facet, facetsOf } from "./facets.ts";
import type { Manifest, Model } from "./model.ts";
import { itemOf } from "./request.ts";
import { searchStrings } from "./search.ts";
import { stringAt } from "./string_table.ts";

/** Where the artifact's `data` folder is: at an address, or in files that are at hand. */
export type ModelSource = AtAddress | InFiles;

export interface AtAddress {
  /** The folder: `https://…/api/model/7/` by key, `https://…/project/7/model/` by token, or any other. */
  url: string;
  /** Sent as `x-api-key`. */
  key?: string;
  /** Sent as a bearer token. */
  token?: string;
  fetch?: typeof fetch;
}

export interface InFiles {
  /** `manifest.json` and `model.safetensors`, as of an `<input type="file" multiple>`. */
  files: Iterable<File> | ArrayLike<File>;
}

/** A model that answers here; nothing is fetched any more. */
export interface DeviceModel {
  manifest: Manifest;
  /** Recommendations by any of an item and a history; users are unknown here. */
  recommend(request: RecommendationRequest): Recommendations;
  /** The items most like one, by `item_id` or `item_title`. */
  similar(request: Parameters<typeof similarItems>[1]): Recommendations;
  /** The items that most users liked. */
  popular(request?: Parameters<typeof popularItems>[1]): ReturnType<typeof popularItems>;
  /** Items by a part of their title, the most popular first. */
  items(search?: { q?: string; offset?: number; limit?: number }): Item[];
  /** One item with what the columns say of it; undefined where there is no such id. */
  item(itemId: string): Item & { columns: ReturnType<typeof describeItem> } | undefined;
  /** The columns to filter by, each with the terms that most items have. */
  columns(options?: { most?: number }): Facet[];
}

export interface Item {
  item_id: string;
  item_title: string;
}

/**
 * Reads a model, each file checked against the manifest's hash.
 * @throws {Error} when a file cannot be had, the format is unknown, a file is not the manifest's, or
 * the page may not compute hashes because it came by plain HTTP.
 */
export async function openModel(source: ModelSource): Promise<DeviceModel> {
  if (!globalThis.crypto?.subtle) {
    throw new Error("A page that opens a model must come by HTTPS, from localhost or from a file.");
  }
  const read = "files" in source ? fileReader(source) : addressReader(source);
  const model = await loadModel(read, "public").catch((error) => {
    // A new version may have come between two files: then both are read anew, once.
    if (error instanceof FileMismatchError) return loadModel(read, "public");
    throw error;
  });
  return {
    manifest: model.manifest,
    recommend: (request) => recommend(model, request, { anyOf: true }),
    similar: (request) => similarItems(model, request),
    popular: (request) => popularItems(model, request),
    items: (search) => itemsOf(model, search),
    item(itemId) {
      const item = itemOf(model, itemId);
      return item < 0 ? undefined : { ...itemAt(model, item), columns: describeItem(model, item) };
    },
    columns: ({ most = 100 } = {}) => facetsOf(model, { most }),
  };
}

function itemsOf(model: Model, { q = "", offset = 0, limit = 50 } = {}): Item[] {
  const { titles, popularOrder } = model.items;
  return searchStrings(titles, { q, offset, limit, order: popularOrder })
    .map((item) => itemAt(model, item));
}

function itemAt({ items: { ids, titles } }: Model, item: number): Item {
  return { item_id: stringAt(ids, item), item_title: stringAt(titles, item) };
}

function addressReader({ url, key, token, fetch = globalThis.fetch }: AtAddress) {
  const headers: Record<string, string> = {};
  if (key) headers["x-api-key"] = key;
  if (token) headers.authorization = `Bearer ${token}`;
  const base = url.endsWith("/") ? url : `${url}/`;
  return async (path: string): Promise<Uint8Array> => {
    const name = nameOf(path);
    const response = await fetch(base + name, { headers });
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    const { detail } = await response.json().catch(() => ({}));
    throw new Error(detail ?? `${name} cannot be had: the answer was ${response.status}.`);
  };
}

function fileReader({ files }: InFiles) {
  const byName = new Map(Array.from(files, (file) => [file.name, file]));
  return async (path: string): Promise<Uint8Array> => {
    const file = byName.get(nameOf(path));
    if (!file) throw new Error(`${nameOf(path)} is not among the files.`);
    return new Uint8Array(await file.arrayBuffer());
  };
}

/** The file's name without the artifact's folder. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
