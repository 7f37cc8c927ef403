/** Figures of the report for which one more model is fitted: another split, and another model. */
import type { Engines } from "../algorithms/algorithm.ts";
import { type Fitted, rankableModel } from "../algorithms/assemble.ts";
import type { EvaluationSplits } from "../dataset/split/evaluation_splits.ts";
import { emptyRows } from "../linalg/sparse_rows.ts";
import { briefMetrics } from "../metrics/held_out_metrics.ts";
import { nextItemMetrics } from "../metrics/next_item.ts";
import type { NextItem, Report } from "../../functions/recommender/report/report.ts";
import { trainingSet } from "../algorithms/training_set.ts";
import { describeSpec, fitSpec, type ModelSpec, type TrainingData } from "./model_spec.ts";
import type { ProgressTracker } from "./progress_tracker.ts";

interface Comparison {
  spec: ModelSpec;
  /** The best that ignores order, if `spec` uses it. */
  unordered?: ModelSpec;
  /** The data that the evaluated model was fitted on. */
  data: TrainingData;
  splits: EvaluationSplits;
  /** Whether times order most items. */
  isOrdered: boolean;
  seed: number;
  tracker: ProgressTracker;
  /** Estimated seconds of a fit. */
  longestFit: number;
  secondsLeft: () => number;
  engines: Engines;
}

/** Returns the number of models that are fitted for comparison. */
export function comparisonsOf({ other }: EvaluationSplits, isOrdered: boolean): number {
  return (other ? 1 : 0) + (isOrdered ? 1 : 0);
}

/**
 * Returns the figures of the same configuration on the split of the other kind, and those of the
 * next item beside the best model that ignores order; each is left out where it does not apply or
 * time does not suffice for it, gate and refit.
 */
export async function compareModels(
  evaluated: Fitted,
  comparison: Comparison,
): Promise<{ otherSplit?: NonNullable<Report["split"]>["other"]; nextItem?: NextItem }> {
  return {
    otherSplit: await compareSplits(comparison),
    nextItem: await compareOrder(evaluated, comparison),
  };
}

/** Fits that must remain possible: the comparison, cold items, and the refit. */
const FITS = 3;

async function compareSplits(
  { spec, data, splits, seed, tracker, longestFit, secondsLeft, engines }: Comparison,
): Promise<NonNullable<Report["split"]>["other"]> {
  const { other } = splits;
  if (!other || FITS * longestFit >= secondsLeft()) return undefined;
  return await tracker.step("the other split", longestFit, async (progress) => {
    const { train: interactions, held } = other;
    const fitted = await fitSpec(spec, { ...data, interactions }, { ...engines, progress });
    return {
      kind: splits.kind === "time" ? "user" : "time",
      ...await briefMetrics(fitted, { held, seed, ...engines }),
    };
  });
}

async function compareOrder(
  evaluated: Fitted,
  { spec, unordered, data, splits, isOrdered, tracker, longestFit, secondsLeft, engines }:
    Comparison,
): Promise<NextItem | undefined> {
  if (!isOrdered) return undefined;
  return await tracker.step("next items", longestFit, async (progress) => {
    const without = unordered && hasRowsOf(spec, unordered)
      ? withWeighting(evaluated, unordered, data)
      : unordered && FITS * longestFit < secondsLeft()
      ? await fitSpec(unordered, data, { ...engines, progress })
      : undefined;
    return await nextItemMetrics(splits.outer, {
      model: rankableModel(evaluated),
      popular: rankableModel({ ...evaluated, weights: emptyRows(data.items) }),
      unordered: without && rankableModel(without),
      usesOrder: unordered !== undefined,
      pool: engines.pool,
    });
  });
}

/** Returns whether two models have the same rows, so that only the fading of histories differs. */
function hasRowsOf(a: ModelSpec, b: ModelSpec): boolean {
  const rows = ({ weighting, ...spec }: ModelSpec) =>
    JSON.stringify(describeSpec({ ...spec, weighting: { signal: weighting.signal } }));
  return rows(a) === rows(b);
}

/** Returns a fitted model with the histories of another weighting. */
function withWeighting(
  fitted: Fitted,
  { weighting }: ModelSpec,
  { interactions, items }: TrainingData,
): Fitted {
  return { ...fitted, histories: trainingSet(interactions, { items, weighting }).histories };
}
