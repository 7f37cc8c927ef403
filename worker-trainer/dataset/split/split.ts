import type { Interactions } from "../dataset.ts";
import { seededRandom } from "../../../functions/recommender/model/seeded_random.ts";

export interface SplitOptions {
  /** Seed of the draws for users without times. */
  seed: number;
  /** Share of each user's items that is held out. */
  share?: number;
  /** Minimum number of items of a user to hold out from. */
  fewest?: number;
}

/** Two parts over the same users and items; each entry is in exactly one. */
export interface Split {
  train: Interactions;
  held: Interactions;
}

/**
 * Holds out a share (rounded, at least one) of the items of each user who has at least `fewest`
 * (5): the last ones if the user's times vary, else a seeded draw. Of items at one time that would
 * be divided, a seeded draw is held out as well, because their order is that of the file. If no user
 * has that many, one item is held out of users with at least two, so that the smallest data can be
 * evaluated.
 */
export function splitInteractions(interactions: Interactions, options: SplitOptions): Split {
  const { seed, share = 0.2 } = options;
  const { offsets, items, times } = interactions;
  const users = offsets.length - 1;
  let most = 0;
  for (let u = 0; u < users; u++) most = Math.max(most, offsets[u + 1] - offsets[u]);
  const fewest = most < (options.fewest ?? 5) ? 2 : options.fewest ?? 5;
  const draw = seededRandom(seed);
  const held = new Uint8Array(items.length);
  for (let u = 0; u < users; u++) {
    const [start, end] = [offsets[u], offsets[u + 1]];
    const size = end - start;
    if (size < fewest) continue;
    const count = Math.min(size - 1, Math.max(1, Math.round(share * size)));
    const tied = times && varies(times, start, end)
      ? entriesAtTime(times, end - count, { start, end })
      : { start, end };
    held.fill(1, tied.end, end);
    // Selection sampling (Knuth, TAOCP 2, 3.4.2, algorithm S).
    for (let p = tied.start, left = count - (end - tied.end); left > 0; p++) {
      if (left === tied.end - p || draw() * (tied.end - p) < left) {
        held[p] = 1;
        left--;
      }
    }
  }
  return { train: partOf(interactions, held, 0), held: partOf(interactions, held, 1) };
}

/** Returns whether times vary. Entries are oldest first, after those without a time. */
function varies(times: Float64Array, start: number, end: number): boolean {
  return times[start] !== times[end - 1] && !Number.isNaN(times[end - 1]);
}

/** Returns the range of a user's entries that have the time of entry `e`, missing ones alike. */
function entriesAtTime(
  times: Float64Array,
  e: number,
  { start, end }: { start: number; end: number },
): { start: number; end: number } {
  const isAlike = (other: number) => Object.is(times[other], times[e]);
  let [first, after] = [e, e + 1];
  while (first > start && isAlike(first - 1)) first--;
  while (after < end && isAlike(after)) after++;
  return { start: first, end: after };
}

/** Returns the entries of one side. @param held 0 or 1 for each entry. */
export function partOf(all: Interactions, held: Uint8Array, side: 0 | 1): Interactions {
  let size = 0;
  for (let p = 0; p < held.length; p++) if (held[p] === side) size++;
  const entries = new Uint32Array(size);
  const offsets = new Uint32Array(all.offsets.length);
  for (let u = 0, n = 0; u + 1 < offsets.length; u++) {
    for (let p = all.offsets[u]; p < all.offsets[u + 1]; p++) {
      if (held[p] === side) entries[n++] = p;
    }
    offsets[u + 1] = n;
  }
  const { ratings, times } = all;
  return {
    offsets,
    items: taken(all.items, entries),
    weights: taken(all.weights, entries),
    ...(ratings ? { ratings: taken(ratings, entries) } : {}),
    ...(times ? { times: taken(times, entries) } : {}),
  };
}

/** Returns the numbers at these indices. */
function taken<Kind extends Uint32Array | Float32Array | Float64Array>(
  from: Kind,
  places: Uint32Array,
): Kind {
  const numbers = new (from.constructor as new (length: number) => Kind)(places.length);
  for (let i = 0; i < places.length; i++) numbers[i] = from[places[i]];
  return numbers;
}
