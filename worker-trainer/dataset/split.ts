import type { Interactions } from "./dataset.ts";
import { random } from "./random.ts";

export interface SplitOptions {
  /** Decides what is drawn where no times do. */
  seed: number;
  /** Part of each user's items that is held out. */
  share?: number;
  /** Users with fewer items keep all of them in train. */
  fewest?: number;
}

/** Two parts over the same users and items; every entry stands in exactly one. */
export interface Split {
  train: Interactions;
  held: Interactions;
}

/**
 * Holds out a share (rounded, at least one) of the items of each user who has `fewest` (5) or more:
 * the last ones where the user's times vary, else a seeded draw. Where nobody has that many, users
 * with two items or more give one, so that the smallest data can be judged at all.
 */
export function splitInteractions(interactions: Interactions, options: SplitOptions): Split {
  const { seed, share = 0.2 } = options;
  const { offsets, items, times } = interactions;
  const users = offsets.length - 1;
  let most = 0;
  for (let u = 0; u < users; u++) most = Math.max(most, offsets[u + 1] - offsets[u]);
  const fewest = most < (options.fewest ?? 5) ? 2 : options.fewest ?? 5;
  const draw = random(seed);
  const held = new Uint8Array(items.length);
  for (let u = 0; u < users; u++) {
    const [start, end] = [offsets[u], offsets[u + 1]];
    const size = end - start;
    if (size < fewest) continue;
    const count = Math.min(size - 1, Math.max(1, Math.round(share * size)));
    if (times && varies(times, start, end)) {
      held.fill(1, end - count, end);
      continue;
    }
    // Selection sampling (Knuth, TAOCP 2, 3.4.2, algorithm S).
    for (let p = start, left = count; left > 0; p++) {
      if (draw() * (end - p) < left) {
        held[p] = 1;
        left--;
      }
    }
  }
  return { train: partOf(interactions, held, 0), held: partOf(interactions, held, 1) };
}

/** Entries are oldest first, those without a time before all others. */
function varies(times: Float64Array, start: number, end: number): boolean {
  return times[start] !== times[end - 1] && !Number.isNaN(times[end - 1]);
}

/** The entries of one side. @param held 0 or 1 an entry. */
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

/** The numbers that stand at these places. */
function taken<Kind extends Uint32Array | Float32Array | Float64Array>(
  from: Kind,
  places: Uint32Array,
): Kind {
  const numbers = new (from.constructor as new (length: number) => Kind)(places.length);
  for (let i = 0; i < places.length; i++) numbers[i] = from[places[i]];
  return numbers;
}
