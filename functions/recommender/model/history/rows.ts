/** Rows of interactions in columns, and their order in time. */

/** One entry per row; NaN for a missing rating or time. */
export interface RowColumns {
  item: Uint32Array;
  rating: Float32Array;
  /** Seconds since 1970. */
  time: Float64Array;
  /** Positive for liking, negative for rejection, 0 for neither, NaN to withdraw earlier rows. */
  weight: Float32Array;
}

/**
 * Sorts one user's rows by their times, in place; equal times keep their order, and rows without a
 * time precede all others.
 * @param own indices of the rows, ascending.
 */
export function orderByTime(own: Uint32Array, time: Float64Array): void {
  for (let p = 1; p < own.length; p++) {
    if (age(time[own[p]]) >= age(time[own[p - 1]])) continue;
    own.sort((a, b) => age(time[a]) - age(time[b]) || a - b);
    return;
  }
}

/** Returns a finite number, so that two rows without a time compare as equal. */
function age(time: number): number {
  return Number.isNaN(time) ? -Number.MAX_VALUE : time;
}
