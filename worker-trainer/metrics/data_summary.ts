/** Parts of a report about the data and the model, other than its quality. */
import type { Liking } from "../../functions/recommender/model/history/liking.ts";
import type { Model, ModelType } from "../../functions/recommender/model/model.ts";
import type { Dataset, Interactions } from "../dataset/dataset.ts";
import { fieldNames } from "../content/features.ts";
import type { TextParameters } from "../algorithms/tfidf.ts";
import type { Report } from "../../functions/recommender/report/report.ts";

/** Returns the filters of the report, if a file describes the items. */
export function filterSummary(
  { manifest: { columns, unfilterable = [] } }: Model,
): Pick<Report, "filters"> {
  return columns ? { filters: { columns, unfilterable } } : {};
}

/** Returns the parts of the report about the data. */
export function dataSummary(
  { items, users, interactions, liking, fingerprint }: Dataset,
  modelType: ModelType,
): Pick<Report, "format" | "format_version" | "model_type" | "dataset_fingerprint" | "data"> {
  const warm = new Set(interactions.items);
  return {
    format: "airec-report",
    format_version: 1,
    model_type: modelType,
    dataset_fingerprint: fingerprint,
    data: {
      items: items.ids.length,
      described_items: items.described,
      cold_items: items.ids.length - warm.size,
      users: users.length,
      interactions: interactions.items.length,
      has_ratings: interactions.ratings !== undefined,
      has_times: interactions.times !== undefined,
      ...(interactions.items.length > 0 && { liking: likingOf(interactions, liking) }),
    },
  };
}

/** Returns how ratings were read and how many interactions are liked, neutral and rejected. */
function likingOf(
  { weights }: Interactions,
  by: Liking,
): NonNullable<Report["data"]["liking"]> {
  const counts = { liked: 0, neutral: 0, rejected: 0 };
  for (const weight of weights) {
    counts[weight > 0 ? "liked" : weight < 0 ? "rejected" : "neutral"]++;
  }
  const { liked, neutral, rejected } = counts;
  const shown = (count: number) => count.toLocaleString("en");
  const split = liked === weights.length
    ? ""
    : ` Of ${shown(weights.length)} interactions ${shown(liked)} count as liked, ` +
      `${shown(neutral)} as seen and ${shown(rejected)} as rejected.`;
  return { by, says: `${ruleInWords(by)}${split}`, ...counts };
}

/** Returns a sentence about how ratings were interpreted. */
function ruleInWords(liking: Liking): string {
  switch (liking.rule) {
    case "all":
      return "Every interaction counts as liked, unless its event type has another weight.";
    case "above_zero":
      return "Ratings above 0 count as liked, and those below 0 as rejected.";
    case "amount":
      return "Ratings are amounts: each above 0 counts as liked, by its logarithm.";
    case "own_mean": {
      const { limit } = liking;
      const limitPhrase = limit === undefined
        ? ""
        : `; the commonest limit is ${+limit.toFixed(3)}`;
      return `Ratings below the user's own mean do not count as liked${limitPhrase}.`;
    }
    case "from":
      return `Ratings of ${liking.limit} and above count as liked, as set for this project.`;
  }
}

/** Returns the fields of a description by name, with their learned weights. */
export function fieldWeightSummary(
  { weighting, weights }: TextParameters,
  { items }: Dataset,
): NonNullable<Report["field_weights"]> {
  return { weighting, fields: fieldNames(items).map((name, f) => ({ name, weight: weights[f] })) };
}
