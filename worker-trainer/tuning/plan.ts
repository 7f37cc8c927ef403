import type { Dense } from "../linalg/dense.ts";
import type { AnyAlgorithm, Configuration, Cost } from "../algorithms/algorithm.ts";
import { SPACE_BYTES } from "../linalg/shared_space.ts";
import type { TrainingSet } from "../algorithms/training_set.ts";

/** A configuration with its cost, and the reason to skip it, if any. */
export interface PlannedCandidate {
  configuration: Configuration;
  /** Index among its algorithm's configurations. */
  index: number;
  cost: Cost;
  skipped?: string;
}

/** Limits of a training. */
export interface Limits {
  /** Estimated seconds of the whole search. */
  seconds: number;
  /** Estimated bytes of one fit, in addition to the memory in use. */
  bytes: number;
}

/**
 * Returns the configurations to try in order, cheap first, within the limits. Depends on sizes and
 * fixed rates only, so that the same data have the same plan on any machine.
 */
export function plan(
  algorithms: readonly AnyAlgorithm[],
  { set, dense, limits }: { set: TrainingSet; dense: Dense; limits: Limits },
): PlannedCandidate[] {
  let left = limits.seconds;
  let kept = 0;
  return algorithms.flatMap((algorithm) => {
    return algorithm.candidates(set).map(({ configuration, index }) => {
      const cost = configuration.cost(set, dense);
      const { keptBytes = 0 } = cost;
      const ofOthers = Math.max(0, kept - keptBytes);
      const skipped = skipReason(cost, { seconds: left, bytes: limits.bytes - ofOthers });
      if (!skipped) {
        left -= cost.seconds;
        kept = Math.max(kept, keptBytes);
      }
      return { configuration, index, cost, skipped };
    });
  });
}

/** Share of a fit's memory that may not have been returned when the next begins. */
const LEFT_BEHIND = 0.25;

/** Returns why to skip a fit, or undefined. The winner is fitted twice more: to test and serve. */
function skipReason(
  { seconds, bytes, sharedBytes = 0 }: Cost,
  left: Limits,
): string | undefined {
  if (sharedBytes > SPACE_BYTES) {
    return `A fit would need about ${gigabytes(sharedBytes)} of shared memory; ` +
      `threads can share ${gigabytes(SPACE_BYTES)}.`;
  }
  const needed = (1 + LEFT_BEHIND) * bytes;
  if (needed > left.bytes) {
    return `A fit would need about ${gigabytes(needed)} of memory; it may use ${
      gigabytes(left.bytes)
    }.`;
  }
  if (3 * seconds > left.seconds) {
    return `A fit would take about ${Math.ceil(seconds)} s; ` +
      `${Math.max(0, Math.floor(left.seconds))} s of the budget are left for three fits.`;
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
