/** Popularity of the days before the cut of an evaluation in time. */
import type { TimeCut } from "../dataset/split/time_cut.ts";

/** Days before the cut. */
const DAYS = 7;
/** Number of interactions below which a few days say too little. */
const FEWEST = 100;

/**
 * Returns the number of users who liked each item in the seven days before the cut; undefined if
 * there were fewer than 100 interactions.
 */
export function recentPopularity(
  { train: { items: columns, times, weights }, time }: TimeCut,
  items: number,
): Uint32Array | undefined {
  const counts = new Uint32Array(items);
  let all = 0;
  for (let e = 0; e < columns.length; e++) {
    if (!(weights[e] > 0 && times![e] >= time - 86_400 * DAYS && times![e] < time)) continue;
    counts[columns[e]]++;
    all++;
  }
  return all < FEWEST ? undefined : counts;
}
