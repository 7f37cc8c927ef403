/**
 * Translates API requests to questions for `rank`, and rankings to responses that report every
 * fallback. It runs in steps, and its cost is known in advance.
 */
import { askedHistory, knownItems, storedHistory } from "./asked_history.ts";
import { diversifySteps, type Likeness, likenessIn } from "./diversify.ts";
import { explainer, type Explanation } from "./explain.ts";
import { excludedSteps, type Filter } from "./filter.ts";
import type { Model } from "./model.ts";
import { type Question, rank, type Ranked, rankScaled } from "./rank.ts";
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
  type Permit,
  poolSize,
  rankingUnits,
  type requestWork,
} from "./work.ts";
import { knownTo, type Visit, visitOf } from "./visit.ts";

/** Rules of the service, applied to each request. */
export interface Rules {
  /** 1 for each item that must not be recommended, such as sold-out ones: see `hiddenItems`. */
  hidden?: Uint8Array;
  /** Answer from any parameter the model can use, even if its type normally needs more. */
  anyOf?: boolean;
  /** Erased users, who are treated as unknown. */
  erased?: ReadonlySet<string>;
  /**
   * Limits of a service. If set, a ranking sums only as many of the newest rows of a history as fit
   * into a slice; otherwise all.
   */
  limits?: Limits;
}

/** Limits of a service; devices, which have none, need no estimates either. */
export interface Limits {
  /** Called with the cost of a request before it begins; throws to refuse it. */
  permit: Permit;
  costOf: typeof requestWork;
}

/** A list, and the fallback if one was used. */
export interface Recommendations {
  recommendations: Recommendation[];
  /** Basis of the list if the user or item is unknown; absent otherwise. */
  fallback?: "popular" | "item_only";
  /** The same as a sentence. */
  fallback_reason?: string;
}

/** A recommended item, with its explanation if requested. */
export interface Recommendation extends Partial<Explanation> {
  item_id: string;
  item_title: string;
  score: number;
  /** Set if the score is 0: the item is listed for its popularity alone. */
  fallback?: "popular";
}

/** An item and the number of users who liked it. */
export interface PopularItem {
  item_id: string;
  item_title: string;
  interactions: number;
}

/** Lists for many users, each computed on demand. */
export interface Batch {
  /** One function per user, in the order of the request. */
  lists: (() => Steps<UserList>)[];
}

/** The list of one user of a batch. */
export type UserList = { user_id: string } & Recommendations;

/** `recommend`, in steps. */
export function* recommendSteps(
  model: Model,
  request: RecommendationRequest,
  rules: Rules = {},
): Steps<Recommendations> {
  const { model_type } = model.manifest;
  requireParameters(model_type, request, rules);
  // User-based models ignore the item, so an unknown item is not an error.
  const needsItem = model_type !== "COLLABORATIVE" || !namesVisitor(request);
  const item = needsItem ? yield* askedItem(model, request, rules.limits) : undefined;
  const resolved = yield* askedHistory(knownTo(model, request, rules), request);
  const visit = visitOf(model, { ...resolved, item, includeSeen: request.include_seen }, rules);
  const list = yield* listOf(model, request, { rules, visits: [visit] });
  const namesHistory = sendsHistory(request) || (request.explain_history ?? true);
  return yield* answer(model, visit, { ...list, namesHistory });
}

/** `similarItems`, in steps. */
export function* similarSteps(
  model: Model,
  request: ListRequest & AskedItem,
  rules: Rules = {},
): Steps<Recommendations> {
  const item = yield* askedItem(model, request, rules.limits);
  if (item === undefined) {
    const sentence = "Similar items need an item: send item_id or item_title.";
    throw new MissingParameterError(["item_title"], sentence);
  }
  const visit = visitOf(model, { item }, rules);
  const list = yield* listOf(model, request, { rules, visits: [visit] });
  return { recommendations: yield* ranking(model, visit, list) };
}

/** `popularItems`, in steps. */
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

/** `recommendBatch`, in steps: looks everything up and returns the lists to compute. */
export function* batchSteps(
  model: Model,
  request: ListRequest & { users: readonly Id[]; include_seen?: boolean | null },
  rules: Rules = {},
): Steps<Batch> {
  if (model.manifest.model_type === "CONTENT") {
    const sentence = "A CONTENT project recommends by item_title; it has no users.";
    throw new MissingParameterError(["item_title"], sentence);
  }
  const visits: Visit[] = [];
  for (const user_id of request.users) {
    yield COST.lookup;
    const resolved = storedHistory(knownTo(model, { user_id }, rules), { user_id });
    yield (resolved.history?.items.length ?? 0) * COST.counted;
    visits.push(visitOf(model, { ...resolved, includeSeen: request.include_seen }, rules));
  }
  const list = yield* listOf(model, request, { rules, visits });
  const lists = visits.map((visit, i) => () =>
    userList(model, visit, { userId: String(request.users[i]), list })
  );
  return { lists };
}

function* userList(
  model: Model,
  visit: Visit,
  { userId, list }: { userId: string; list: List },
): Steps<UserList> {
  return { user_id: userId, ...yield* answer(model, visit, list) };
}

/** `hiddenItems`, in steps: deleted items are hidden, too. */
export function* hiddenSteps(model: Model, ids: readonly Id[]): Steps<Uint8Array> {
  const hidden = model.deleted?.slice() ?? new Uint8Array(model.items.popularity.length);
  for (const item of yield* knownItems(model, ids)) hidden[item] = 1;
  return hidden;
}

/** Parts of a list that depend only on the request, shared by all lists of a batch. */
interface List extends AskedList, Pick<Question, "excluded" | "allowed"> {
  exclude: readonly number[];
  /** Set if the list is to be diversified. */
  likeness?: Likeness;
  /** Whether explanations may name items of the history; true unless false is given. */
  namesHistory?: boolean;
  /** Names of the items so far: the lists of a batch have many items in common. */
  names: Map<number, ItemNames>;
}

/** Id and title of an item. */
export type ItemNames = Pick<Recommendation, "item_id" | "item_title">;

/** Resolves the request's shared parts, after `limits.permit` has accepted the whole cost. */
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
    names: new Map(),
  };
  const { limits } = rules;
  if (limits) {
    const ranked = visits.map(({ ranked }) => ranked);
    limits.permit(limits.costOf(model, request, { list, ranked }));
  }
  return {
    ...list,
    ...yield* allowedBy(model, request.filter, rules),
    ...(list.diversity > 0 && { likeness: likenessIn(model) }),
  };
}

/**
 * Returns the flags of excluded items and the list of allowed ones; without a filter only the flags
 * of hidden or deleted items, which costs nothing.
 */
function* allowedBy(
  model: Model,
  filter: Filter | null | undefined,
  { hidden = model.deleted }: Rules,
): Steps<Pick<List, "excluded" | "allowed">> {
  if (!filter) return { excluded: hidden };
  const excluded = yield* excludedSteps(model, filter);
  const { popularOrder } = model.items;
  yield excluded.length * COST.checked;
  let count = 0;
  for (let item = 0; item < excluded.length; item++) {
    if (hidden?.[item]) excluded[item] = 1;
    if (!excluded[item]) count++;
  }
  const allowed = new Uint32Array(count);
  let next = 0;
  for (const item of popularOrder) if (!excluded[item]) allowed[next++] = item;
  return { excluded, allowed };
}

/** Returns the list of a visit, with a fallback notice if the user or history is unknown. */
function* answer(model: Model, visit: Visit, list: List): Steps<Recommendations> {
  const recommendations = yield* ranking(model, visit, list);
  const { unknown, item } = visit;
  if (!unknown) return { recommendations };
  return item === undefined
    ? {
      recommendations,
      fallback: "popular",
      fallback_reason: `${unknown} These are the most popular items instead.`,
    }
    : {
      recommendations,
      fallback: "item_only",
      fallback_reason: `${unknown} These are based on the requested item alone.`,
    };
}

/** Returns the recommended items: ranked, diversified and explained as requested. */
function* ranking(model: Model, visit: Visit, list: List): Steps<Recommendation[]> {
  const { n, diversity, explain, namesHistory, exclude, excluded, allowed, likeness, names } = list;
  const { item, history, older, includeSeen } = visit;
  yield rankingUnits(model, list, visit.ranked) + older.length * COST.excluded;
  const { ranked, ...scales } = rankScaled(model, {
    item,
    history,
    includeSeen,
    n: likeness ? poolSize(n) : n,
    exclude: older.length > 0 ? [...exclude, ...older] : exclude,
    excluded,
    allowed,
  });
  const chosen = likeness
    ? yield* diversifySteps(model, ranked, { n, diversity, likeness })
    : ranked;
  if (!explain) return chosen.map((one) => inWords(model, one, names));
  const explained = explainer(model, visit, { ...scales, namesHistory });
  const words: Recommendation[] = [];
  for (const one of chosen) {
    yield explainingUnits(visit.ranked.rows);
    words.push({ ...inWords(model, one, names), ...explained(one) });
  }
  return words;
}

/** Returns an item of a list as the response has it. */
export function inWords(
  { items }: Model,
  { item, score }: Ranked,
  names: Map<number, ItemNames>,
): Recommendation {
  let named = names.get(item);
  if (!named) {
    named = { item_id: stringAt(items.ids, item), item_title: stringAt(items.titles, item) };
    names.set(item, named);
  }
  const { item_id, item_title } = named;
  return { item_id, item_title, score, ...(score === 0 && { fallback: "popular" }) };
}
