import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Interactions } from "../dataset/dataset.ts";
import { columnCounts, transpose } from "../linalg/sparse_rows.ts";

/**
 * Which interactions speak for an item where there are ratings: all of them, or those rated at or
 * above the user's own mean.
 */
export type Signal = "all" | "liked";

/** What the algorithms learn from. */
export interface TrainingSet {
  users: number;
  items: number;
  /** X, users × items; columns keep the order of the history. */
  x: SparseRows;
  /** Xᵀ, items × users. */
  xt: SparseRows;
  /** Interactions an item has, whatever they say of it. Length items. */
  popularity: Uint32Array;
  /** What each user had, and what each of it weighs in serving: 0 where only seen, not liked. */
  histories: SparseRows;
  /** Entries that a row of the model may have. */
  keep: number;
}

/** Makes the training set of some interactions with `items` items. */
export function trainingSet(
  interactions: Interactions,
  { items, signal = "all" }: { items: number; signal?: Signal },
): TrainingSet {
  const users = interactions.offsets.length - 1;
  const histories: SparseRows = {
    offsets: interactions.offsets,
    columns: interactions.items,
    values: signal === "liked"
      ? likes(interactions)
      : new Float32Array(interactions.items.length).fill(1),
  };
  const x = withoutZeros({
    ...histories,
    values: histories.values.map((value, e) => value * interactions.weights[e]),
  });
  return {
    users,
    items,
    x,
    xt: transpose(x, items),
    popularity: columnCounts(histories, items),
    histories,
    keep: rowsToKeep(items),
  };
}

/**
 * Entries kept in a row of weights: all of a small catalogue, some hundred of a large one, so that
 * a model has about four million in all, and never fewer than 50 a row.
 */
export function rowsToKeep(items: number): number {
  return Math.max(50, Math.min(items, Math.floor(4e6 / Math.max(items, 1))));
}

/** Whether ratings tell a user's items apart, so that `liked` differs from `all`. */
export function ratingsVary({ offsets, ratings }: Interactions): boolean {
  if (!ratings) return false;
  for (let u = 0; u + 1 < offsets.length; u++) {
    for (let e = offsets[u] + 1; e < offsets[u + 1]; e++) {
      if (ratings[e] !== ratings[e - 1]) return true;
    }
  }
  return false;
}

/** 1 where an entry's rating is at or above its user's mean, else 0; 1 for entries without one. */
function likes({ offsets, ratings, items }: Interactions): Float32Array {
  const values = new Float32Array(items.length).fill(1);
  if (!ratings) return values;
  for (let u = 0; u + 1 < offsets.length; u++) {
    let sum = 0;
    let count = 0;
    for (let e = offsets[u]; e < offsets[u + 1]; e++) {
      if (Number.isNaN(ratings[e])) continue;
      sum += ratings[e];
      count++;
    }
    for (let e = offsets[u]; e < offsets[u + 1]; e++) {
      // Compared as r·n < Σr, so that equal ratings are never below their mean by rounding.
      if (ratings[e] * count < sum) values[e] = 0;
    }
  }
  return values;
}

function withoutZeros(matrix: SparseRows): SparseRows {
  const { columns, values } = matrix;
  const kept = Uint32Array.from(columns.keys()).filter((e) => values[e] !== 0);
  if (kept.length === columns.length) return matrix;
  const offsets = new Uint32Array(matrix.offsets.length);
  let next = 0;
  for (let r = 0; r + 1 < offsets.length; r++) {
    while (next < kept.length && kept[next] < matrix.offsets[r + 1]) next++;
    offsets[r + 1] = next;
  }
  return {
    offsets,
    columns: Uint32Array.from(kept, (e) => columns[e]),
    values: Float32Array.from(kept, (e) => values[e]),
  };
}
