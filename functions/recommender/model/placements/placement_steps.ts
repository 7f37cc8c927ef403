/** Answers requests by placement, in steps. */
import { askedHistory, knownItems } from "../asked_history.ts";
import type { Recommendation } from "../answer_steps.ts";
import { inWords, type ItemNames } from "../answer_steps.ts";
import { likenessIn } from "../diversify.ts";
import { explainer } from "../explain.ts";
import { excludedSteps } from "../filter.ts";
import type { Model } from "../model.ts";
import { itemOf, sendsHistory } from "../request.ts";
import type { Steps } from "../steps.ts";
import { stringAt } from "../string_table.ts";
import { knownTo } from "../visit.ts";
import { COST, type Permit, poolSize, type requestWork } from "../work.ts";
import { allowedSteps, compiledSteps, factorsSteps } from "./compiled.ts";
import {
  becauseOf,
  CLOSED,
  fallbackScores,
  type LogicList,
  logicSteps,
  type PlacementFacts,
  type PlacementRequest,
} from "./logics.ts";
import { DEFAULTS, type Fallback, type Logic, type NamedPlacement } from "./placement.ts";
import {
  type Candidate,
  type RuledQuestion,
  type RuledRanking,
  ruledSteps,
} from "./ruled_ranking.ts";

/** An item of a list by placement. */
export interface PlacedItem extends Omit<Recommendation, "fallback"> {
  /** Set if the item is not from the logic's own ranking. */
  fallback?: Fallback;
}

/** The list of a placement. */
export interface PlacementList {
  logic: Logic;
  recommendations: PlacedItem[];
  /** Basis of the list if nothing is known of the visitor or the items. */
  fallback?: Fallback | "item_only";
  fallback_reason?: string;
  /** Reason why the list is empty, as a sentence. */
  empty_reason?: string;
  /** `because_you`: the items of the history that have a list each, with their lists. */
  because?: {
    item_id: string;
    item_title: string;
    reason: string;
    recommendations: PlacedItem[];
  }[];
}

/** Rules of the service and facts for one answer. */
export interface PlacementOptions {
  placement: NamedPlacement;
  facts: PlacementFacts;
  hidden?: Uint8Array;
  erased?: ReadonlySet<string>;
  limits?: { permit: Permit; costOf: typeof requestWork };
  /** Items on earlier pages, as indices of the catalogue. */
  shown?: readonly number[];
}

/**
 * Returns the list of a placement, and the indices of its items.
 * @throws {MissingParameterError} if the request lacks an item or items that the logic needs.
 * @throws {UnknownItemError} if the requested item is not in the catalogue.
 * @throws {FilterError} if the request's filter does not match the model's columns.
 */
export function* placementSteps(
  model: Model,
  request: PlacementRequest,
  options: PlacementOptions,
): Steps<PlacementList & { items: number[] }> {
  const asked = yield* questionsSteps(model, request, options);
  const { questions, lists, unknown, knownItemOnly } = asked;
  const { logic } = options.placement.rules;
  const names = new Map<number, ItemNames>();
  const taken: number[] = [];
  const made: PlacedItem[][] = [];
  for (const [i, question] of questions.entries()) {
    const exclude = taken.length > 0 ? [...question.exclude, ...taken] : question.exclude;
    const ranking = yield* ruledSteps(model, { ...question, exclude });
    const list = logic === "personal_order" ? inGivenOrder(model, request, ranking) : ranking.list;
    taken.push(...list.map(({ item }) => item));
    made.push(yield* wordsSteps(model, { ...ranking, list }, { request, question, names }));
    if (made[i].length === 0) continue;
  }
  const recommendations = made.flat();
  if (asked.unknownIds) {
    for (const id of asked.unknownIds) {
      recommendations.push({ item_id: id, item_title: "", score: 0 });
    }
  }
  const { fallback } = asked;
  return {
    logic,
    items: taken,
    recommendations,
    ...(unknown && fallback && {
      fallback,
      fallback_reason: `${unknown} ${FALLBACK_SENTENCES[fallback]}`,
    }),
    ...(!unknown && knownItemOnly && {
      fallback: "item_only" as const,
      fallback_reason: `${knownItemOnly} These are based on the requested item alone.`,
    }),
    ...(recommendations.length === 0 && {
      empty_reason: asked.unknown && !fallback ? asked.unknown : emptyReason(questions[0], options),
    }),
    ...(logic === "because_you" && !unknown && {
      because: lists.map(({ because }, i) => ({
        ...becauseOf(model, because!),
        recommendations: made[i],
      })),
    }),
  };
}

const FALLBACK_SENTENCES: Record<Fallback, string> = {
  popular: "These are the most popular items instead.",
  trending: "These are the trending items instead.",
  new: "These are the newest items instead.",
};

/** Returns the questions of a request's lists, after `limits.permit` has accepted their whole cost. */
export function* questionsSteps(
  model: Model,
  request: PlacementRequest,
  { placement, facts, hidden = model.deleted, erased, limits, shown = [] }: PlacementOptions,
) {
  const { rules } = placement;
  const resolved = yield* askedHistory(knownTo(model, request, { erased }), request);
  const found = yield* logicSteps(model, request, { rules, facts, limits, resolved });
  const compiled = yield* compiledSteps(model, placement);
  const exclude = [...shown, ...yield* knownItems(model, request.exclude ?? [])];
  const { barred, unknown, item } = found;
  const n = rules.logic === "personal_order" ? request.items?.length ?? 1 : request.n ?? 10;
  const diversity = request.diversity ?? rules.diversity ?? 0;
  const isClosed = CLOSED.includes(rules.logic);
  const fillBy: Fallback | undefined = rules.fallback ?? (isClosed ? undefined : "popular");
  const basis = unknown && fillBy && fallbackScores(model, fillBy, facts);
  const lists: LogicList[] = unknown ? (basis ? [{ scores: basis, item }] : []) : found.lists;
  const isPooled = diversity > 0 || (rules.at_most?.length ?? 0) > 0;
  if (limits) {
    const list = {
      ...{ n: isPooled ? poolSize(n) : n, exclude, explain: request.explain ?? false },
      diversity,
    };
    const ranked = lists.map(({ scores }) => scores.by === "sums" ? scores.rows : NO_ROWS);
    const work = limits.costOf(model, request, { list, ranked });
    limits.permit({ ...work, units: Math.max(1, work.units + compiled.units) });
  }
  const factors = yield* factorsSteps(model, compiled, item);
  const ownFilter = request.filter ? yield* excludedSteps(model, request.filter) : undefined;
  const fill = unknown || !fillBy ? undefined : fillBy;
  const rotated = rotation(model, rules.rotation, facts);
  const questions: RuledQuestion[] = [];
  for (const list of lists) {
    const also = either(ownFilter, list.also);
    questions.push({
      compiled,
      scores: list.scores,
      item: list.item,
      allowed: yield* allowedSteps(model, compiled, { hidden, also, item: list.item }),
      hidden,
      barred: list.because === undefined ? barred : [...barred, list.because],
      exclude,
      factors,
      rotated,
      diversity,
      likeness: diversity > 0 ? likenessIn(model) : undefined,
      fill: fill && { by: fill, scores: fallbackScores(model, fill, facts) },
      leastScore: rules.least_score ?? 0,
      n,
      shown,
      now: facts.now,
    });
  }
  const knownItemOnly = rules.logic === "for_you" && item !== undefined && resolved.unknown;
  return {
    ...{ questions, lists, unknown, fallback: unknown ? fillBy : undefined, knownItemOnly },
    unknownIds: found.unknownIds,
  };
}

const NO_ROWS = { rows: 0, entries: 0 };

function either(a: Uint8Array | undefined, b: Uint8Array | undefined): Uint8Array | undefined {
  return a && b ? a.map((flag, i) => flag | b[i]) : a ?? b;
}

/** Returns the factors of items that were shown to the visitor lately, if the rules rotate. */
function rotation(
  model: Model,
  rule: NamedPlacement["rules"]["rotation"],
  { shown = [] }: PlacementFacts,
): ReadonlyMap<number, number> | undefined {
  if (!rule) return undefined;
  const items = shown.map((id) => itemOf(model, id)).filter((item) => item >= 0);
  return new Map(items.map((item) => [item, rule.times ?? DEFAULTS.rotation]));
}

/**
 * Returns the items of a request by score, ties in the given order: of an unknown visitor all. Items
 * that were rejected come last.
 */
function inGivenOrder(
  model: Model,
  request: PlacementRequest,
  { list, historyScale, itemScale }: RuledRanking,
): Candidate[] {
  const scores = new Map(list.map((one) => [one.item, one]));
  const isKnown = historyScale > 0 || itemScale > 0;
  const places = new Map<string, number>();
  (request.items ?? []).forEach((id, i) => places.set(String(id), places.get(String(id)) ?? i));
  const placeOf = (item: number) => places.get(stringAt(model.items.ids, item)) ?? Infinity;
  return [...scores.values()]
    .map((one) => isKnown ? one : { ...one, score: 0 })
    .sort((a, b) => b.score - a.score || placeOf(a.item) - placeOf(b.item));
}

/** Returns the items of a list as the response has them. */
function* wordsSteps(
  model: Model,
  { list, historyScale, itemScale }: RuledRanking,
  { request, question, names }: {
    request: PlacementRequest;
    question: RuledQuestion;
    names: Map<number, ItemNames>;
  },
): Steps<PlacedItem[]> {
  const { scores, factors, rotated } = question;
  const isSummed = scores.by === "sums";
  const namesHistory = sendsHistory(request) || (request.explain_history ?? true);
  const explained = request.explain && isSummed
    ? explainer(model, scores.question, { historyScale, itemScale, namesHistory })
    : undefined;
  const words: PlacedItem[] = [];
  for (const one of list) {
    const word: PlacedItem = inWords(model, one, names);
    if (one.fallback) word.fallback = one.fallback;
    if (explained) {
      yield COST.part;
      const { parts, ...rest } = explained(one);
      const factor = (factors?.[one.item] ?? 1) * (rotated?.get(one.item) ?? 1);
      Object.assign(word, {
        parts: parts.map((part) => ({
          ...part,
          score: part.score > 0 ? part.score * factor : part.score / factor,
        })),
        ...rest,
      });
    }
    words.push(word);
  }
  return words;
}

/** Returns the reason why no item is left, as a sentence. */
function emptyReason(
  question: RuledQuestion | undefined,
  { shown = [] }: PlacementOptions,
): string {
  const { compiled, allowed, item } = question ?? {};
  if (shown.length > 0) return "The list has no more items.";
  const left = allowed?.allowed?.length;
  if (left === 0 && compiled?.ofItem.filter && item === undefined) {
    return "The filter compares with the requested item, and the request names none.";
  }
  if (left === 0) return "The filter leaves none of the items that are not hidden.";
  return "No item is left that this visitor has not had and that the rules allow.";
}
