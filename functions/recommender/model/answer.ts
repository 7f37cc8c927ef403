/** Synchronous entry points: each answers an API request from a model in one call. */
import {
  batchSteps,
  hiddenSteps,
  type PopularItem,
  popularSteps,
  type Recommendations,
  recommendSteps,
  type Rules,
  similarSteps,
  type UserList,
} from "./answer_steps.ts";
import type { Model } from "./model.ts";
import type { AskedItem, Id, ListRequest, RecommendationRequest } from "./request.ts";
import { finished, type Steps } from "./steps.ts";

export type { PopularItem, Recommendation, Recommendations, Rules } from "./answer_steps.ts";
export { FilterError } from "./filter.ts";
export { MissingParameterError, type RecommendationRequest, UnknownItemError } from "./request.ts";

/**
 * Answers a recommendation request.
 * @throws {MissingParameterError} if the request lacks a parameter that the model's type needs.
 * @throws {UnknownItemError} if the requested item is not in the catalogue.
 * @throws {FilterError} if the filter does not match the model's columns.
 */
export function recommend(
  model: Model,
  request: RecommendationRequest,
  rules: Rules = {},
): Recommendations {
  return finished(recommendSteps(model, request, rules));
}

/**
 * Returns the items most similar to an item, by content or by co-occurrence.
 * @throws {MissingParameterError} if no item is given.
 * @throws {UnknownItemError} if the item is not in the catalogue.
 * @throws {FilterError} if the filter does not match the model's columns.
 */
export function similarItems(
  model: Model,
  request: ListRequest & AskedItem,
  rules: Rules = {},
): Recommendations {
  return finished(similarSteps(model, request, rules));
}

/**
 * Returns the items liked by most users; ties by position in the file.
 * @throws {FilterError} if the filter does not match the model's columns.
 */
export function popularItems(
  model: Model,
  request: Pick<ListRequest, "n" | "exclude" | "filter"> = {},
  rules: Rules = {},
): PopularItem[] {
  return finished(popularSteps(model, request, rules));
}

/**
 * Returns one list per user, in their order, from the stored histories.
 * @throws {MissingParameterError} if the model has no users because its type is CONTENT.
 * @throws {FilterError} if the filter does not match the model's columns.
 */
export function recommendBatch(
  model: Model,
  request: Parameters<typeof batchSteps>[1],
  rules: Rules = {},
): UserList[] {
  return finished(all());

  function* all(): Steps<UserList[]> {
    const { lists } = yield* batchSteps(model, request, rules);
    const answers: UserList[] = [];
    for (const list of lists) answers.push(yield* list());
    return answers;
  }
}

/** Returns the flags of hidden items, for use in many requests. Unknown ids are ignored. */
export function hiddenItems(model: Model, ids: Iterable<Id>): Uint8Array {
  return finished(hiddenSteps(model, [...ids]));
}
