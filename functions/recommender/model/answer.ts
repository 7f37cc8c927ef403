/**
 * From a request in the words of the API to a question for `rank`, and back to an answer, in which
 * is said what had to be done without.
 */
import { diversify, poolSize } from "./diversify.ts";
import { explainer, type Explanation } from "./explain.ts";
import { barredBy } from "./filter.ts";
import type { Model } from "./model.ts";
import { type Question, rank, type Ranked, rankScaled } from "./rank.ts";
import {
  askedHistory,
  type AskedItem,
  askedItem,
  type Id,
  itemOf,
  type ListRequest,
  MissingParameterError,
  namesVisitor,
  type RecommendationRequest,
  requireParameters,
  sendsHistory,
} from "./request.ts";
import { stringAt, stringCount } from "./string_table.ts";

export { FilterError } from "./filter.ts";
export { MissingParameterError, type RecommendationRequest, UnknownItemError } from "./request.ts";

/** What the service adds to each request, whoever asks. */
export interface Rules {
  /** 1 for each item that must not come, such as what is sold out: see `hiddenItems`. */
  hidden?: Uint8Array;
  /** Answer from whatever the request has, not only from what the model's type asks for. */
  anyOf?: boolean;
}

/** What is recommended, and what had to be done without. */
export interface Recommendations {
  recommendations: Recommendation[];
  /** Where something asked for was not known: what was answered from instead. */
  fallback?: "popular" | "item_only";
  /** The same as a sentence. */
  fallback_reason?: string;
}

/** An item; with its parts and a reason where these are asked for. */
export interface Recommendation extends Partial<Explanation> {
  item_id: string;
  item_title: string;
  score: number;
  /** Nothing speaks for the item but its popularity: its score is 0. */
  fallback?: "popular";
}

export interface PopularItem {
  item_id: string;
  item_title: string;
  /** How many interactions the item has. */
  interactions: number;
}

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
  const { model_type } = model.manifest;
  requireParameters(model_type, request, rules);
  // Who goes by users needs no item, and so does not mind an unknown one.
  const needsItem = model_type !== "COLLABORATIVE" || !namesVisitor(request);
  const item = needsItem ? askedItem(model, request) : undefined;
  return answer(model, { ...request, item }, listOf(model, request, rules));
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
  const item = askedItem(model, request);
  if (item === undefined) {
    const sentence = "Similar items need an item: name it by item_id or item_title.";
    throw new MissingParameterError(["item_title"], sentence);
  }
  return { recommendations: ranking(model, { item }, listOf(model, request, rules)) };
}

/**
 * The items with the most interactions, equal ones by place in the file.
 * @throws {FilterError} when the filter does not fit the model's columns.
 */
export function popularItems(
  model: Model,
  request: Pick<ListRequest, "n" | "exclude" | "filter"> = {},
  rules: Rules = {},
): PopularItem[] {
  const { ids, titles, popularity } = model.items;
  return rank(model, listOf(model, request, rules)).map(({ item }) => ({
    item_id: stringAt(ids, item),
    item_title: stringAt(titles, item),
    interactions: popularity[item],
  }));
}

/**
 * A list for each of many users, by their histories alone: one answer a user, in their order.
 * @throws {MissingParameterError} when the model knows no users because its type goes by items.
 * @throws {FilterError} when the filter does not fit the model's columns.
 */
export function recommendBatch(
  model: Model,
  request: ListRequest & { users: readonly Id[]; include_seen?: boolean | null },
  rules: Rules = {},
): ({ user_id: string } & Recommendations)[] {
  if (model.manifest.model_type === "CONTENT") {
    const sentence = "A CONTENT project recommends by item_title; it has no users to go by.";
    throw new MissingParameterError(["item_title"], sentence);
  }
  const list = listOf(model, request, rules);
  const { include_seen } = request;
  return request.users.map((user_id) => ({
    user_id: String(user_id),
    ...answer(model, { user_id, include_seen }, list),
  }));
}

/** Marks items that are to be hidden: made once for many requests. Unknown ids hide nothing. */
export function hiddenItems(model: Model, ids: Iterable<Id>): Uint8Array {
  const hidden = new Uint8Array(stringCount(model.items.ids));
  for (const id of ids) {
    const item = itemOf(model, id);
    if (item >= 0) hidden[item] = 1;
  }
  return hidden;
}

/** What holds for a list whatever it is made from: the request's part, looked up once. */
interface List extends Pick<Question, "n" | "exclude" | "barred"> {
  diversity: number;
  explain: boolean;
  /** Whether what is explained may name the items of the history; it may unless this is false. */
  namesHistory?: boolean;
}

function listOf(model: Model, request: ListRequest, { hidden }: Rules): List {
  return {
    n: request.n ?? 10,
    exclude: (request.exclude ?? []).map((id) => itemOf(model, id)).filter((index) => index >= 0),
    barred: barredOf(request.filter ? barredBy(model, request.filter) : undefined, hidden),
    diversity: request.diversity ?? 0,
    explain: request.explain ?? false,
  };
}

/** What must not come by the filter or whoever asks; nothing where all may, so that is no work. */
function barredOf(filtered?: Uint8Array, hidden?: Uint8Array): Uint8Array | undefined {
  if (!filtered || !hidden) return filtered ?? hidden;
  for (let item = 0; item < filtered.length; item++) filtered[item] |= hidden[item];
  return filtered;
}

/** The list for an item and what is known of the visitor, and a word where nothing is. */
function answer(
  model: Model,
  asked: Omit<RecommendationRequest, keyof ListRequest> & { item?: number },
  list: List,
): Recommendations {
  const { item } = asked;
  const { history, unknown } = askedHistory(model, asked);
  const question = { item, history, includeSeen: asked.include_seen ?? false };
  const namesHistory = sendsHistory(asked) || (asked.explain_history ?? true);
  const recommendations = ranking(model, question, { ...list, namesHistory });
  if (!unknown) return { recommendations };
  return item === undefined
    ? {
      recommendations,
      fallback: "popular",
      fallback_reason: `${unknown} These are the most popular items.`,
    }
    : {
      recommendations,
      fallback: "item_only",
      fallback_reason: `${unknown} These go by the asked item alone.`,
    };
}

/** The ranked items in words. */
function ranking(
  model: Model,
  question: Pick<Question, "item" | "history" | "includeSeen">,
  { n, diversity, explain, namesHistory, exclude, barred }: List,
): Recommendation[] {
  const length = diversity > 0 ? poolSize(n) : n;
  const { ranked, ...scales } = rankScaled(model, { ...question, exclude, barred, n: length });
  const chosen = diversity > 0 ? diversify(model, ranked, { n, diversity }) : ranked;
  const explained = explain
    ? explainer(model, question, { ...scales, namesHistory })
    : () => undefined;
  return chosen.map((one: Ranked): Recommendation => ({
    item_id: stringAt(model.items.ids, one.item),
    item_title: stringAt(model.items.titles, one.item),
    score: one.score,
    ...(one.score === 0 && { fallback: "popular" }),
    ...explained(one),
  }));
}
