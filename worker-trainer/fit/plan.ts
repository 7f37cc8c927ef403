import type { Dense } from "../linalg/dense.ts";
import type { Algorithm, Cost, Parameters } from "./algorithm.ts";
import { SPACE_BYTES } from "../linalg/shared_space.ts";
import type { TrainingSet } from "./training_set.ts";

/** An algorithm with its settings and what it will cost, and why it must not be tried if so. */
export interface Planned {
  algorithm: Algorithm;
  parameters: Parameters;
  /** Where it stands among its algorithm's recipes. */
  place: number;
  cost: Cost;
  skipped?: string;
}

/** What a training may take. */
export interface Limits {
  /** Seconds for the whole search, by estimate. */
  seconds: number;
  /** Bytes for one fit beside what stands already, by estimate. */
  bytes: number;
}

/**
 * Which recipes are tried: in the given order, cheap first, as far as the limits allow. It follows
 * from sizes and fixed costs an operation alone, so that the same data have the same plan anywhere.
 */
export function plan(
  algorithms: readonly Algorithm[],
  { set, dense, limits }: { set: TrainingSet; dense: Dense; limits: Limits },
): Planned[] {
  let left = limits.seconds;
  let kept = 0;
  return algorithms.flatMap((algorithm) => {
    return distinctRecipes(algorithm, set).map(({ parameters, place }) => {
      const cost = algorithm.cost(set, dense, parameters);
      const { keptBytes = 0 } = cost;
      const ofOthers = Math.max(0, kept - keptBytes);
      const skipped = reason(cost, { seconds: left, bytes: limits.bytes - ofOthers });
      if (!skipped) {
        left -= cost.seconds;
        kept = Math.max(kept, keptBytes);
      }
      return { algorithm, parameters, place, cost, skipped };
    });
  });
}

/** An algorithm's recipes in the order of trying, without those that come to the same on small data. */
function distinctRecipes(
  { recipes, start = 0, fitting }: Algorithm,
  set: TrainingSet,
): Pick<Planned, "parameters" | "place">[] {
  const known = new Set<string>();
  const first = typeof start === "number" ? start : start(set);
  const places = [...recipes.keys()];
  return [...places.slice(first), ...places.slice(0, first).reverse()].flatMap((place) => {
    const parameters = fitting ? fitting(set, recipes[place]) : recipes[place];
    const key = JSON.stringify(parameters);
    if (!parameters || known.has(key)) return [];
    known.add(key);
    return [{ place, parameters }];
  });
}

/** What a fit leaves behind, as a share of what it needed, may still be there when the next begins. */
const LEFT_BEHIND = 0.25;

/** Why something of that cost cannot be tried. A winner is fitted twice more: to test, and to serve. */
function reason(
  { seconds, bytes, sharedBytes = 0 }: Cost,
  left: Limits,
): string | undefined {
  if (sharedBytes > SPACE_BYTES) {
    return `A fit would need about ${gigabytes(sharedBytes)} that all threads see, ` +
      `and they can share ${gigabytes(SPACE_BYTES)}.`;
  }
  const needed = (1 + LEFT_BEHIND) * bytes;
  if (needed > left.bytes) {
    return `A fit would need about ${gigabytes(needed)} and may have ${gigabytes(left.bytes)}.`;
  }
  if (3 * seconds > left.seconds) {
    return `A fit would take about ${Math.ceil(seconds)} s; ` +
      `${Math.max(0, Math.floor(left.seconds))} s of the budget are left for three.`;
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
