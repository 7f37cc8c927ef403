import type { Interactions } from "../dataset/dataset.ts";
import type { Limits } from "./plan.ts";
import type { TrainingSet } from "../algorithms/training_set.ts";

/** Bytes of the process with its threads, without data. */
const PROCESS_BYTES = 4e8;
/** Bytes per interaction: the dataset, its splits, and the matrices built from them. */
const ENTRY_BYTES = 150;
/** Results the search keeps at a time: one per family, the best, the preferred trial, the last. */
const KEPT_ROWS = 8;

/**
 * Returns the limits of single fits: the bytes left after the data that stay in memory, and at most
 * the seconds that so few interactions justify. Both are estimates.
 */
export function fitLimits(
  { seconds, bytes }: Limits,
  { interactions, set }: { interactions: Interactions; set: TrainingSet },
): Limits {
  const entries = interactions.items.length;
  const standing = PROCESS_BYTES + ENTRY_BYTES * entries +
    8 * KEPT_ROWS * set.items * Math.min(set.items, set.keep);
  return {
    // A search over ten rows is not worth ten minutes.
    seconds: Math.min(seconds, 20 + entries / 1000),
    bytes: Math.max(0, bytes - standing),
  };
}
