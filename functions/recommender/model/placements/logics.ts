/** Scores of a placement's logic, from the parameters of a request. */
import { type AskedHistory, askedHistory } from "../asked_history.ts";
import { eventWeight } from "../history/reading.ts";
import type { TypedRow } from "../history/history.ts";
import type { Model } from "../model.ts";
import { type History, type Ranked, rejectedOf } from "../rank.ts";
import { askedItem, itemOf, MissingParameterError, namesVisitor } from "../request.ts";
import type { AskedItem, Id, RecommendationRequest } from "../request.ts";
import type { Steps } from "../steps.ts";
import { stringAt } from "../string_table.ts";
import { visitOf } from "../visit.ts";
import { COST, newestRows, type Permit, type RankedRows } from "../work.ts";
import { dueItems } from "./buy_again.ts";
import { newItems } from "./new_items.ts";
import {
  DEFAULTS,
  type Fallback,
  type Logic,
  type Placement,
  type SeenPolicy,
} from "./placement.ts";
import type { Scores } from "./ruled_ranking.ts";

/** Parameters of a request by placement. */
export interface PlacementRequest extends RecommendationRequest {
  /** Items of the cart, of `bought_together`, or those to order, of `personal_order`. */
  items?: Id[] | null;
}

/** Facts that an answer needs in addition to the model. */
export interface PlacementFacts {
  /** Milliseconds since 1970. */
  now: number;
  /** The visitor's rows, oldest first; absent if the placement does not need them. */
  rows?: TypedRow[];
  /** Ids of the items that were shown to the visitor in the hours of a rotation. */
  shown?: string[];
  /** The trending items, best first; absent if the placement does not need them. */
  trending?: { item_id: string; score: number }[];
}

/** A list to be ranked. */
export interface LogicList {
  scores: Scores;
  /** The requested item, or the one that the list is based on. */
  item?: number;
  /** The item of the history that the list is based on. */
  because?: number;
  /** Further items to leave out, by flags: those that are not new. */
  also?: Uint8Array;
}

/** Lists of a logic. */
export interface LogicLists {
  lists: LogicList[];
  /** Items that the visitor must not get. */
  barred: number[];
  /** Reason why nothing is known, as a sentence: the list is that of the fallback. */
  unknown?: string;
  /** `personal_order`: ids that the catalogue does not have, in their order. */
  unknownIds?: string[];
  history: History | undefined;
  item: number | undefined;
  rows: RankedRows;
}

/** Logics whose items are their own: the list ends where they do, unless a fallback is given. */
export const CLOSED: readonly Logic[] = ["new", "recently_viewed", "buy_again", "personal_order"];

/**
 * Returns what a logic ranks by.
 * @throws {MissingParameterError} if the request lacks an item or items that the logic needs.
 * @throws {UnknownItemError} if the requested item is not in the catalogue.
 */
export function* logicSteps(
  model: Model,
  request: PlacementRequest,
  { rules, facts, limits, resolved = undefined }: {
    rules: Placement;
    facts: PlacementFacts;
    limits?: { permit: Permit };
    resolved?: AskedHistory;
  },
): Steps<LogicLists> {
  const { logic } = rules;
  const item = yield* askedItem(model, request, limits);
  const asked = resolved ?? (yield* askedHistory(model, request));
  const seen: SeenPolicy = request.include_seen ? { exclude: "none" } : rules.seen ?? ALL_SEEN;
  const includeSeen = seen.exclude !== "all" || seen.days !== undefined;
  const visit = visitOf(model, { ...asked, item, includeSeen }, { limits });
  const { history, ranked: rows, older } = visit;
  const past = { history: asked.history, rows: facts.rows ?? [] };
  const barred = [...older, ...barredBy(model, seen, { ...past, now: facts.now })];
  if (item !== undefined) barred.push(item);
  const known = { history, item, rows, barred };
  const own = (lists: LogicList[], unknown?: string): LogicLists => ({ ...known, lists, unknown });
  const scoresOf = (question: { item?: number; history?: History }, rows: RankedRows): Scores => ({
    by: "sums",
    rows,
    question: { ...question, includeSeen },
  });

  switch (logic) {
    case "for_you": {
      // As in a request without a placement, user-based models ignore the item.
      const ignores = model.manifest.model_type === "COLLABORATIVE" && namesVisitor(request);
      const blended = ignores ? { history } : { item, history };
      const lists = [{ scores: scoresOf(blended, rows), item }];
      return own(lists, history || item !== undefined ? undefined : visit.unknown ?? NOBODY);
    }
    case "similar": {
      if (item === undefined) throw missing("item_title", "similar lists items like an item");
      return own([{ scores: scoresOf({ item }, NO_ROWS), item }]);
    }
    case "bought_together": {
      const cart = yield* itemsOf(model, request, "bought_together lists items for a cart");
      const found = [...new Set(cart.filter((index) => index >= 0))];
      barred.push(...found);
      const summed = { items: found };
      const list = {
        scores: scoresOf({ history: summed }, newestRows(model.weights, summed)),
        item,
      };
      return own([list], found.length > 0 ? undefined : "The catalogue has no item of the cart.");
    }
    case "because_you": {
      const { lists = DEFAULTS.lists } = rules;
      const recent = recentlyLiked(asked.history).slice(0, lists);
      if (recent.length === 0) return own([], visit.unknown ?? NOBODY);
      return own(recent.map((because) => ({
        ...{ scores: scoresOf({ item: because }, NO_ROWS), item: because, because },
      })));
    }
    case "trending": {
      const scores = (facts.trending ?? []).flatMap(({ item_id, score }): Ranked[] => {
        const index = itemOf(model, item_id);
        return index < 0 ? [] : [{ item: index, score }];
      });
      const unknown = scores.length > 0 ? undefined : "No item has live events lately.";
      return own([{ scores: { by: "list", scores }, item }], unknown);
    }
    case "popular":
      return own([{ scores: scoresOf({}, NO_ROWS), item }]);
    case "new": {
      const { flags, count } = newItems(model, rules.days ?? DEFAULTS.days);
      const also = Uint8Array.from(flags, (flag) => 1 - flag);
      const list = { scores: scoresOf({ item, history }, rows), item, also };
      return own([list], count > 0 ? undefined : "No item is new.");
    }
    case "recently_viewed": {
      const recent = recentItems(facts.rows ?? [], past.history);
      const scores = recent.map((index, place) => ({
        ...{ item: index, score: (recent.length - place) / recent.length },
      }));
      const barred = [...rejectedOf(asked.history), ...(item === undefined ? [] : [item])];
      const lists = [{ scores: { by: "list" as const, scores }, item }];
      const unknown = scores.length > 0 ? undefined : visit.unknown ?? NOBODY;
      return { ...own(lists, unknown), barred };
    }
    case "buy_again": {
      const bought = facts.rows?.filter((row) => isOf(model, row, "purchase")) ?? [];
      const scores = dueItems(bought, facts.now / 1000);
      const barred = [...rejectedOf(asked.history), ...(item === undefined ? [] : [item])];
      const unknown = scores.length > 0 ? undefined : "This visitor has bought nothing.";
      return { ...own([{ scores: { by: "list", scores }, item }], unknown), barred };
    }
    case "personal_order": {
      const given = yield* itemsOf(model, request, "personal_order orders a list of items");
      const also = new Uint8Array(model.items.popularity.length).fill(1);
      for (const index of given) if (index >= 0) also[index] = 0;
      const unknownIds = request.items!.filter((_, i) => given[i] < 0).map(String);
      const question = { item, history, includeSeen: true };
      const lists = [{ scores: { by: "sums" as const, rows, question }, item, also }];
      return { ...own(lists), barred: [], unknownIds: [...new Set(unknownIds)] };
    }
  }
}

const ALL_SEEN: SeenPolicy = { exclude: "all" };
const NOBODY = "The request names no visitor.";
const NO_ROWS: RankedRows = { rows: 0, entries: 0 };

/** Returns the scores of a fallback. */
export function fallbackScores(
  model: Model,
  fallback: Fallback,
  facts: PlacementFacts,
): Scores {
  if (fallback === "popular") return { by: "sums", rows: NO_ROWS, question: {} };
  if (fallback === "new") {
    const { flags } = newItems(model, DEFAULTS.days);
    const { popularOrder, popularity } = model.items;
    const found = popularOrder.filter((item) => flags[item]);
    const scores = Array.from(found, (item) => ({ item, score: popularity[item] }));
    return { by: "list", scores };
  }
  const scores = (facts.trending ?? []).flatMap(({ item_id, score }): Ranked[] => {
    const item = itemOf(model, item_id);
    return item < 0 ? [] : [{ item, score }];
  });
  return { by: "list", scores };
}

function missing(name: "item_title" | "items", sentence: string): MissingParameterError {
  const what = name === "items" ? "items" : "item_id or item_title";
  return new MissingParameterError([name], `The logic ${sentence}: send ${what}.`);
}

function* itemsOf(
  model: Model,
  { items, item_id }: PlacementRequest & AskedItem,
  sentence: string,
): Steps<number[]> {
  const ids = items?.length ? items : item_id ? [item_id] : [];
  if (ids.length === 0) throw missing("items", sentence);
  yield ids.length * COST.lookup;
  return ids.map((id) => itemOf(model, id));
}

/**
 * Returns the items that a policy leaves out: rejected ones, and for `all` the history. `rank` bars
 * those of the history it sums, but lists by other scores need them, too.
 */
function barredBy(
  model: Model,
  { exclude, days = Infinity }: SeenPolicy,
  { history, rows, now }: { history: History | undefined; rows: TypedRow[]; now: number },
): number[] {
  const rejected = rejectedOf(history);
  if (exclude === "none") return rejected;
  if (exclude === "all") {
    if (days === Infinity) return Array.from(history?.items ?? []);
    return [...rejected, ...rows.filter((row) => isRecent(row)).map(({ item }) => item)];
  }
  const of = rows.filter((row) => isRecent(row) && exclude.some((type) => isOf(model, row, type)));
  return [...rejected, ...of.map(({ item }) => item)];

  function isRecent({ time }: TypedRow): boolean {
    return days === Infinity || !(time < now / 1000 - days * 86_400);
  }
}

/**
 * Whether a row is an event of a type. The rows of a training have the weights of their events, not
 * the types: those that weigh the same are the same.
 */
export function isOf({ manifest }: Model, { type, weight }: TypedRow, sought: string): boolean {
  if (type !== undefined) return type === sought;
  const { reading } = manifest;
  return reading !== undefined && Math.fround(eventWeight(reading, sought)) === weight;
}

/** Returns the liked items of a history, the latest first. */
function recentlyLiked(history: History | undefined): number[] {
  const { items = [], weights } = history ?? {};
  return Array.from(items).filter((_, h) => (weights?.[h] ?? 1) > 0).reverse();
}

/** Returns the items of rows that count, the latest first, each once; without rows, of the history. */
function recentItems(rows: TypedRow[], history: History | undefined): number[] {
  if (rows.length === 0) return [...new Set(recentlyLiked(history))];
  const last = rows.filter(({ weight }) => weight > 0).map(({ item }) => item).reverse();
  return [...new Set(last)];
}

/** Returns an item as a sentence names it. */
export function becauseOf({ items }: Model, item: number) {
  const item_title = stringAt(items.titles, item);
  return {
    item_id: stringAt(items.ids, item),
    item_title,
    reason: `Because of ${item_title}`,
  };
}
