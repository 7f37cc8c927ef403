/**
 * What is asked in the words of the API, and what of it a model knows: which parameters it needs,
 * what stands in for what, and which item or history is meant.
 */
import { titleKey } from "../same_title.ts";
import type { Filter } from "./filter.ts";
import type { Model, ModelType } from "./model.ts";
import { nearestSteps } from "./nearest.ts";
import type { Steps } from "./steps.ts";
import { indexOfString, stringAt } from "./string_table.ts";
import { nearestUnits, type Permit } from "./work.ts";

/** What any list can be asked. Null counts as missing. */
export interface ListRequest {
  /** How many are wanted; 10 by default. */
  n?: number | null;
  /** Items that must not come. */
  exclude?: Id[] | null;
  /** Which items may come, by the columns of the content file. */
  filter?: Filter | null;
  /** From 0, the best first, to 1, as different from one another as can be. */
  diversity?: number | null;
  /** Say for each item why it comes. */
  explain?: boolean | null;
}

/** An item, by its id or, where there is none, by its title. Empty counts as missing. */
export interface AskedItem {
  item_id?: Id | null;
  item_title?: string | null;
}

/** What a caller asks. Null and empty count as missing; ids may be strings or numbers. */
export interface RecommendationRequest extends ListRequest, AskedItem {
  user_id?: Id | null;
  /** A visitor without an account: nothing is stored under it, and it is never a user's. */
  anonymous_id?: string | null;
  /** What a visitor had, oldest first: stands in for `user_id`, and suffices alone. */
  history?: (Id | SentItem)[] | null;
  /** Recommend what the user already has, too, but for what they rejected. */
  include_seen?: boolean | null;
  /** Whether explanations may name what is stored of `user_id`; they may unless this is false. */
  explain_history?: boolean | null;
}

export type Id = string | number;

/** An item of a history that is sent. */
export interface SentItem {
  item_id: Id;
  /** What it counts, below 0 where the visitor rejected it. */
  weight?: number | null;
  /** What the visitor rated it, which says what it counts where no weight does. */
  rating?: number | null;
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
 * CONTENT goes by an item, COLLABORATIVE by a user, HYBRID by both; a history is enough for each.
 * @param options.anyOf whatever the type can go by is enough: an item for all, a user where the type
 * knows users.
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
      }.`,
    );
  }
}

const NEEDS: Record<ModelType, string> = {
  CONTENT: "item_title",
  COLLABORATIVE: "user_id",
  HYBRID: "item_title and user_id",
};

/**
 * The asked item's index, undefined where none is asked for.
 * @throws {UnknownItemError} when it is not in the catalogue.
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
  const found = yield* nearestSteps(titles, request.item_title!, { n: 2 * SUGGESTIONS, precedes });
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

/** Whether the request says who the visitor is or what they had. */
export function namesVisitor(
  { user_id, anonymous_id, history }: RecommendationRequest,
): boolean {
  return sendsHistory({ history }) || !isMissing(user_id) || !isMissing(anonymous_id);
}

/** The index of an item by its id, −1 where there is none. */
export function itemOf(model: Model, id: Id): number {
  return indexOfString(model.items.ids, String(id));
}

/** Whether the request brings the history that it is answered from. */
export function sendsHistory(request: Pick<RecommendationRequest, "history">): boolean {
  return (request.history?.length ?? 0) > 0;
}

/** Whether a value is none. */
export function isMissing(value: Id | null | undefined): boolean {
  return value === undefined || value === null || value === "";
}

/** A value as it is shown in a sentence. */
export function quoted(value: Id): string {
  return JSON.stringify(String(value).slice(0, 200));
}
