/** A generated collaborative model of any size, shaped as by the trainer and reproducible. */
import { LIVE_EVENT_WEIGHTS } from "../functions/recommender/model/history/reading.ts";
import type { Model, SparseRows } from "../functions/recommender/model/model.ts";
import { stringTable } from "../functions/recommender/model/string_table.ts";
import { seededRandom } from "../functions/recommender/model/seeded_random.ts";
import { rowsToKeep } from "../worker-trainer/algorithms/training_set.ts";

const SEED = 1;
/** Mean history length. */
const HISTORY = 25;
/** Maximum number of users. */
const USERS = 100_000;

/**
 * Returns a model of `items` items `i0`, `i1` … and half as many users `u0`, `u1` …. Rows have the
 * trainer's length; a third of their entries are among the most popular items and the rest near the
 * row's item, so that the rows of a history overlap as in real data.
 */
export function madeModel(items: number): Model {
  const draw = seededRandom(SEED);
  const users = Math.min(USERS, Math.ceil(items / 2));
  const weights = madeRows(items, draw);
  const histories = madeHistories(users, { items, draw });
  const popularity = new Uint32Array(items);
  for (const column of histories.columns) popularity[column]++;
  const popularOrder = Uint32Array.from({ length: items }, (_, i) => i)
    .sort((a, b) => popularity[b] - popularity[a] || a - b);
  return {
    manifest: {
      format: "airec-model",
      format_version: 1,
      model_type: "COLLABORATIVE",
      algorithm: "made for the bench",
      parameters: {},
      gamma: 0.5,
      dataset_fingerprint: String(items),
      items,
      users,
      interactions: histories.columns.length,
      sha256: {},
    },
    items: {
      ids: stringTable(Array.from({ length: items }, (_, i) => `i${i}`)),
      titles: stringTable(Array.from({ length: items }, (_, i) => `The Title of Item ${i} (1995)`)),
      popularity,
      popularOrder,
    },
    weights,
    users: {
      ids: stringTable(Array.from({ length: users }, (_, i) => `u${i}`)),
      histories,
    },
  };
}

/**
 * Returns the model with the rows of its histories, with times and weights as of live events, to which
 * those after `learnedTo` are added.
 */
export function withRows(model: Model, learnedTo: number): Model {
  const { offsets, columns } = model.users!.histories;
  return {
    ...model,
    manifest: {
      ...model.manifest,
      format_version: 3,
      reading: { liking: { rule: "all" }, signal: "liked", event_weights: LIVE_EVENT_WEIGHTS },
      learned_to: learnedTo,
    },
    userRows: {
      ...{ offsets, items: columns },
      weights: Float32Array.from(columns, (_, row) => 1 + row % 5),
      times: Float64Array.from(columns, (_, row) => 1_700_000_000 + row),
    },
  };
}

function madeRows(items: number, draw: () => number): SparseRows {
  const each = Math.min(rowsToKeep(items), items - 1);
  const offsets = Uint32Array.from({ length: items + 1 }, (_, row) => row * each);
  const columns = new Uint32Array(items * each);
  const values = new Float32Array(items * each);
  const popular = Math.floor(each / 3);
  const step = Math.max(1, Math.floor(Math.min(items, 20 * each) / each));
  for (let row = 0; row < items; row++) {
    const at = row * each;
    // The popular third is every other item of the first ones; the rest is spaced from the row on.
    for (let e = 0; e < each; e++) {
      const near = (row + 1 + (e - popular) * step) % items;
      columns[at + e] = e < popular ? (2 * e + row % 2) % items : near;
      values[at + e] = draw() / (1 + e);
    }
    columns.subarray(at, at + each).sort();
  }
  return { offsets, columns, values };
}

/** Item popularity follows a power law; history lengths are exponential. */
function madeHistories(
  users: number,
  { items, draw }: { items: number; draw: () => number },
): SparseRows {
  const offsets = new Uint32Array(users + 1);
  for (let user = 0; user < users; user++) {
    offsets[user + 1] = offsets[user] + 1 + Math.floor(-Math.log(1 - draw()) * HISTORY);
  }
  const columns = new Uint32Array(offsets[users]);
  for (let e = 0; e < columns.length; e++) columns[e] = Math.floor(items * draw() ** 3);
  return { offsets, columns, values: new Float32Array(columns.length).fill(1) };
}
