import { fadeOf } from "../../functions/recommender/model/history/reading.ts";
import {
  rankBuffers,
  rankRatings,
  type Signal,
  weighEntries,
} from "../../functions/recommender/model/history/weigh_entries.ts";
import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Interactions } from "../dataset/dataset.ts";
import { transpose } from "../linalg/sparse_rows.ts";

/** History weighting: how histories are weighted. */
export interface HistoryWeighting {
  signal: Signal;
  /**
   * In serving, an interaction counts half as much as one this many positions later; interactions
   * at the same time share a position. Absent to ignore age.
   */
  halfLife?: number;
}

/** Entries of a learned row that are worth their memory, up to a hundred thousand items. */
const LEARNED_ROW_ENTRIES = 200;

/**
 * Maximum number of a user's items to learn from: the latest. Comparing items by their users costs
 * the square of a history, so a user with 200,000 items would cost more than all others together,
 * and such users say little about which items belong together. The longest history of
 * MovieLens-small has 2,698.
 */
export const MAX_LEARNED_HISTORY = 5_000;

/** Equal weights for all liked interactions. */
export const EQUAL_WEIGHTING: HistoryWeighting = { signal: "liked" };

/** Training data of the algorithms. */
export interface TrainingSet {
  users: number;
  items: number;
  /** X, users × items: the latest `MAX_LEARNED_HISTORY` of each user, in the order of the history. */
  x: SparseRows;
  /** Xᵀ, items × users. */
  xt: SparseRows;
  /** Time of each entry of X in seconds since 1970, NaN if missing; absent without times. */
  times?: Float64Array;
  /** Number of users who liked each item. Length items. */
  popularity: Uint32Array;
  /**
   * Users × items with their weights in serving, oldest first: 0 if seen but not liked, lower if
   * older, negative if rejected, at any age.
   */
  histories: SparseRows;
  /** Maximum entries of a learned row: more than are served, because blending can raise others. */
  keep: number;
  /** Maximum entries of a row of the model. */
  served: number;
}

/** Builds the training set of interactions with `items` items. */
export function trainingSet(
  interactions: Interactions,
  { items, weighting = EQUAL_WEIGHTING }: { items: number; weighting?: HistoryWeighting },
): TrainingSet {
  const users = interactions.offsets.length - 1;
  const { offsets, items: columns } = interactions;
  const { learned, served: values } = weighted(interactions, weighting);
  const { x, times } = learnedEntries(interactions, learned);
  const histories = { offsets, columns, values };
  return {
    users,
    items,
    x,
    xt: transpose(x, items),
    ...(times && { times }),
    popularity: likeCounts(interactions, items),
    histories,
    keep: Math.max(
      rowsToKeep(items),
      Math.min(items, LEARNED_ROW_ENTRIES, Math.floor(2e7 / (items || 1))),
    ),
    served: rowsToKeep(items),
  };
}

/** Returns the weight of each entry in learning and in serving. */
function weighted(
  interactions: Interactions,
  { signal, halfLife }: HistoryWeighting,
): { learned: Float32Array; served: Float32Array } {
  const { offsets, weights } = interactions;
  const learned = new Float32Array(weights.length);
  const served = new Float32Array(weights.length);
  const fade = halfLife === undefined ? undefined : fadeOf(halfLife);
  const buffers = signal === "valued"
    ? rankBuffers(longHistories(interactions).longest)
    : undefined;
  for (let u = 0; u + 1 < offsets.length; u++) {
    const range = { start: offsets[u], end: offsets[u + 1] };
    if (buffers) rankRatings(interactions, range, buffers);
    for (let e = range.start; e < range.end; e++) {
      learned[e] = buffers?.ranks[e - range.start] || Math.max(weights[e], 0);
    }
    weighEntries(interactions, range, { ranks: buffers?.ranks, fade, values: served });
  }
  return { learned, served };
}

/**
 * Returns the density class of the interactions, by which the likeliest configurations differ:
 * thresholds are 1 in 200 and 1 in 50 pairs.
 */
export function densityOf({ x, users, items }: TrainingSet): "sparse" | "dense" | "very dense" {
  const share = x.columns.length / Math.max(users * items, 1);
  return share > 0.02 ? "very dense" : share > 0.005 ? "dense" : "sparse";
}

/** Entries of a row beyond which almost nothing is gained, whatever the size of the catalogue. */
const MAX_ROW_ENTRIES = 400;

/** Maximum entries of all rows: 48 MB, which fits into a Worker's memory. */
const MAX_TOTAL_ENTRIES = 6e6;

/**
 * Returns the entries kept in a row of weights: all of a small catalogue, `MAX_ROW_ENTRIES` up to
 * 15,000 items, where that is `MAX_TOTAL_ENTRIES` in total, then decreasing to a total of four
 * million at 40,000 items, and never fewer than 50.
 */
export function rowsToKeep(items: number): number {
  const even = 4e6 / Math.max(items, 1);
  const wide = Math.min(
    MAX_ROW_ENTRIES,
    MAX_TOTAL_ENTRIES / Math.max(items, 1),
    even * 4e4 / Math.max(items, 1),
  );
  return Math.max(50, Math.min(items, Math.floor(Math.max(even, wide))));
}

/** Returns whether ratings differ among some user's liked items, as `valued` requires. */
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

/** Returns the number of users who liked each item. */
function likeCounts({ items: columns, weights }: Interactions, items: number): Uint32Array {
  const counts = new Uint32Array(items);
  for (let e = 0; e < columns.length; e++) if (weights[e] > 0) counts[columns[e]]++;
  return counts;
}

/** Returns X and the times of its entries: the latest of each user that have a weight. */
function learnedEntries(
  { offsets, items, times }: Interactions,
  learned: Float32Array,
): Pick<TrainingSet, "x" | "times"> {
  const kept = new Uint32Array(learned.length);
  const ends = new Uint32Array(offsets.length);
  let next = 0;
  for (let u = 0; u + 1 < offsets.length; u++) {
    let left = MAX_LEARNED_HISTORY;
    let start = offsets[u + 1];
    while (start > offsets[u] && left > 0) if (learned[--start] !== 0) left--;
    for (let e = start; e < offsets[u + 1]; e++) if (learned[e] !== 0) kept[next++] = e;
    ends[u + 1] = next;
  }
  if (next === learned.length) return { x: { offsets, columns: items, values: learned }, times };
  const columns = new Uint32Array(next);
  const values = new Float32Array(next);
  const ownTimes = times && new Float64Array(next);
  for (let n = 0; n < next; n++) {
    const e = kept[n];
    columns[n] = items[e];
    values[n] = learned[e];
    if (ownTimes) ownTimes[n] = times[e];
  }
  return { x: { offsets: ends, columns, values }, times: ownTimes };
}

/** Returns how many histories exceed `MAX_LEARNED_HISTORY`, and the longest. */
export function longHistories({ offsets }: Interactions): { users: number; longest: number } {
  let [users, longest] = [0, 0];
  for (let u = 0; u + 1 < offsets.length; u++) {
    const length = offsets[u + 1] - offsets[u];
    longest = Math.max(longest, length);
    if (length > MAX_LEARNED_HISTORY) users++;
  }
  return { users, longest };
}

/** Returns whether times order some user's items. */
export function timesVary({ offsets, times }: Interactions): boolean {
  if (!times) return false;
  for (let u = 0; u + 1 < offsets.length; u++) {
    const [first, last] = [offsets[u], offsets[u + 1] - 1];
    if (last > first && times[last] > times[first]) return true;
  }
  return false;
}
