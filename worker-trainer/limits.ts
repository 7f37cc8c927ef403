import type { Interactions } from "./dataset/dataset.ts";
import type { Limits } from "./fit/plan.ts";
import type { TrainingSet } from "./fit/training_set.ts";

/** Bytes of the process itself with its threads. */
const PROCESS_BYTES = 4e8;
/** Bytes an interaction: the dataset, its splits, and the matrices made of them. */
const ENTRY_BYTES = 150;
/** Results that the search keeps at one time: one a family, the best, the hedge, the last. */
const KEPT_ROWS = 7;

/**
 * What fits may take of the limits of a training: the bytes that are left beside what stands all the
 * time, and no more seconds than so few interactions are worth, both by estimate.
 */
export function limitsOfFits(
  { seconds, bytes }: Limits,
  { interactions, set }: { interactions: Interactions; set: TrainingSet },
): Limits {
  const entries = interactions.items.length;
  const standing = PROCESS_BYTES + ENTRY_BYTES * entries +
    8 * KEPT_ROWS * set.items * Math.min(set.items, set.keep);
  return {
    // What is best among ten rows is not worth ten minutes.
    seconds: Math.min(seconds, 20 + entries / 1000),
    bytes: Math.max(0, bytes - standing),
  };
}
