import { ln } from "./logarithm.ts";
import type { RowColumns } from "./rows.ts";

/** Joined rows, one entry per item, oldest first; ratings and times are absent if no row has any. */
export interface Entries {
  items: Uint32Array;
  ratings?: Float32Array;
  times?: Float64Array;
  weights: Float32Array;
}

/**
 * Joins a user's rows, so that each item has one entry, ordered by the items' last rows. The last
 * row of an item determines the time, and the last with a rating the rating. Positive weights after
 * the last rejection or withdrawal are combined: with m the largest of them and S their sum, the
 * entry has the weight
 *
 *     m (1 + ln(S / m))
 *
 * so k equal rows have the weight w (1 + ln k), and another row never lowers it. Without positive
 * weights after a rejection, the entry has the rejection's weight; otherwise 0.
 */
export class RowJoiner {
  readonly #entryOf: Uint32Array;
  readonly #sum: Float64Array;
  readonly #most: Float64Array;
  /** 1 if earlier rows no longer count. */
  readonly #closed: Uint8Array;

  /** @param items number of items: indices in the rows are below it. */
  constructor(items: number) {
    this.#entryOf = new Uint32Array(items).fill(0xffffffff);
    this.#sum = new Float64Array(items);
    this.#most = new Float64Array(items);
    this.#closed = new Uint8Array(items);
  }

  /**
   * Writes a user's entries so that the last one precedes `end`, and returns the index of the
   * first. Users are joined from the last to the first, each before the entries of the previous
   * call.
   * @param own indices of the rows, oldest first, with their final weights.
   */
  join(
    { item: itemOf, rating, time, weight: weightOf }: RowColumns,
    own: Uint32Array,
    { items, ratings, times, weights }: Entries,
    end: number,
  ): number {
    const [entryOf, sum, most, closed] = [this.#entryOf, this.#sum, this.#most, this.#closed];
    let first = end;
    // From last to first, so that the deciding row comes first.
    for (let p = own.length - 1; p >= 0; p--) {
      const row = own[p];
      const item = itemOf[row];
      // Entries of other users lie at or after `end`.
      if (entryOf[item] >= end) {
        entryOf[item] = --first;
        items[first] = item;
        if (ratings) ratings[first] = NaN;
        if (times) times[first] = time[row];
        sum[item] = most[item] = closed[item] = 0;
      }
      const entry = entryOf[item];
      if (ratings && Number.isNaN(ratings[entry])) ratings[entry] = rating[row];
      if (closed[item]) continue;
      const weight = weightOf[row];
      if (weight > 0) {
        sum[item] += weight;
        most[item] = Math.max(most[item], weight);
      } else if (weight !== 0) {
        closed[item] = 1;
        if (weight < 0 && sum[item] === 0) sum[item] = most[item] = weight;
      }
    }
    for (let e = first; e < end; e++) {
      const [m, s] = [most[items[e]], sum[items[e]]];
      weights[e] = s === m ? m : m * (1 + ln(s / m));
    }
    return first;
  }
}
