/** Histories in order, for algorithms that learn from the order of items. */
import type { Sequences } from "../linalg/transitions.ts";
import { sharedIntegers } from "../linalg/sparse_rows.ts";
import type { TrainingSet } from "./training_set.ts";

/** Maximum number of a user's items whose order is learned from: the latest. */
export const MAX_ORDERED_HISTORY = 500;

/** Maximum difference of places between which a transition is counted. */
export const MAX_WINDOW = 40;

/** Sequences by Xᵀ of their training set; freed with the set. */
const cache = new WeakMap<TrainingSet["xt"], Sequences>();

/**
 * Returns the latest `MAX_ORDERED_HISTORY` liked items with a time of each user, in order; without
 * times, in the order of the histories. Cached for each set.
 */
export function sequencesOf(set: Pick<TrainingSet, "x" | "xt" | "times" | "items">): Sequences {
  const known = cache.get(set.xt) ?? readSequences(set);
  cache.set(set.xt, known);
  return known;
}

function readSequences(
  { x, times, items: width }: Pick<TrainingSet, "x" | "times" | "items">,
): Sequences {
  const users = x.offsets.length - 1;
  const starts = new Uint32Array(users);
  let size = 0;
  for (let u = 0; u < users; u++) {
    let start = Math.max(x.offsets[u], x.offsets[u + 1] - MAX_ORDERED_HISTORY);
    // Entries without a time precede those with one.
    while (times && start < x.offsets[u + 1] && Number.isNaN(times[start])) start++;
    starts[u] = start;
    size += x.offsets[u + 1] - start;
  }
  const items = sharedIntegers(size);
  const places = sharedIntegers(size);
  const offsets = sharedIntegers(width + 1);
  let next = 0;
  for (let u = 0, place = 0; u < users; u++, place += MAX_WINDOW + 1) {
    for (let e = starts[u]; e < x.offsets[u + 1]; e++) {
      if (e > starts[u] && !(times && times[e] === times[e - 1])) place++;
      items[next] = x.columns[e];
      places[next++] = place;
      offsets[x.columns[e] + 1]++;
    }
  }
  for (let i = 0; i < width; i++) offsets[i + 1] += offsets[i];
  const entries = sharedIntegers(size);
  const ends = offsets.slice(0, width);
  items.forEach((item, e) => entries[ends[item]++] = e);
  return { items, places, offsets, entries };
}

/** Share of neighbouring items in a history that must differ in time for its order to be known. */
const ORDERED = 0.5;

/**
 * Returns whether the histories are ordered by time: at least half of the liked items that follow
 * another one have a time later than it. Items at one time, such as those of one order or of one
 * import, have no order, although a file lists them in some.
 */
export function isOrdered({ x: { offsets }, times }: Pick<TrainingSet, "x" | "times">): boolean {
  if (!times) return false;
  let [later, all] = [0, 0];
  for (let u = 0; u + 1 < offsets.length; u++) {
    for (let e = offsets[u] + 1; e < offsets[u + 1]; e++) {
      all++;
      if (times[e] > times[e - 1]) later++;
    }
  }
  return later > 0 && later >= ORDERED * all;
}
