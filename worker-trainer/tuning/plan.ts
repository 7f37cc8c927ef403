import type { Dense } from "../linalg/dense.ts";
import type { Algorithm, Cost, Parameters } from "../algorithms/algorithm.ts";
import { SPACE_BYTES } from "../linalg/shared_space.ts";
import type { TrainingSet } from "../algorithms/training_set.ts";

/** A configuration with its cost, and the reason to skip it, if any. */
export interface PlannedCandidate {
  algorithm: Algorithm;
  parameters: Parameters;
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
  algorithms: readonly Algorithm[],
  { set, dense, limits }: { set: TrainingSet; dense: Dense; limits: Limits },
): PlannedCandidate[] {
  let left = limits.seconds;
  let kept = 0;
  return algorithms.flatMap((algorithm) => {
    return distinctConfigurations(algorithm, set).map(({ parameters, index }) => {
      const cost = algorithm.cost(set, dense, parameters);
      const { keptBytes = 0 } = cost;
      const ofOthers = Math.max(0, kept - keptBytes);
      const skipped = skipReason(cost, { seconds: left, bytes: limits.bytes - ofOthers });
      if (!skipped) {
        left -= cost.seconds;
        kept = Math.max(kept, keptBytes);
      }
      return { algorithm, parameters, index, cost, skipped };
    });
  });
}

/** Returns an algorithm's configurations in the order of trying, without duplicates. */
function distinctConfigurations(
  { configurations, start = 0, adapt }: Algorithm,
  set: TrainingSet,
): Pick<PlannedCandidate, "parameters" | "index">[] {
  const known = new Set<string>();
  const first = typeof start === "number" ? start : start(set);
  const indices = [...configurations.keys()];
  return [...indices.slice(first), ...indices.slice(0, first).reverse()].flatMap((index) => {
    const parameters = adapt ? adapt(set, configurations[index]) : configurations[index];
    const key = JSON.stringify(parameters);
    if (!parameters || known.has(key)) return [];
    known.add(key);
    return [{ index, parameters }];
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
