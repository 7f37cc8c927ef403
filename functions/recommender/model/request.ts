/**
 * Parameters of API requests: which ones a model type needs, their precedence, and the resolution
 * of items.
 */
import { titleKey } from "../text/same_title.ts";
import { hasHidden, visibleId } from "../text/visible.ts";
import type { Filter } from "./filter.ts";
import type { SentRow } from "./history/sent_history.ts";
import type { Model, ModelType } from "./model.ts";
import { nearestSteps } from "./nearest.ts";
import type { Steps } from "./steps.ts";
import { indexOfString, stringAt } from "./string_table.ts";
import { nearestUnits, type Permit } from "./work.ts";

/** Parameters of every list. Null counts as missing. */
export interface ListRequest {
  /** Number of results; 10 by default. */
  n?: number | null;
  /** Items to exclude. */
  exclude?: Id[] | null;
  /** Filter by the columns of the content file. */
  filter?: Filter | null;
  /** From 0, ranked by score alone, to 1, maximum diversity. */
  diversity?: number | null;
  /** Include an explanation per item. */
  explain?: boolean | null;
}

/** An item, by its id or otherwise its title. Empty counts as missing. */
export interface AskedItem {
  item_id?: Id | null;
  item_title?: string | null;
}

/** A recommendation request. Null and empty count as missing; ids are strings or numbers. */
export interface RecommendationRequest extends ListRequest, AskedItem {
  user_id?: Id | null;
  /** Id of a visitor without an account, which never equals a user's. */
  anonymous_id?: string | null;
  /**
   * The visitor's history, oldest first: replaces the stored history of `user_id`, and is
   * sufficient alone.
   */
  history?: (Id | SentItem)[] | null;
  /** Recommend items of the history too, except rejected ones. */
  include_seen?: boolean | null;
  /** Whether explanations may name the stored history of `user_id`; true unless false is given. */
  explain_history?: boolean | null;
}

export type Id = string | number;

/** An item of a sent history. */
export interface SentItem extends SentRow {
  item_id: Id;
}

/** The request lacks parameters that the model needs. */
export class MissingParameterError extends Error {
  override name = "MissingParameterError";
  constructor(readonly parameters: ("user_id" | "item_title" | "items")[], message: string) {
    super(message);
  }
}

/** The requested item is not in the catalogue. */
export class UnknownItemError extends Error {
  override name = "UnknownItemError";
  /** Similar titles, the nearest first. */
  constructor(readonly nearest: string[], message: string) {
    super(message);
  }
}

/** Maximum number of titles suggested for an unknown one. */
const SUGGESTIONS = 5;

/**
 * Checks the parameters: CONTENT needs an item, COLLABORATIVE a user, HYBRID both; a history is
 * sufficient for each.
 * @param options.anyOf any parameter the type can use is sufficient: an item for all types, a user
 * if the type has users.
 */
export function requireParameters(
  type: ModelType,
  request: RecommendationRequest,
  { anyOf = false }: { anyOf?: boolean } = {},
): void {
  if (sendsHistory(request)) return;
  const hasItem = !isMissing(request.item_id) || !isMissing(request.item_title);
  const hasUser = !isMissing(request.user_id) || !isMissing(request.anonymous_id);
  if (anyOf && (hasItem || (hasUser && type !== "CONTENT"))) return;
  const missing: MissingParameterError["parameters"] = [];
  if (type !== "COLLABORATIVE" && !hasItem) missing.push("item_title");
  if (type !== "CONTENT" && !hasUser) missing.push("user_id");
  if (missing.length > 0) {
    throw new MissingParameterError(
      missing,
      `A ${type} project recommends by ${NEEDS[type]}; the request has no ${
        missing.join(" and no ")
      }. Send ${anyOf ? ENOUGH[type] : ALL[type]}.`,
    );
  }
}

const NEEDS: Record<ModelType, string> = {
  CONTENT: "item_title",
  COLLABORATIVE: "user_id",
  HYBRID: "item_title and user_id",
};

/** Parameters of which one is sufficient. */
const ENOUGH: Record<ModelType, string> = {
  CONTENT: "item_id, item_title or history",
  COLLABORATIVE: "user_id, anonymous_id, item_id, item_title or history",
  HYBRID: "user_id, anonymous_id, item_id, item_title or history",
};

/** Parameters that are necessary if not any of them is sufficient. */
const ALL: Record<ModelType, string> = {
  CONTENT: "item_id or item_title",
  COLLABORATIVE: "user_id",
  HYBRID: "user_id, and item_id or item_title",
};

/**
 * Returns the index of the requested item, or undefined if none is requested.
 * @throws {UnknownItemError} if it is not in the catalogue.
 */
export function* askedItem(
  model: Model,
  request: AskedItem,
  { permit }: { permit?: Permit } = {},
): Steps<number | undefined> {
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
  permit?.({ units: nearestUnits(titles), bytes: 0 });
  const precedes = (a: number, b: number) => popularity[b] - popularity[a] || a - b;
  const near = yield* nearestSteps(titles, request.item_title!, { n: 2 * SUGGESTIONS, precedes });
  const found = near.filter((index) => !model.deleted?.[index]);
  const key = titleKey(request.item_title!);
  const same = found.find((index) => titleKey(stringAt(titles, index)) === key);
  if (same !== undefined) return same;
  const nearest = found.map((index) => stringAt(titles, index));
  const suggestions = [...new Set(nearest)].slice(0, SUGGESTIONS);
  throw new UnknownItemError(
    suggestions,
    `The catalogue has no item titled ${quoted(request.item_title!)}${
      suggestions.length > 0 ? `; the nearest title is ${quoted(suggestions[0])}` : ""
    }.`,
  );
}

/** Whether the request identifies the visitor or contains a history. */
export function namesVisitor(
  { user_id, anonymous_id, history }: RecommendationRequest,
): boolean {
  return sendsHistory({ history }) || !isMissing(user_id) || !isMissing(anonymous_id);
}

/** Precedes the id of an anonymous visitor among user ids, which do not contain it. */
export const ANONYMOUS = "\u0001";

/** Returns the id of a person in the table of users: no visitor's equals a user's. */
export function personId(
  { person, anonymous }: { person: string; anonymous: boolean },
): string {
  return anonymous ? ANONYMOUS + person : person;
}

/** Returns the person of a request, if it names one: the user, or else the anonymous visitor. */
export function personOf(
  { user_id, anonymous_id }: Pick<RecommendationRequest, "user_id" | "anonymous_id">,
): { person: string; anonymous: boolean } | undefined {
  if (!isMissing(user_id)) return { person: shownId(user_id!), anonymous: false };
  return isMissing(anonymous_id) ? undefined : { person: shownId(anonymous_id!), anonymous: true };
}

/** Returns the index of an item by its id, or −1. */
export function itemOf(model: Model, id: Id): number {
  return indexOfString(model.items.ids, shownId(id));
}

/** Returns an id as files have it, without invisible characters. */
function shownId(id: Id): string {
  const text = String(id);
  return hasHidden(text) ? visibleId(text) : text;
}

/** Whether the request contains a history. */
export function sendsHistory(request: Pick<RecommendationRequest, "history">): boolean {
  return (request.history?.length ?? 0) > 0;
}

/** Whether a parameter is missing: undefined, null or empty. */
export function isMissing(value: Id | null | undefined): boolean {
  return value === undefined || value === null || value === "";
}

/** Quotes a value for a sentence, truncated. */
export function quoted(value: Id): string {
  return JSON.stringify(String(value).slice(0, 200));
}
