/**
 * From a request in the words of the API to a question for `rank`, and back to an answer. Which
 * parameters a model needs, what stands in for what, and what is said where something is unknown.
 */
import type { Model, ModelType } from "./model.ts";
import { nearestStrings } from "./nearest.ts";
import { type History, type Question, rank } from "./rank.ts";
import { indexOfString, stringAt } from "./string_table.ts";

/** What a caller asks. Null and empty count as missing; ids may be strings or numbers. */
export interface RecommendationRequest {
  user_id?: Id | null;
  item_id?: Id | null;
  /** Looked up where there is no `item_id`. */
  item_title?: string | null;
  /** What a visitor had, oldest first: stands in for `user_id`, and suffices alone. */
  history?: (Id | { item_id: Id; weight?: number })[] | null;
  /** How many are wanted; 10 by default. */
  n?: number | null;
  /** Items that must not come. */
  exclude?: Id[] | null;
  /** Recommend what the user already has, too. */
  include_seen?: boolean | null;
}

export type Id = string | number;

/** What is recommended, and what had to be done without. */
export interface Recommendations {
  recommendations: Recommendation[];
  /** Where something asked for was not known: what was answered from instead. */
  fallback?: "popular" | "item_only";
  /** The same as a sentence. */
  fallback_reason?: string;
}

export interface Recommendation {
  item_id: string;
  item_title: string;
  score: number;
  /** Nothing speaks for the item but its popularity: its score is 0. */
  fallback?: "popular";
}

/** Parameters that the model needs and the request does not have. */
export class MissingParameterError extends Error {
  override name = "MissingParameterError";
  constructor(readonly parameters: ("user_id" | "item_title")[], message: string) {
    super(message);
  }
}

/** An asked item that the model does not know. */
export class UnknownItemError extends Error {
  override name = "UnknownItemError";
  /** Titles that look like the one asked for, the nearest first. */
  constructor(readonly nearest: string[], message: string) {
    super(message);
  }
}

/** How many titles are suggested for an unknown one. */
const SUGGESTIONS = 5;

/**
 * Answers a request from a model.
 * @throws {MissingParameterError} when the request lacks what the model's type needs.
 * @throws {UnknownItemError} when the asked item is not in the catalogue.
 */
export function recommend(model: Model, request: RecommendationRequest): Recommendations {
  requireParameters(model.manifest.model_type, request);
  const item = askedItem(model, request);
  const past = askedHistory(model, request);
  const question: Question = {
    item,
    history: past.history,
    n: request.n ?? 10,
    exclude: (request.exclude ?? []).map((id) => itemOf(model, id)).filter((index) => index >= 0),
    includeSeen: request.include_seen ?? false,
  };
  const recommendations = rank(model, question).map(({ item, score }): Recommendation => ({
    item_id: stringAt(model.items.ids, item),
    item_title: stringAt(model.items.titles, item),
    score,
    ...(score === 0 && { fallback: "popular" }),
  }));
  if (!past.unknown) return { recommendations };
  return item === undefined
    ? {
      recommendations,
      fallback: "popular",
      fallback_reason: `${past.unknown} These are the most popular items.`,
    }
    : {
      recommendations,
      fallback: "item_only",
      fallback_reason: `${past.unknown} These go by the asked item alone.`,
    };
}

/** CONTENT goes by an item, COLLABORATIVE by a user, HYBRID by both; a history is enough for each. */
function requireParameters(type: ModelType, request: RecommendationRequest): void {
  if (hasHistory(request)) return;
  const missing: MissingParameterError["parameters"] = [];
  if (type !== "COLLABORATIVE" && isMissing(request.item_id) && isMissing(request.item_title)) {
    missing.push("item_title");
  }
  if (type !== "CONTENT" && isMissing(request.user_id)) missing.push("user_id");
  if (missing.length > 0) {
    throw new MissingParameterError(
      missing,
      `A ${type} project recommends by ${NEEDS[type]}; the request has no ${
        missing.join(" and no ")
      }.`,
    );
  }
}

const NEEDS: Record<ModelType, string> = {
  CONTENT: "item_title",
  COLLABORATIVE: "user_id",
  HYBRID: "item_title and user_id",
};

/** The asked item's index, undefined where none is asked for or the type does not go by one. */
function askedItem(model: Model, request: RecommendationRequest): number | undefined {
  if (model.manifest.model_type === "COLLABORATIVE") return undefined;
  if (!isMissing(request.item_id)) {
    const index = itemOf(model, request.item_id!);
    if (index >= 0) return index;
    throw new UnknownItemError(
      [],
      `The catalogue has no item with the id ${quoted(request.item_id!)}.`,
    );
  }
  if (isMissing(request.item_title)) return undefined;
  const { titles, popularity } = model.items;
  const index = indexOfString(titles, request.item_title!);
  if (index >= 0) return index;
  const precedes = (a: number, b: number) => popularity[b] - popularity[a] || a - b;
  const nearest = nearestStrings(titles, request.item_title!, { n: 2 * SUGGESTIONS, precedes })
    .map((index) => stringAt(titles, index));
  const suggestions = [...new Set(nearest)].slice(0, SUGGESTIONS);
  throw new UnknownItemError(
    suggestions,
    `The catalogue has no item titled ${quoted(request.item_title!)}${
      suggestions.length > 0 ? `; the nearest title is ${quoted(suggestions[0])}` : ""
    }.`,
  );
}

/** What the visitor had, and a sentence where it was asked for and nothing of it is known. */
function askedHistory(
  model: Model,
  request: RecommendationRequest,
): { history?: History; unknown?: string } {
  if (hasHistory(request)) {
    const known = request.history!
      .map((entry) => typeof entry === "object" ? entry : { item_id: entry })
      .map(({ item_id, weight = 1 }) => ({ item: itemOf(model, item_id), weight }))
      .filter(({ item }) => item >= 0);
    if (known.length === 0) return { unknown: "The catalogue has no item of the history." };
    return {
      history: {
        items: known.map(({ item }) => item),
        weights: known.map(({ weight }) => weight),
      },
    };
  }
  if (model.manifest.model_type === "CONTENT") return {};
  const { users } = model;
  const user = users ? indexOfString(users.ids, String(request.user_id)) : -1;
  if (!users || user < 0) {
    return { unknown: `The training knew no user ${quoted(request.user_id!)}.` };
  }
  const { offsets, columns, values } = users.histories;
  const [start, end] = [offsets[user], offsets[user + 1]];
  if (start === end) return { unknown: `The user ${quoted(request.user_id!)} has no history.` };
  return { history: { items: columns.subarray(start, end), weights: values.subarray(start, end) } };
}

function itemOf(model: Model, id: Id): number {
  return indexOfString(model.items.ids, String(id));
}

function hasHistory(request: RecommendationRequest): boolean {
  return (request.history?.length ?? 0) > 0;
}

function isMissing(value: Id | null | undefined): boolean {
  return value === undefined || value === null || value === "";
}

function quoted(value: Id): string {
  return JSON.stringify(String(value).slice(0, 200));
}
