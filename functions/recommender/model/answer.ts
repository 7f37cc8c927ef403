/** The answers of a model to requests in the words of the API, each at once. */
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
 * Answers a request from a model.
 * @throws {MissingParameterError} when the request lacks what the model's type needs.
 * @throws {UnknownItemError} when the asked item is not in the catalogue.
 * @throws {FilterError} when the filter does not fit the model's columns.
 */
export function recommend(
  model: Model,
  request: RecommendationRequest,
  rules: Rules = {},
): Recommendations {
  return finished(recommendSteps(model, request, rules));
}

/**
 * The items most like one, whatever the model's type: by what describes them or by who had both.
 * @throws {MissingParameterError} when no item is named.
 * @throws {UnknownItemError} when the item is not in the catalogue.
 * @throws {FilterError} when the filter does not fit the model's columns.
 */
export function similarItems(
  model: Model,
  request: ListRequest & AskedItem,
  rules: Rules = {},
): Recommendations {
  return finished(similarSteps(model, request, rules));
}

/**
 * The items that most users liked, equal ones by place in the file.
 * @throws {FilterError} when the filter does not fit the model's columns.
 */
export function popularItems(
  model: Model,
  request: Pick<ListRequest, "n" | "exclude" | "filter"> = {},
  rules: Rules = {},
): PopularItem[] {
  return finished(popularSteps(model, request, rules));
}

/**
 * A list for each of many users, by their histories alone: one answer a user, in their order.
 * @throws {MissingParameterError} when the model knows no users because its type goes by items.
 * @throws {FilterError} when the filter does not fit the model's columns.
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

/** Marks items that are to be hidden: made once for many requests. Unknown ids hide nothing. */
export function hiddenItems(model: Model, ids: Iterable<Id>): Uint8Array {
  return finished(hiddenSteps(model, [...ids]));
}
