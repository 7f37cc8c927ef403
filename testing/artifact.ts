/** For tests: artifacts of random models, in memory or in a folder. */
import { dirname, join } from "@std/path";
import { historyOf } from "../functions/recommender/model/history/history.ts";
import type { Reading } from "../functions/recommender/model/history/reading.ts";
import type {
  Model,
  ModelType,
  SparseRows,
  UserRows,
} from "../functions/recommender/model/model.ts";
import { rowsOfUser } from "../functions/recommender/model/user_rows.ts";
import { seededRandom } from "../functions/recommender/model/seeded_random.ts";
import { stringTable } from "../functions/recommender/model/string_table.ts";
import { artifactFolder } from "../worker-trainer/publish/artifact_folder.ts";

/** Files by path. */
export type Files = Record<string, Uint8Array<ArrayBuffer>>;

/**
 * Returns a random model with unusual texts, equal titles, ties and negative weights.
 * @param options.version 2 leaves out the reading and the users' rows.
 */
export function chanceModel(
  type: ModelType,
  seed: number,
  { items = 80, users = 70, version = 3 }: { items?: number; users?: number; version?: 2 | 3 } = {},
): Model {
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
  const userRows = chanceRows({ users, items }, random);
  return {
    manifest: {
      format: "airec-model",
      format_version: version,
      ...(version === 3 && { reading: READINGS[seed % READINGS.length], learned_to: seed }),
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
    ...(type !== "CONTENT" && {
      users: {
        ids: stringTable(Array.from({ length: users }, (_, u) => String(1000 - u))),
        histories: version === 3
          ? historiesOf(userRows, READINGS[seed % READINGS.length])
          // Weights of 0 for seen items, negative ones for rejected items.
          : rows(users, 0.05, () => (1 + below(7) / 3) * [1, 1, 1, 0, -1][below(5)]),
      },
      ...(version === 3 && { userRows }),
    }),
  };
}

const EVENTS = { view: 1, cart: 3, click: 0.5, impression: 0, hide: -1, retract: null };

/** Readings of each rule and signal, with and without fading. */
const READINGS: readonly Reading[] = [
  {
    liking: { rule: "own_mean", mean: 3.4, scale: { least: 1, most: 5 }, limit: 3 },
    signal: "valued",
    fade: 2 ** (-1 / 5),
    event_weights: EVENTS,
  },
  { liking: { rule: "amount", usual: 3 }, signal: "liked", fade: 0.9, event_weights: EVENTS },
  { liking: { rule: "all" }, signal: "liked", event_weights: EVENTS },
  { liking: { rule: "from", limit: 4 }, signal: "valued", event_weights: EVENTS },
  { liking: { rule: "above_zero" }, signal: "liked", fade: 0.5, event_weights: EVENTS },
];

/** Returns rows with repeats, rejections, ties in time, and missing ratings and times. */
function chanceRows(
  { users, items }: { users: number; items: number },
  random: () => number,
): UserRows {
  const below = (n: number) => Math.floor(random() * n);
  const own = Array.from({ length: users }, () =>
    Array.from({ length: below(12) }, () => ({
      item: Math.floor(items * random() ** 3),
      weight: [1, 3, 0.5, 0, -1, NaN][below(6)],
      rating: below(3) ? 1 + below(9) / 2 : NaN,
      time: below(4) ? below(5) : NaN,
    })).sort((a, b) => (a.time || -1) - (b.time || -1)));
  const offsets = new Uint32Array(users + 1);
  own.forEach(({ length }, user) => offsets[user + 1] = offsets[user] + length);
  return {
    offsets,
    items: Uint32Array.from(own.flat(), ({ item }) => item),
    weights: Float32Array.from(own.flat(), ({ weight }) => weight),
    ratings: Float32Array.from(own.flat(), ({ rating }) => rating),
    times: Float64Array.from(own.flat(), ({ time }) => time),
  };
}

/** Returns the histories of all users. */
function historiesOf(rows: UserRows, reading: Reading): SparseRows {
  const each = Array.from(
    { length: rows.offsets.length - 1 },
    (_, user) => historyOf(rowsOfUser(rows, user), reading),
  );
  const offsets = new Uint32Array(each.length + 1);
  each.forEach(({ items }, user) => offsets[user + 1] = offsets[user] + items.length);
  return {
    offsets,
    columns: Uint32Array.from(each.flatMap(({ items }) => [...items])),
    values: Float32Array.from(each.flatMap(({ weights }) => [...weights])),
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
