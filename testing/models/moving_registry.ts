/** An in-memory registry of small models for tests of the cache. */
import {
  decodeManifest,
  encodeManifest,
  encodeModel,
  MANIFEST,
  sha256Hex,
  USERS,
} from "../../functions/recommender/model/artifact/artifact.ts";
import type { Model } from "../../functions/recommender/model/model.ts";
import { stringTable } from "../../functions/recommender/model/string_table.ts";
import {
  type Alias,
  type Registry,
  RegistryMissingError,
  RegistryUnavailableError,
} from "../../functions/recommender/registry/registry.ts";
import { exampleModel } from "../example_model.ts";

/** No entries, for two items. */
const empty = {
  offsets: new Uint32Array(3),
  columns: new Uint32Array(),
  values: new Float32Array(),
};

/** Returns a model of two items tagged with `mark`, enlarged by `padding` bytes. */
export function modelOf(mark: string, padding = 0): Model {
  return {
    manifest: {
      format: "airec-model",
      format_version: 1,
      model_type: "COLLABORATIVE",
      algorithm: mark,
      parameters: {},
      gamma: 0.5,
      dataset_fingerprint: "",
      items: 2,
      users: 1,
      interactions: 0,
      sha256: {},
    },
    items: {
      ids: stringTable(["1", "2"]),
      titles: stringTable(["Heat", "Casino".padEnd(padding, "o")]),
      popularity: new Uint32Array(2),
      popularOrder: Uint32Array.of(0, 1),
    },
    weights: empty,
    users: { ids: stringTable(["ann"]), histories: { ...empty, offsets: new Uint32Array(2) } },
  };
}

/** In-memory registry whose champions can be moved and which can be made unavailable. */
export function movingRegistry() {
  const artifacts = new Map<string, Record<string, Uint8Array<ArrayBuffer>>>();
  const champions = new Map<string, string>();
  const state = { away: false, reads: [] as string[], lookups: 0 };
  const registry: Pick<Registry, "alias" | "read" | "open"> = {
    async alias(model: string, _alias: Alias) {
      state.lookups++;
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (state.away) throw new RegistryUnavailableError("away");
      return champions.get(model) ?? null;
    },
    async read(model, version, path) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (state.away) throw new RegistryUnavailableError("away");
      state.reads.push(`${model}/${version}/${path}`);
      const bytes = artifacts.get(`${model}/${version}`)?.[path];
      if (!bytes) throw new RegistryMissingError(model, version, path);
      return bytes;
    },
    async open(model, version, path, range) {
      const bytes = await registry.read(model, version, path);
      return {
        bytes: bytes.length,
        stream: new Blob([bytes.slice(range?.start, range?.end)]).stream(),
      };
    },
  };
  return {
    registry: registry as Registry,
    state,
    champions,
    artifacts,
    async put(model: string, version: string, content = modelOf(`${model} ${version}`)) {
      artifacts.set(`${model}/${version}`, await encodeModel(content));
      champions.set(model, version);
    },
  };
}

/** Rewrites the users of a version under another file name, as erasing a user does. */
export async function rewriteUsers(files: Record<string, Uint8Array<ArrayBuffer>>, model: Model) {
  const { [USERS]: users, ...fresh } = await encodeModel(model);
  const manifest = decodeManifest(fresh[MANIFEST]);
  const place = `data/users.${await sha256Hex(users)}.safetensors`;
  const { [USERS]: sha256, ...others } = manifest.sha256;
  const { [USERS]: blocks } = manifest.blocks!;
  files[place] = users;
  files[MANIFEST] = encodeManifest({
    ...manifest,
    private: { [USERS]: place },
    sha256: { ...others, [place]: sha256 },
    blocks: { [place]: blocks },
  });
  delete files[USERS];
  return place;
}

/** The example model without the user "ann". */
export function withoutAnn(): Model {
  const model = exampleModel("COLLABORATIVE");
  const histories = {
    ...model.users!.histories,
    offsets: Uint32Array.of(0, 1, 1),
    columns: Uint32Array.of(2),
    values: Float32Array.of(1),
  };
  return { ...model, users: { ids: stringTable(["7", "cy"]), histories } };
}
