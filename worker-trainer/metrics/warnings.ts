import {
  modelBytes,
  WORKER_MODEL_BYTES,
} from "../../functions/recommender/model/artifact/artifact.ts";
import type { Model } from "../../functions/recommender/model/model.ts";
import type { Interactions } from "../dataset/dataset.ts";
import type { Content } from "../algorithms/hybrid.ts";
import { LEARNED_HISTORY, longHistories } from "../algorithms/training_set.ts";
import type { Report } from "../../functions/recommender/report/report.ts";

const FEW_USERS = 100;

/** Returns a sentence for each reason to doubt a report. */
export function warningsOf(report: Omit<Report, "warnings">): string[] {
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
    warnings.push("There are no interactions: nothing was learned from what users did.");
  } else if (data.liking?.liked === 0) {
    warnings.push(
      "No interaction counts as liked: set from which rating on one does, or what its event weighs.",
    );
  } else if (!split || split.test_users === 0) {
    warnings.push("No user has enough items to hold some back: quality could not be measured.");
  } else if (split.validation_users === 0) {
    warnings.push("There was too little to compare models by: the simplest one was taken.");
  } else if (split.test_users < FEW_USERS) {
    warnings.push(
      `Only ${split.test_users} ${split.test_users === 1 ? "user" : "users"} could be judged: ` +
        "the figures are rough.",
    );
  }
  if (split && split.validation_users > 0 && chosen.algorithm === "popularity") {
    warnings.push(
      "No model ranked better than popularity on the validation part: popular items are recommended.",
    );
  }
  if (test && test.metrics.ndcg <= test.popularity.ndcg && chosen.algorithm !== "popularity") {
    warnings.push("On the test part the chosen model was not better than popularity.");
  }
  const tried = new Set(candidates.filter((c) => !c.skipped).map((c) => c.algorithm));
  const skipped = new Set(
    candidates.map((c) => c.algorithm).filter((algorithm) => !tried.has(algorithm)),
  );
  if (split && split.validation_users > 0 && skipped.size > 0) {
    warnings.push(`Not tried for lack of time or memory: ${[...skipped].join(", ")}.`);
  }
  if (report.budget_hit) {
    warnings.push("The time for training was up before all was tried that was planned.");
  }
  return warnings;
}

/** Returns a sentence for data that were excluded because their cost grows quadratically. */
export function growthWarnings(
  interactions: Interactions,
  content: Pick<Content, "leftOut"> | undefined,
): string[] {
  const warnings: string[] = [];
  const { users, longest } = longHistories(interactions);
  if (users > 0) {
    warnings.push(
      `${
        users === 1 ? "One user has" : `${users} users have`
      } more than ${LEARNED_HISTORY} items, ` +
        `${longest} at most: the models learned from the latest ${LEARNED_HISTORY} of each.`,
    );
  }
  if (content?.leftOut) {
    const { terms, sharedBy } = content.leftOut;
    warnings.push(
      `Texts were compared without ${terms === 1 ? "a term" : `${terms} terms`} that ${sharedBy} ` +
        "items or more have in common: such terms tell little, and comparing by them takes longest.",
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
    `The model needs ${needed} MB of memory, and on Workers one may take ${given} MB: there it is ` +
    "not served. Train on fewer items, or serve the project by Deno.",
  ];
}
