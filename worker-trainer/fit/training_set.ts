import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Interactions } from "../dataset/dataset.ts";
import { transpose } from "../linalg/sparse_rows.ts";

/**
 * How interactions are weighed in learning and serving:
 *
 * - `liked`: each that was liked by its weight in learning, and the same in serving;
 * - `valued`: by the place of its rating among the user's own, twice the share that is below it. So
 *   what is rated lowest is learned from, too, as what hardly goes together with the rest.
 *
 * In serving what was not liked counts 0 by either, and what was rejected counts against what is
 * like it.
 */
export type Signal = "liked" | "valued";

/** How histories are read. */
export interface Reading {
  signal: Signal;
  /**
   * In serving, an interaction counts half as much as one that came this many places later; what
   * came at the same time shares its place. Absent where age does not count.
   */
  halfLife?: number;
}

/** Entries of a learned row that are worth their memory, up to a hundred thousand items. */
const LEARNED = 200;

/**
 * Items of one user that are learned from: the latest. Comparing items by who had them takes the
 * square of a history, so that one user with 200,000 items would cost more than all others together;
 * who had so many says little of what goes with what. The longest of MovieLens-small has 2,698.
 */
export const LEARNED_HISTORY = 5_000;

/** Everything that was liked counts the same. */
export const PLAIN: Reading = { signal: "liked" };

/** What the algorithms learn from. */
export interface TrainingSet {
  users: number;
  items: number;
  /** X, users × items, the latest `LEARNED_HISTORY` a user; columns keep the order of the history. */
  x: SparseRows;
  /** Xᵀ, items × users. */
  xt: SparseRows;
  /** Users who liked an item. Length items. */
  popularity: Uint32Array;
  /**
   * Users × items with their weights in serving, oldest first: 0 where an item was seen and not liked;
   * less where it is older; below 0 where it was rejected, of whatever age.
   */
  histories: SparseRows;
  /** Entries that a learned row may have: more than are served, since a blend brings others up. */
  keep: number;
  /** Entries that a row of the model may have. */
  served: number;
}

/** Makes the training set of some interactions with `items` items. */
export function trainingSet(
  interactions: Interactions,
  { items, reading = PLAIN }: { items: number; reading?: Reading },
): TrainingSet {
  const users = interactions.offsets.length - 1;
  const { offsets, items: columns, weights } = interactions;
  const places = reading.signal === "valued" ? placesOf(interactions) : undefined;
  const learned = weights.map((weight, e) => places?.[e] || Math.max(weight, 0));
  const x = latest(withoutZeros({ offsets, columns, values: learned }), LEARNED_HISTORY);
  const liked = weights.map((weight, e) => weight > 0 ? places?.[e] || 1 : 0);
  const served = reading.halfLife === undefined
    ? liked
    : faded(liked, interactions, reading.halfLife);
  const values = served.map((value, e) => weights[e] < 0 ? weights[e] : value);
  const histories = { offsets, columns, values };
  return {
    users,
    items,
    x,
    xt: transpose(x, items),
    popularity: likedBy(interactions, items),
    histories,
    keep: Math.max(rowsToKeep(items), Math.min(items, LEARNED, Math.floor(2e7 / (items || 1)))),
    served: rowsToKeep(items),
  };
}

/**
 * How much of the catalogue users had, from which on other settings are likely: one pair in 200, or
 * one in 50, is known.
 */
export function densityOf({ x, users, items }: TrainingSet): "sparse" | "dense" | "very dense" {
  const share = x.columns.length / Math.max(users * items, 1);
  return share > 0.02 ? "very dense" : share > 0.005 ? "dense" : "sparse";
}

/** Entries of a row from which on nearly nothing is gained, whatever the size of the catalogue. */
const PLENTY = 400;

/** Entries of all rows: 48 MB, which a Worker holds beside all else. */
const MOST = 6e6;

/**
 * Entries kept in a row of weights: all of a small catalogue, `PLENTY` up to 15,000 items, where that
 * makes `MOST`, then fewer until four million are left at 40,000 items, and never fewer than 50 a
 * row.
 */
export function rowsToKeep(items: number): number {
  const even = 4e6 / Math.max(items, 1);
  const wide = Math.min(PLENTY, MOST / Math.max(items, 1), even * 4e4 / Math.max(items, 1));
  return Math.max(50, Math.min(items, Math.floor(Math.max(even, wide))));
}

/** Whether ratings tell apart what some user liked, so that `valued` differs from `liked`. */
export function ratingsVary({ offsets, ratings, weights }: Interactions): boolean {
  if (!ratings) return false;
  for (let u = 0; u + 1 < offsets.length; u++) {
    let last: number | undefined;
    for (let e = offsets[u]; e < offsets[u + 1]; e++) {
      if (!(weights[e] > 0)) continue;
      if (last !== undefined && ratings[e] !== last) return true;
      last = ratings[e];
    }
  }
  return false;
}

/** How many users liked each item. */
function likedBy({ items: columns, weights }: Interactions, items: number): Uint32Array {
  const counts = new Uint32Array(items);
  for (let e = 0; e < columns.length; e++) if (weights[e] > 0) counts[columns[e]]++;
  return counts;
}

/** The places of ratings among their users' own; 0 where an entry has none or was rejected. */
function placesOf({ offsets, ratings, weights }: Interactions): Float32Array {
  const places = new Float32Array(weights.length);
  if (!ratings) return places;
  for (let u = 0; u + 1 < offsets.length; u++) {
    const rated = [];
    for (let e = offsets[u]; e < offsets[u + 1]; e++) {
      if (weights[e] >= 0 && !Number.isNaN(ratings[e])) rated.push(e);
    }
    const own = Float64Array.from(rated, (e) => ratings[e]).sort();
    for (const e of rated) {
      places[e] = (countBelow(own, ratings[e]) + countTo(own, ratings[e])) / own.length;
    }
  }
  return places;
}

/** How many of the ascending numbers are below `limit`. */
function countBelow(ascending: Float64Array, limit: number): number {
  return countWhile(ascending, (rating) => rating < limit);
}

/** How many of the ascending numbers are at or below `limit`. */
function countTo(ascending: Float64Array, limit: number): number {
  return countWhile(ascending, (rating) => rating <= limit);
}

/** How many numbers come before the first that does not pass, by bisection. */
function countWhile(ascending: Float64Array, passes: (value: number) => boolean): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (passes(ascending[middle])) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The values with the older ones of each history faded. */
function faded(
  values: Float32Array,
  { offsets, times }: Interactions,
  halfLife: number,
): Float32Array {
  const result = values.slice();
  for (let u = 0; u + 1 < offsets.length; u++) {
    let age = 0;
    for (let e = offsets[u + 1] - 1; e >= offsets[u]; e--) {
      const later = e + 1 < offsets[u + 1] ? e + 1 : e;
      // Places count down from the last one; what has the time of the one after stays beside it.
      if (later !== e && !(times && times[e] === times[later])) age = offsets[u + 1] - 1 - e;
      result[e] *= 2 ** (-age / halfLife);
    }
  }
  return result;
}

/** The last `most` entries of each row. */
function latest(matrix: SparseRows, most: number): SparseRows {
  const rows = matrix.offsets.length - 1;
  const offsets = new Uint32Array(rows + 1);
  for (let r = 0; r < rows; r++) {
    offsets[r + 1] = offsets[r] + Math.min(most, matrix.offsets[r + 1] - matrix.offsets[r]);
  }
  if (offsets[rows] === matrix.offsets[rows]) return matrix;
  const columns = new Uint32Array(offsets[rows]);
  const values = new Float32Array(offsets[rows]);
  for (let r = 0; r < rows; r++) {
    const end = matrix.offsets[r + 1];
    const from = end - (offsets[r + 1] - offsets[r]);
    columns.set(matrix.columns.subarray(from, end), offsets[r]);
    values.set(matrix.values.subarray(from, end), offsets[r]);
  }
  return { offsets, columns, values };
}

/** How many users had more than is learned from, and what the most had. */
export function longHistories({ offsets }: Interactions): { users: number; longest: number } {
  let [users, longest] = [0, 0];
  for (let u = 0; u + 1 < offsets.length; u++) {
    const length = offsets[u + 1] - offsets[u];
    longest = Math.max(longest, length);
    if (length > LEARNED_HISTORY) users++;
  }
  return { users, longest };
}

function withoutZeros(matrix: SparseRows): SparseRows {
  const { columns, values } = matrix;
  if (!values.includes(0)) return matrix;
  const kept = Uint32Array.from(columns.keys()).filter((e) => values[e] !== 0);
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

/** Whether times tell the order of some user's items. */
export function timesVary({ offsets, times }: Interactions): boolean {
  if (!times) return false;
  for (let u = 0; u + 1 < offsets.length; u++) {
    const [first, last] = [offsets[u], offsets[u + 1] - 1];
    if (last > first && times[last] > times[first]) return true;
  }
  return false;
}
