/** Weights of a user's entries in serving. */
import type { Entries } from "./join_rows.ts";

/**
 * Weight of an interaction in learning and serving:
 *
 * - `liked`: each liked interaction by its weight in learning, and 1 in serving;
 * - `valued`: by the rank of its rating among the user's own, twice the share below it. The lowest
 *   rated are thus learned from as well, with little weight.
 *
 * In serving, interactions that are not liked count 0 with either, and rejected ones count against
 * similar items.
 */
export type Signal = "liked" | "valued";

/** Entries `start` to `end` (exclusive) are one user's. */
export interface Range {
  start: number;
  end: number;
}

/** Buffers for ranks; those of the longest history fit. */
export interface RankBuffers {
  /** Rank of each entry from the start of the range. */
  ranks: Float64Array;
  sorted: Float32Array;
}

/** Returns buffers for histories of at most `longest` entries. */
export function rankBuffers(longest: number): RankBuffers {
  return { ranks: new Float64Array(longest), sorted: new Float32Array(longest) };
}

/**
 * Writes the ranks of a user's ratings among their own into `ranks`: twice the share below, ties
 * equally; 0 without a rating or if rejected.
 */
export function rankRatings(
  { ratings, weights }: Pick<Entries, "ratings" | "weights">,
  { start, end }: Range,
  { ranks, sorted }: RankBuffers,
): void {
  ranks.fill(0, 0, end - start);
  if (!ratings) return;
  let count = 0;
  for (let e = start; e < end; e++) {
    if (isRated(weights[e], ratings[e])) sorted[count++] = ratings[e];
  }
  const own = sorted.subarray(0, count).sort();
  for (let e = start; e < end; e++) {
    if (!isRated(weights[e], ratings[e])) continue;
    ranks[e - start] = (countBelow(own, ratings[e]) + countTo(own, ratings[e])) / count;
  }
}

function isRated(weight: number, rating: number): boolean {
  return weight >= 0 && !Number.isNaN(rating);
}

/**
 * Writes the weights of a user's entries in serving into `values`: 0 if seen but not liked,
 * negative if rejected, at any age; otherwise the rank, or 1 without, times the fade.
 * @param options.ranks ranks from the start of the range; 1 each if absent.
 * @param options.fade factor per position from the last entry; entries at the same time share the
 * position of the last of them. 1 if absent.
 */
export function weighEntries(
  { times, weights }: Pick<Entries, "times" | "weights">,
  { start, end }: Range,
  { ranks, fade = 1, values }: { ranks?: Float64Array; fade?: number; values: Float32Array },
): void {
  let power = 1;
  let factor = 1;
  for (let e = end - 1; e >= start; e--) {
    if (e < end - 1) {
      power *= fade;
      if (!(times && times[e] === times[e + 1])) factor = power;
    }
    const weight = weights[e];
    values[e] = weight > 0 ? (ranks?.[e - start] || 1) * factor : weight;
  }
}

/** Returns how many of the ascending numbers are below `limit`. */
function countBelow(ascending: Float32Array, limit: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns how many of the ascending numbers are at or below `limit`. */
function countTo(ascending: Float32Array, limit: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
