/** What a report says of data and model, beside how good the model is. */
import type { Model, ModelType } from "../../functions/recommender/model/model.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { fieldNames } from "../fit/features.ts";
import type { TextModel } from "../fit/tfidf.ts";
import type { Report } from "./report.ts";

/** What a report says of filters, where a file describes the items. */
export function filtersOf(
  { manifest: { columns, unfilterable = [] } }: Model,
): Pick<Report, "filters"> {
  return columns ? { filters: { columns, unfilterable } } : {};
}

/** What a report says of the data. */
export function opening(
  { items, users, interactions, fingerprint }: Dataset,
  modelType: ModelType,
): Pick<Report, "format" | "format_version" | "model_type" | "dataset_fingerprint" | "data"> {
  const had = new Set(interactions.items);
  return {
    format: "airec-report",
    format_version: 1,
    model_type: modelType,
    dataset_fingerprint: fingerprint,
    data: {
      items: items.ids.length,
      described_items: items.described,
      cold_items: items.ids.length - had.size,
      users: users.length,
      interactions: interactions.items.length,
      has_ratings: interactions.ratings !== undefined,
      has_times: interactions.times !== undefined,
    },
  };
}

/** The fields of a description by name, each with its learned weight. */
export function fieldWeights(
  { weighting, weights }: TextModel,
  { items }: Dataset,
): NonNullable<Report["field_weights"]> {
  return { weighting, fields: fieldNames(items).map((name, f) => ({ name, weight: weights[f] })) };
}
