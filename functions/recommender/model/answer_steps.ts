/**
 * From a request in the words of the API to a question for `rank`, and back to an answer that names
 * what had to be done without. All of it in steps, the work known before it is begun.
 */
import { type AskedHistory, askedHistory, knownItems, storedHistory } from "./asked_history.ts";
import { diversifySteps, type Likeness, likenessIn } from "./diversify.ts";
import { explainer, type Explanation } from "./explain.ts";
import { barredSteps, type Filter } from "./filter.ts";
import type { Model } from "./model.ts";
import { type History, type Question, rank, type Ranked, rankScaled, rejectedOf } from "./rank.ts";
import {
  type AskedItem,
  askedItem,
  type Id,
  type ListRequest,
  MissingParameterError,
  namesVisitor,
  type RecommendationRequest,
  requireParameters,
  sendsHistory,
} from "./request.ts";
import type { Steps } from "./steps.ts";
import { stringAt } from "./string_table.ts";
import {
  type AskedList,
  COST,
  explainingUnits,
  filterUnits,
  listWork,
  newestRows,
  type Permit,
  poolSize,
  type RankedRows,
  rankingUnits,
  SLICE_UNITS,
} from "./work.ts";

/** Rules of the service for each request. */
export interface Rules {
  /** 1 for each item that must not come, such as what is sold out: see `hiddenItems`. */
  hidden?: Uint8Array;
  /** Answer from whatever the request has, not only from what the model's type asks for. */
  anyOf?: boolean;
  /** Users to whom the model answers as to strangers. */
  erased?: ReadonlySet<string>;
  /**
   * Hears what a request costs before it is begun. With it a ranking adds up the newest rows of a
   * history, as many as fit into a slice; without it, all.
   */
  permit?: Permit;
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

/** An item with the number of users who liked it. */
export interface PopularItem {
  item_id: string;
  item_title: string;
  interactions: number;
}

/** Lists for many users, each made when it is asked for. */
export interface Batch {
  /** The users' lists in their order. */
  lists: (() => Steps<UserList>)[];
}

/** The list of one user of a batch. */
export type UserList = { user_id: string } & Recommendations;

/** Answers as `recommend` does. */
export function* recommendSteps(
  model: Model,
  request: RecommendationRequest,
  rules: Rules = {},
): Steps<Recommendations> {
  const { model_type } = model.manifest;
  requireParameters(model_type, request, rules);
  // A model that goes by users needs no item, and so does not mind an unknown one.
  const needsItem = model_type !== "COLLABORATIVE" || !namesVisitor(request);
  const item = needsItem ? yield* askedItem(model, request, rules) : undefined;
  const had = yield* askedHistory(knownTo(model, request.user_id, rules), request);
  const visit = visitOf(model, { ...had, item, includeSeen: request.include_seen }, rules);
  const list = yield* listOf(model, request, { rules, visits: [visit] });
  const namesHistory = sendsHistory(request) || (request.explain_history ?? true);
  return yield* answer(model, visit, { ...list, namesHistory });
}

/** Answers as `similarItems` does. */
export function* similarSteps(
  model: Model,
  request: ListRequest & AskedItem,
  rules: Rules = {},
): Steps<Recommendations> {
  const item = yield* askedItem(model, request, rules);
  if (item === undefined) {
    const sentence = "Similar items need an item: name it by item_id or item_title.";
    throw new MissingParameterError(["item_title"], sentence);
  }
  const visit = visitOf(model, { item }, rules);
  const list = yield* listOf(model, request, { rules, visits: [visit] });
  return { recommendations: yield* ranking(model, visit, list) };
}

/** Answers as `popularItems` does. */
export function* popularSteps(
  model: Model,
  request: Pick<ListRequest, "n" | "exclude" | "filter"> = {},
  rules: Rules = {},
): Steps<PopularItem[]> {
  const visit = visitOf(model, {}, rules);
  const list = yield* listOf(model, request, { rules, visits: [visit] });
  const { ids, titles, popularity } = model.items;
  yield rankingUnits(model, list, visit.ranked);
  return rank(model, list).map(({ item }) => ({
    item_id: stringAt(ids, item),
    item_title: stringAt(titles, item),
    interactions: popularity[item],
  }));
}

/** Makes ready what `recommendBatch` answers. */
export function* batchSteps(
  model: Model,
  request: ListRequest & { users: readonly Id[]; include_seen?: boolean | null },
  rules: Rules = {},
): Steps<Batch> {
  if (model.manifest.model_type === "CONTENT") {
    const sentence = "A CONTENT project recommends by item_title; it has no users to go by.";
    throw new MissingParameterError(["item_title"], sentence);
  }
  const visits: Visit[] = [];
  for (const user_id of request.users) {
    yield COST.lookup;
    const had = storedHistory(knownTo(model, user_id, rules), { user_id });
    yield (had.history?.items.length ?? 0) * COST.counted;
    visits.push(visitOf(model, { ...had, includeSeen: request.include_seen }, rules));
  }
  const list = yield* listOf(model, request, { rules, visits });
  const lists = visits.map((visit, place) =>
    function* (): Steps<UserList> {
      return { user_id: String(request.users[place]), ...yield* answer(model, visit, list) };
    }
  );
  return { lists };
}

/** Marks items that are to be hidden, as `hiddenItems` does. */
export function* hiddenSteps(model: Model, ids: readonly Id[]): Steps<Uint8Array> {
  const hidden = new Uint8Array(model.items.popularity.length);
  for (const item of yield* knownItems(model, ids)) hidden[item] = 1;
  return hidden;
}

/** One ranking that is asked for. */
interface Visit {
  item: number | undefined;
  /** What is added up of the history: its newest rows. */
  history: History | undefined;
  ranked: RankedRows;
  /** The items of the others that must not come: they count nothing. */
  older: readonly number[];
  unknown: string | undefined;
  includeSeen: boolean;
}

const NOTHING: RankedRows = { rows: 0, entries: 0 };

function visitOf(
  { weights }: Model,
  { item, history, unknown, includeSeen }:
    & AskedHistory
    & { item?: number; includeSeen?: boolean | null },
  { permit }: Rules,
): Visit {
  const ranked = history ? newestRows(weights, history, permit && NEWEST) : NOTHING;
  const visit = { item, history, ranked, older: [], unknown, includeSeen: includeSeen ?? false };
  const older = history ? history.items.length - ranked.rows : 0;
  if (older === 0) return visit;
  const [begun, newest] = [[0, older], [older]].map((range) => partOf(history!, range));
  return { ...visit, history: newest, older: includeSeen ? rejectedOf(begun) : [...begun.items] };
}

function partOf({ items, weights }: History, range: number[]) {
  return {
    items: Array.from(items).slice(...range),
    weights: weights && Array.from(weights).slice(...range),
  };
}

/** The rows that one ranking has time for. */
const NEWEST = { most: SLICE_UNITS - COST.ranking };

/** To a model without users everybody is a stranger; those who were erased are so to any. */
function knownTo(model: Model, userId: Id | null | undefined, { erased }: Rules): Model {
  return erased?.has(String(userId)) ? { ...model, users: undefined } : model;
}

/** What holds for a list whatever it is made from: the request's part, looked up once. */
interface List extends AskedList, Pick<Question, "barred" | "allowed"> {
  exclude: readonly number[];
  /** Where the list is to be diverse. */
  likeness?: Likeness;
  /** Whether what is explained may name the items of the history; it may unless this is false. */
  namesHistory?: boolean;
}

/** The request's part of its lists, made once the work is permitted. */
function* listOf(
  model: Model,
  request: ListRequest,
  { rules, visits }: { rules: Rules; visits: Visit[] },
): Steps<List> {
  const exclude = yield* knownItems(model, request.exclude ?? []);
  const list: List = {
    n: request.n ?? 10,
    exclude,
    diversity: request.diversity ?? 0,
    explain: request.explain ?? false,
  };
  if (rules.permit) {
    const looked = (request.exclude?.length ?? 0) + sentRows(request);
    const total = { units: looked * COST.lookup + filterUnits(model, request.filter), bytes: 0 };
    for (const { ranked } of visits) {
      const { units, bytes } = listWork(model, list, ranked);
      total.units += Math.max(1, units);
      total.bytes += bytes;
    }
    rules.permit(total);
  }
  return {
    ...list,
    ...yield* allowedBy(model, request.filter, rules),
    ...(list.diversity > 0 && { likeness: likenessIn(model) }),
  };
}

/** How many items of a history come with a request. */
function sentRows(request: ListRequest & Pick<RecommendationRequest, "history">): number {
  return request.history?.length ?? 0;
}

/** What may come by the filter and the rules; nothing where all may, so that is no work. */
function* allowedBy(
  model: Model,
  filter: Filter | null | undefined,
  { hidden }: Rules,
): Steps<Pick<List, "barred" | "allowed">> {
  if (!filter) return { barred: hidden };
  const barred = yield* barredSteps(model, filter);
  const { popularOrder } = model.items;
  yield barred.length * COST.checked;
  let count = 0;
  for (let item = 0; item < barred.length; item++) {
    if (hidden?.[item]) barred[item] = 1;
    if (!barred[item]) count++;
  }
  const allowed = new Uint32Array(count);
  let place = 0;
  for (const item of popularOrder) if (!barred[item]) allowed[place++] = item;
  return { barred, allowed };
}

/** The list for an item and what is known of the visitor, and a word where nothing is. */
function* answer(model: Model, visit: Visit, list: List): Steps<Recommendations> {
  const recommendations = yield* ranking(model, visit, list);
  const { unknown, item } = visit;
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
function* ranking(model: Model, visit: Visit, list: List): Steps<Recommendation[]> {
  const { n, diversity, explain, namesHistory, exclude, barred, allowed, likeness } = list;
  const { item, history, older, includeSeen } = visit;
  yield rankingUnits(model, list, visit.ranked) + older.length * COST.excluded;
  const { ranked, ...scales } = rankScaled(model, {
    item,
    history,
    includeSeen,
    n: likeness ? poolSize(n) : n,
    exclude: older.length > 0 ? [...exclude, ...older] : exclude,
    barred,
    allowed,
  });
  const chosen = likeness
    ? yield* diversifySteps(model, ranked, { n, diversity, likeness })
    : ranked;
  if (!explain) return chosen.map((one) => inWords(model, one));
  const explained = explainer(model, visit, { ...scales, namesHistory });
  const words: Recommendation[] = [];
  for (const one of chosen) {
    yield explainingUnits(visit.ranked.rows);
    words.push({ ...inWords(model, one), ...explained(one) });
  }
  return words;
}

function inWords({ items }: Model, { item, score }: Ranked): Recommendation {
  return {
    item_id: stringAt(items.ids, item),
    item_title: stringAt(items.titles, item),
    score,
    ...(score === 0 && { fallback: "popular" }),
  };
}
