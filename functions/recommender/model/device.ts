/**
 * The recommender in the browser: loads the public part of an artifact and computes there. The
 * visitor's history is passed to `recommend` and never leaves the device. `deno task build:model`
 * builds `airec-model.js` from this file.
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
import { FileMismatchError, loadModel } from "./artifact/artifact.ts";
import { describeItem, type Facet, facetsOf } from "./facets.ts";
import type { Manifest, Model } from "./model.ts";
import type { PlacementRequest } from "./placements/logics.ts";
import type { NamedPlacement } from "./placements/placement.ts";
import { type PlacementList, placementSteps } from "./placements/placement_steps.ts";
import { itemOf } from "./request.ts";
import { searchStrings } from "./search.ts";
import { finished } from "./steps.ts";
import { stringAt } from "./string_table.ts";

/** Location of the artifact's `data` folder: a URL, or files already loaded. */
export type ModelSource = AtAddress | InFiles;

export interface AtAddress {
  /**
   * URL of the folder: `https://…/api/model/7/` by key, `https://…/project/7/model/` by token, or
   * another.
   */
  url: string;
  /** Sent as `x-api-key`. */
  key?: string;
  /** Sent as a bearer token. */
  token?: string;
  fetch?: typeof fetch;
}

export interface InFiles {
  /** `manifest.json` and `model.safetensors`, as from an `<input type="file" multiple>`. */
  files: Iterable<File> | ArrayLike<File>;
}

/** A loaded model that computes locally, without further requests. */
export interface DeviceModel {
  manifest: Manifest;
  /** Recommends by an item, a history or both; users are unknown on a device. */
  recommend(request: RecommendationRequest): Recommendations;
  /** Returns the items most similar to the one with `item_id` or `item_title`. */
  similar(request: Parameters<typeof similarItems>[1]): Recommendations;
  /**
   * Recommends by the rules of a placement, as `GET /project/{id}/placements/{name}` returns it: to
   * visitors by their history, without live events, and so without trending items and rotation.
   */
  placed(placement: NamedPlacement, request: PlacementRequest): PlacementList;
  /** Returns the items liked by most users. */
  popular(request?: Parameters<typeof popularItems>[1]): ReturnType<typeof popularItems>;
  /** Searches items by a part of their title, the most popular first. */
  items(search?: { q?: string; offset?: number; limit?: number }): Item[];
  /** Returns an item with its column values; undefined if the id is unknown. */
  item(itemId: string): Item & { columns: ReturnType<typeof describeItem> } | undefined;
  /** Returns the columns to filter by, each with its most frequent terms. */
  columns(options?: { most?: number }): Facet[];
}

export interface Item {
  item_id: string;
  item_title: string;
}

/**
 * Loads a model and checks each file against the hash in the manifest.
 * @throws {Error} if a file cannot be loaded, the format is unknown, a file does not match the
 * manifest, or the page has no Web Crypto because it was served by plain HTTP.
 */
export async function openModel(source: ModelSource): Promise<DeviceModel> {
  if (!globalThis.crypto?.subtle) {
    throw new Error(
      "A page that opens a model must be loaded by HTTPS, from localhost or from a file.",
    );
  }
  const read = "files" in source ? fileReader(source) : addressReader(source);
  const model = await loadModel(read, "public").catch((error) => {
    // A new version may have been published between two files: read both again, once.
    if (error instanceof FileMismatchError) return loadModel(read, "public");
    throw error;
  });
  return {
    manifest: model.manifest,
    recommend: (request) => recommend(model, request, { anyOf: true }),
    similar: (request) => similarItems(model, request),
    placed(placement, request) {
      const facts = { now: Date.now() };
      const { items: _, ...list } = finished(placementSteps(model, request, { placement, facts }));
      return list;
    },
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
    throw new Error(detail ?? `${name} cannot be downloaded: the response was ${response.status}.`);
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

/** Returns the file name without the artifact's folder. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
