/**
 * Decides whether a new model may replace the champion. Configurations are compared, not fitted
 * models, because the champion was fitted on data that are now in the test set.
 */
import type { Interactions } from "../dataset/dataset.ts";
import { seededRandom } from "../../functions/recommender/model/seeded_random.ts";
import { confidenceInterval } from "../metrics/confidence.ts";
import { evaluate, type Evaluation } from "../metrics/evaluate.ts";
import { usersWithLikes } from "../metrics/evaluated_users.ts";
import type { ModelDescription, Report } from "../../functions/recommender/report/report.ts";
import type { FitOptions } from "../algorithms/algorithm.ts";
import { rankableModel } from "../algorithms/assemble.ts";
import type { Limits } from "./plan.ts";
import { trainingSet } from "../algorithms/training_set.ts";
import {
  describeSpec,
  fitSpec,
  type ModelSpec,
  parseSpec,
  specCost,
  type TrainingData,
} from "./model_spec.ts";

/** Returns the estimated seconds of refitting the champion's configuration; 0 if not refitted. */
export function estimatedGateSeconds(
  champion: ModelDescription | undefined,
  { interactions, items }: TrainingData,
  { dense }: Pick<FitOptions, "dense">,
): number {
  const spec = champion && parseSpec(champion);
  if (!spec) return 0;
  return specCost(spec, trainingSet(interactions, { items }), dense).seconds;
}

/**
 * Compares the new specification with the champion's configuration, refitted on the same data and
 * evaluated on the same users. Refuses only if the 95 % interval of the paired difference of
 * NDCG@10, by bootstrap over users, lies below zero.
 * @param evaluation evaluation of the new specification on all users of the test set.
 */
export async function gate(
  champion: ModelDescription,
  { spec, evaluation, data, held, limits, seed }: {
    spec: ModelSpec;
    evaluation: Evaluation;
    data: TrainingData;
    held: Interactions;
    limits: Limits;
    seed: number;
  },
  options: FitOptions,
): Promise<NonNullable<Report["gate"]>> {
  const championSpec = parseSpec(champion);
  const base = { champion, ndcg: evaluation.metrics.ndcg };
  if (!championSpec) {
    const reason = `The champion uses ${champion.algorithm}, which is no longer supported.`;
    return { ...base, verdict: "ungated", reason };
  }
  if (usersWithLikes(held).length === 0) {
    return {
      ...base,
      verdict: "ungated",
      reason: "No user has held-out items to compare the two models on.",
    };
  }
  if (JSON.stringify(describeSpec(championSpec)) === JSON.stringify(describeSpec(spec))) {
    const same = { champion_ndcg: base.ndcg, difference: { low: 0, high: 0 } };
    return {
      ...base,
      ...same,
      verdict: "accepted",
      reason: "The configuration is the same as the champion's.",
    };
  }
  const { interactions, items } = data;
  const { bytes } = specCost(championSpec, trainingSet(interactions, { items }), options.dense);
  if (bytes > limits.bytes) {
    const reason =
      "Refitting the champion's configuration would need more memory than one fit may use.";
    return { ...base, verdict: "ungated", reason };
  }
  const fitted = await fitSpec(championSpec, data, options);
  const championEvaluation = await evaluate(rankableModel(fitted), { held }, options.pool);
  const differences = evaluation.ndcg.map((ndcg, user) => ndcg - championEvaluation.ndcg[user]);
  const difference = confidenceInterval(differences, seededRandom(seed));
  const refused = difference.high < 0;
  return {
    ...base,
    champion_ndcg: championEvaluation.metrics.ndcg,
    difference,
    verdict: refused ? "refused" : "accepted",
    reason: refused
      ? "It ranks significantly worse than the champion's configuration on the same data."
      : "It does not rank significantly worse than the champion's configuration on the same data.",
  };
}
