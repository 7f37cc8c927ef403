/**
 * Decides whether a new model may replace the champion. Configurations are compared, not fitted
 * models, because the champion was fitted on data that are now in the test part.
 */
import type { Interactions } from "../dataset/dataset.ts";
import { random } from "../dataset/random.ts";
import { confidenceInterval } from "../metrics/confidence.ts";
import { evaluate, type Evaluation } from "../metrics/evaluate.ts";
import { usersOf } from "../metrics/evaluated_users.ts";
import type { Report } from "../../functions/recommender/report/report.ts";
import type { FitOptions, Parameters } from "../algorithms/algorithm.ts";
import { rankable } from "../algorithms/assemble.ts";
import type { Limits } from "./plan.ts";
import { trainingSet } from "../algorithms/training_set.ts";
import {
  type Choice,
  choiceCost,
  choiceOf,
  describe,
  fitChoice,
  type Lesson,
} from "./model_spec.ts";

/** A configuration, as described in a report. */
export interface Recipe {
  algorithm: string;
  parameters: Parameters;
}

/** Returns the estimated seconds of refitting the champion's configuration; 0 if not refitted. */
export function gateCost(
  champion: Recipe | undefined,
  { interactions, items }: Lesson,
  { dense }: Pick<FitOptions, "dense">,
): number {
  const choice = champion && choiceOf(champion);
  if (!choice) return 0;
  return choiceCost(choice, trainingSet(interactions, { items }), dense).seconds;
}

/**
 * Compares the new specification with the champion's configuration, refitted on the same data and
 * evaluated on the same users. Refuses only if the 95 % interval of the paired difference of
 * NDCG@10, by bootstrap over users, lies below zero.
 * @param judged evaluation of the new specification on all users of the test part.
 */
export async function gate(
  champion: Recipe,
  { choice, judged, lesson, held, limits, seed }: {
    choice: Choice;
    judged: Evaluation;
    lesson: Lesson;
    held: Interactions;
    limits: Limits;
    seed: number;
  },
  options: FitOptions,
): Promise<NonNullable<Report["gate"]>> {
  const known = choiceOf(champion);
  const opening = { champion, ndcg: judged.metrics.ndcg };
  if (!known) {
    const reason = `The champion's recipe, ${champion.algorithm}, is made no more.`;
    return { ...opening, verdict: "ungated", reason };
  }
  if (usersOf(held).length === 0) {
    return { ...opening, verdict: "ungated", reason: "No user could judge the two." };
  }
  if (JSON.stringify(describe(known)) === JSON.stringify(describe(choice))) {
    const same = { champion_ndcg: opening.ndcg, difference: { low: 0, high: 0 } };
    return { ...opening, ...same, verdict: "accepted", reason: "The recipe is the champion's." };
  }
  const { interactions, items } = lesson;
  const { bytes } = choiceCost(known, trainingSet(interactions, { items }), options.dense);
  if (bytes > limits.bytes) {
    const reason = "The champion's recipe does not fit into the memory that a fit may have now.";
    return { ...opening, verdict: "ungated", reason };
  }
  const fitted = await fitChoice(known, lesson, options);
  const rival = await evaluate(rankable(fitted), { held }, options.pool);
  const differences = judged.ndcg.map((ndcg, user) => ndcg - rival.ndcg[user]);
  const difference = confidenceInterval(differences, random(seed));
  const refused = difference.high < 0;
  return {
    ...opening,
    champion_ndcg: rival.metrics.ndcg,
    difference,
    verdict: refused ? "refused" : "accepted",
    reason: refused
      ? "It ranks worse than the champion's recipe on the same data, beyond chance."
      : "It does not rank worse than the champion's recipe on the same data, beyond chance.",
  };
}
