/** A collaborative model of any size, as the trainer would make it: the same size gives the same model. */
import type { Model, SparseRows } from "../functions/recommender/model/model.ts";
import { stringTable } from "../functions/recommender/model/string_table.ts";
import { random } from "../worker-trainer/dataset/random.ts";
import { rowsToKeep } from "../worker-trainer/fit/training_set.ts";

const SEED = 1;
/** Interactions of a user, on average. */
const HISTORY = 25;
/** Users at most: their part does not grow with the catalogue for ever. */
const USERS = 100_000;

/**
 * `items` items named `i0`, `i1` … and half as many users named `u0`, `u1` …. Rows are as long as
 * the trainer keeps them; a third of their entries lie among the most popular items, the others
 * near by, so that the rows of a history overlap as real ones do.
 */
export function madeModel(items: number): Model {
  const draw = random(SEED);
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

function madeRows(items: number, draw: () => number): SparseRows {
  const each = Math.min(rowsToKeep(items), items - 1);
  const offsets = Uint32Array.from({ length: items + 1 }, (_, row) => row * each);
  const columns = new Uint32Array(items * each);
  const values = new Float32Array(items * each);
  const popular = Math.floor(each / 3);
  const step = Math.max(1, Math.floor(Math.min(items, 20 * each) / each));
  for (let row = 0; row < items; row++) {
    const at = row * each;
    // The popular third: every other item of the first ones. The rest: steps away from the row.
    for (let e = 0; e < each; e++) {
      const near = (row + 1 + (e - popular) * step) % items;
      columns[at + e] = e < popular ? (2 * e + row % 2) % items : near;
      values[at + e] = draw() / (1 + e);
    }
    columns.subarray(at, at + each).sort();
  }
  return { offsets, columns, values };
}

/** An item's popularity falls as a power of its rank; histories are of exponential length. */
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
