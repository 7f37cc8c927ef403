import type { SparseRows } from "../../functions/recommender/model/model.ts";
import { rowScratch } from "./row_scratch.ts";
import { RowsBuilder } from "./sparse_rows.ts";
import { strongest } from "./strongest.ts";

/** Ordered histories of all users, one after the other, each item at most once per user. */
export interface Sequences {
  items: Uint32Array;
  /**
   * Place of each entry: entries at the same time share one, later times have higher ones, and
   * between two users there are more places than any window has.
   */
  places: Uint32Array;
  /** Ends of each item's entries in `entries`; length items + 1. */
  offsets: Uint32Array;
  /** Indices into `items` and `places`, by item. */
  entries: Uint32Array;
}

/** Sequences, the weights of their transitions, and how much of each row is kept. */
export interface Transitions {
  sequences: Sequences;
  /** Weight of a transition by its gap in places; index 0 is not used, the last is the window. */
  weights: Float64Array;
  /** Weight of a transition in the other direction, as a share of that of its gap. */
  backward: number;
  /** Divisors by row. */
  rowNorms: Float64Array;
  /** Divisors by column. */
  columnNorms: Float64Array;
  /** Entries kept in a row: the largest. */
  keep: number;
}

/**
 * Returns the largest entries in the rows `from` (inclusive) to `to` (exclusive) of the transitions
 * between items, with g the gap in places of an occurrence of i and one of j in a history:
 *
 *     C_ij = Σ_(i before j) weights_g + backward · Σ_(j before i) weights_g
 *     W_ij = C_ij / (rowNorm_i · columnNorm_j)
 *
 * Time: for each entry, the number of entries within the window on both sides.
 */
export function transitions(
  { sequences, weights, backward, rowNorms, columnNorms, keep }: Transitions,
  { from, to } = { from: 0, to: rowNorms.length },
): SparseRows {
  const { items, places, offsets, entries } = sequences;
  const width = columnNorms.length;
  const built = new RowsBuilder(to - from, Math.max(1, Math.min((to - from) * keep, 1 << 20)));
  const row = rowScratch(width);
  const { indices, values } = row;
  const [sums, marks] = [new Float64Array(width), new Uint8Array(width)];
  const window = weights.length - 1;
  for (let i = from; i < to; i++) {
    let count = 0;
    for (let o = offsets[i]; o < offsets[i + 1]; o++) {
      const e = entries[o];
      const place = places[e];
      for (let f = e + 1; f < items.length; f++) {
        const gap = places[f] - place;
        if (gap > window) break;
        if (gap === 0) continue;
        const j = items[f];
        if (marks[j] === 0) {
          marks[j] = 1;
          indices[count++] = j;
        }
        sums[j] += weights[gap];
      }
      for (let f = e - 1; f >= 0; f--) {
        const gap = place - places[f];
        if (gap > window) break;
        if (gap === 0) continue;
        const j = items[f];
        if (marks[j] === 0) {
          marks[j] = 1;
          indices[count++] = j;
        }
        sums[j] += backward * weights[gap];
      }
    }
    for (let t = 0; t < count; t++) {
      const j = indices[t];
      values[j] = sums[j] / (rowNorms[i] * columnNorms[j]);
      sums[j] = marks[j] = 0;
    }
    built.addRow(row, strongest(indices, values, { count, k: keep }));
  }
  return built.build();
}
