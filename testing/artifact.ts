/** For tests: artifacts of random models, in memory or in a folder. */
import { dirname, join } from "@std/path";
import type { Model, ModelType, SparseRows } from "../functions/recommender/model/model.ts";
import { seededRandom } from "../functions/recommender/model/seeded_random.ts";
import { stringTable } from "../functions/recommender/model/string_table.ts";
import { artifactFolder } from "../worker-trainer/publish/artifact_folder.ts";

/** Files by path. */
export type Files = Record<string, Uint8Array<ArrayBuffer>>;

/** Returns a random model with unusual texts, equal titles, ties and negative weights. */
export function chanceModel(type: ModelType, seed: number, { items = 80, users = 70 } = {}): Model {
  const random = seededRandom(seed);
  const below = (n: number) => Math.floor(random() * n);
  const rows = (count: number, share: number, value: () => number): SparseRows => {
    const dense = Array.from(
      { length: count },
      () =>
        Array.from({ length: items }, (_, column) => ({ column, value: value() }))
          .filter(() => below(1000) < share * 1000),
    );
    return {
      offsets: Uint32Array.from([0, ...dense.map((_, r) => dense.slice(0, r + 1).flat().length)]),
      columns: Uint32Array.from(dense.flat(), ({ column }) => column),
      values: Float32Array.from(dense.flat(), ({ value }) => value),
    };
  };
  const popularity = Uint32Array.from({ length: items }, () => below(5));
  const precedes = (a: number, b: number) => popularity[b] - popularity[a] || a - b;
  const weight = () => below(3) ? below(1000) / 997 - 0.2 : below(3) / 2;
  return {
    manifest: {
      format: "airec-model",
      format_version: 1,
      model_type: type,
      algorithm: "chance",
      parameters: { seed },
      gamma: 0.37,
      dataset_fingerprint: String(seed),
      items,
      users: type === "CONTENT" ? 0 : users,
      interactions: 0,
      sha256: {},
    },
    items: {
      ids: stringTable(Array.from({ length: items }, (_, i) => `00${i}/${"é😀"[i % 2] ?? ""}`)),
      titles: stringTable(
        Array.from({ length: items }, (_, i) => `Amélie "№ ${i % 60}", 100 %`),
        precedes,
      ),
      popularity,
      popularOrder: Uint32Array.from([...popularity.keys()].sort(precedes)),
    },
    weights: rows(items, 0.2, weight),
    similar: type === "HYBRID" ? rows(items, 0.2, weight) : undefined,
    columns: [
      { name: "year", kind: "number", values: Float32Array.from(popularity) },
      { name: "price", kind: "number", values: Float64Array.from(popularity, (p) => p / 10) },
      {
        name: "tags",
        kind: "text",
        terms: stringTable(["odd", "even"]),
        offsets: Uint32Array.from({ length: items + 1 }, (_, i) => i),
        codes: Uint16Array.from({ length: items }, (_, i) => i % 2),
      },
    ],
    users: type === "CONTENT" ? undefined : {
      ids: stringTable(Array.from({ length: users }, (_, u) => String(1000 - u))),
      // Weights of 0 for seen items, negative ones for rejected items.
      histories: rows(users, 0.05, () => (1 + below(7) / 3) * [1, 1, 1, 0, -1][below(5)]),
    },
  };
}

/** Returns the artifact of a model. */
export const artifactOf = (model: Model) =>
  artifactFolder({ model, report: { ndcg_10: 0.4 }, run: { id: 1 } });

/** Writes files into a folder; returns the folder. */
export async function writeFiles(folder: string, files: Files): Promise<string> {
  for (const [path, bytes] of Object.entries(files)) {
    await Deno.mkdir(dirname(join(folder, path)), { recursive: true });
    await Deno.writeFile(join(folder, path), bytes);
  }
  return folder;
}
