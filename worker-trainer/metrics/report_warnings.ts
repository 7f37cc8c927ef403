import {
  modelBytes,
  WORKER_MODEL_BYTES,
} from "../../functions/recommender/model/artifact/artifact.ts";
import type { Model } from "../../functions/recommender/model/model.ts";
import type { Interactions } from "../dataset/dataset.ts";
import type { ContentModel } from "../algorithms/hybrid.ts";
import { longHistories, MAX_LEARNED_HISTORY } from "../algorithms/training_set.ts";
import type { Report } from "../../functions/recommender/report/report.ts";

const FEW_USERS = 100;

/** Returns a sentence for each reason to doubt a report. */
export function reportWarnings(report: Omit<Report, "warnings">): string[] {
  const { data, model_type, split, test, chosen, candidates } = report;
  const warnings: string[] = [];
  if (data.items === 0) warnings.push("The catalogue has no items: nothing can be recommended.");
  if (model_type === "CONTENT") {
    warnings.push(
      "Without interactions quality cannot be measured: look at the examples of neighbours.",
    );
    return warnings;
  }
  if (data.interactions === 0) {
    warnings.push("There are no interactions: no preferences could be learned.");
  } else if (data.liking?.liked === 0) {
    warnings.push(
      "No interaction counts as liked: set the lowest rating that does, or the weights of event types.",
    );
  } else if (!split || split.test_users === 0) {
    warnings.push("No user has enough items to hold some out: quality could not be measured.");
  } else if (split.validation_users === 0) {
    warnings.push("There was too little data to compare models: the simplest one was selected.");
  } else if (split.test_users < FEW_USERS) {
    warnings.push(
      `Only ${split.test_users} ${split.test_users === 1 ? "user" : "users"} could be evaluated: ` +
        "the figures are rough.",
    );
  }
  if (split && split.validation_users > 0 && chosen.algorithm === "popularity") {
    warnings.push(
      "No model ranked better than popularity on the validation part: popular items are recommended.",
    );
  }
  if (test && test.metrics.ndcg <= test.popularity.ndcg && chosen.algorithm !== "popularity") {
    warnings.push("On the test part the selected model was not better than popularity.");
  }
  const tried = new Set(candidates.filter((c) => !c.skipped).map((c) => c.algorithm));
  const skipped = new Set(
    candidates.map((c) => c.algorithm).filter((algorithm) => !tried.has(algorithm)),
  );
  if (split && split.validation_users > 0 && skipped.size > 0) {
    warnings.push(`Not tried for lack of time or memory: ${[...skipped].join(", ")}.`);
  }
  if (report.budget_hit) {
    warnings.push("The time budget was used up before all planned candidates were tried.");
  }
  return warnings;
}

/** Returns a sentence for data that were excluded because their cost grows quadratically. */
export function growthWarnings(
  interactions: Interactions,
  content: Pick<ContentModel, "excludedTerms"> | undefined,
): string[] {
  const warnings: string[] = [];
  const { users, longest } = longHistories(interactions);
  if (users > 0) {
    warnings.push(
      `${
        users === 1 ? "One user has" : `${users} users have`
      } more than ${MAX_LEARNED_HISTORY} items, ` +
        `${longest} at most: the models learned from the latest ${MAX_LEARNED_HISTORY} of each.`,
    );
  }
  if (content?.excludedTerms) {
    const { terms, sharedBy } = content.excludedTerms;
    warnings.push(
      `Texts were compared without ${terms === 1 ? "a term" : `${terms} terms`} that ${sharedBy} ` +
        "items or more have in common: such terms carry little information, and comparing them takes longest.",
    );
  }
  return warnings;
}

/** Returns a sentence if a model is too large for Workers to serve. */
export function workerWarnings(model: Model): string[] {
  const { users } = model;
  const none = { columns: new Uint32Array(), values: new Float32Array() };
  // On Workers, histories stay in the bucket; only ids are in memory.
  const bytes = modelBytes({
    ...model,
    users: users && { ids: users.ids, histories: { ...users.histories, ...none } },
  });
  if (bytes <= WORKER_MODEL_BYTES) return [];
  const [needed, given] = [Math.ceil(bytes / 1e6), WORKER_MODEL_BYTES / 1e6];
  return [
    `The model needs ${needed} MB of memory, and Workers allow ${given} MB for a model: it is not ` +
    "served there. Train on fewer items, or serve the project with Deno.",
  ];
}
