import type { Report } from "./report.ts";

const FEW_USERS = 100;

/** What a reader of a report should know before trusting it, in sentences. */
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
