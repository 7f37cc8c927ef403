/**
 * Ranks items by the rules of a placement, in this order: items that are left out, the scale, boosts,
 * rotation, diversity, limits of equal values, pins.
 */
import { diversifySteps, type Likeness } from "../diversify.ts";
import type { Model } from "../model.ts";
import { type Adjustment, type Question, type Ranked, rankScaled } from "../rank.ts";
import type { Steps } from "../steps.ts";
import { boosted } from "../sums.ts";
import { poolSize, type RankedRows, rankingUnits } from "../work.ts";
import { admitted, ValueLimits } from "./at_most.ts";
import type { AllowedItems, CompiledPlacement } from "./compiled.ts";
import { passingSteps } from "./evaluate.ts";
import { activePins, withPins } from "./pins.ts";
import type { Fallback } from "./placement.ts";

/** An item of the list; `fallback` if it is not from the logic's own ranking. */
export interface Candidate extends Ranked {
  fallback?: Fallback;
}

/** Scores of a logic: sums of rows, or given ones, best first. */
export type Scores =
  | { by: "sums"; question: Pick<Question, "item" | "history" | "includeSeen">; rows: RankedRows }
  | { by: "list"; scores: readonly Ranked[] };

/** Input of a ranking by rules. */
export interface RuledQuestion {
  compiled: CompiledPlacement;
  scores: Scores;
  /** The requested item, which conditions may compare with. */
  item: number | undefined;
  allowed: AllowedItems;
  hidden: Uint8Array | undefined;
  /** Items that the visitor must not get, by their history and by the request's items. */
  barred: readonly number[];
  /** Items that the request excludes, and those of earlier pages. */
  exclude: readonly number[];
  factors: Float64Array | undefined;
  /** Factors of items that were shown lately. */
  rotated: ReadonlyMap<number, number> | undefined;
  diversity: number;
  likeness: Likeness | undefined;
  /** Continuation of the list where its scores end or are too low. */
  fill: { by: Fallback; scores: Scores } | undefined;
  leastScore: number;
  n: number;
  /** Items on earlier pages. */
  shown: readonly number[];
  /** Milliseconds since 1970. */
  now: number;
}

export interface RuledRanking {
  list: Candidate[];
  historyScale: number;
  itemScale: number;
}

/** Largest number of candidates that limits of equal values choose from. */
const MOST_CANDIDATES = 10_000;

/** Returns the best `n` items by the rules; fewer if no others are allowed. */
export function* ruledSteps(model: Model, question: RuledQuestion): Steps<RuledRanking> {
  const { compiled, n, shown, diversity, likeness, now } = question;
  const { at_most = [] } = compiled.rules;
  const pinned = yield* pinnedSteps(model, question, now);
  const own = pinned.filter(({ place }) => place >= shown.length && place < shown.length + n);
  const rest = {
    ...question,
    exclude: [...question.exclude, ...pinned.map(({ item }) => item.item)],
  };
  const needed = n - own.length;
  const isDiverse = diversity > 0 && likeness !== undefined;
  let size = isDiverse || at_most.length > 0 ? poolSize(needed) : needed;
  for (;;) {
    const { list, ...scales } = yield* candidatesSteps(model, rest, size);
    const limits = new ValueLimits(model, at_most, shown);
    const chosen: Candidate[] = isDiverse
      ? yield* diversifySteps(model, list, { n: needed, diversity, likeness, limits })
      : at_most.length > 0
      ? admitted(list, limits, needed)
      : list;
    if (chosen.length >= needed || list.length < size || size >= MOST_CANDIDATES) {
      return { list: withPins(chosen, own, { first: shown.length, n }), ...scales };
    }
    size *= 4;
  }
}

/**
 * Returns the items of the pins in effect that may be recommended: those with an id are ranked
 * together, those with a filter one after another, each without the items of the others.
 */
function* pinnedSteps(
  model: Model,
  question: RuledQuestion,
  now: number,
): Steps<{ place: number; item: Candidate }[]> {
  const { compiled, item, allowed: { excluded: barred } } = question;
  const pins = activePins(compiled.pins, now).filter(({ item }) => item === undefined || item >= 0);
  if (pins.length === 0) return [];
  const items = model.items.popularity.length;
  const found: { place: number; item: Candidate }[] = [];
  const exclude = [...question.exclude, ...question.shown];
  const best = function* (allowed: AllowedItems, n: number): Steps<Candidate[]> {
    const among = { ...question, exclude, fill: undefined, allowed };
    return (yield* candidatesSteps(model, among, n)).list;
  };
  const named = pins.flatMap(({ item }) => item === undefined || barred?.[item] ? [] : [item]);
  if (named.length > 0) {
    const excluded = new Uint8Array(items).fill(1);
    for (const item of named) excluded[item] = 0;
    const allowed = Uint32Array.from(named);
    const ranked = new Map(
      (yield* best({ excluded, allowed }, named.length)).map((one) => [one.item, one]),
    );
    for (const pin of pins) {
      const one = pin.item === undefined ? undefined : ranked.get(pin.item);
      if (!one) continue;
      found.push({ place: pin.place, item: one });
      exclude.push(one.item);
      ranked.delete(one.item);
    }
  }
  for (const pin of pins.filter(({ item }) => item === undefined)) {
    const passing = pin.ofItem ? yield* passingSteps(model, pin.ofItem, item) : pin.passing!;
    const excluded = new Uint8Array(items);
    for (let i = 0; i < items; i++) excluded[i] = +(!passing[i] || barred?.[i] === 1);
    const [one] = yield* best({ excluded }, 1);
    if (!one) continue;
    found.push({ place: pin.place, item: one });
    exclude.push(one.item);
  }
  return found.sort((a, b) => a.place - b.place);
}

/** Returns the best candidates by score, boosts and rotation, those of the fallback last. */
function* candidatesSteps(
  model: Model,
  question: RuledQuestion,
  size: number,
): Steps<RuledRanking> {
  const { scores, fill, leastScore } = question;
  const own = yield* scoredSteps(model, question, { scores, size });
  if (!fill || (fill.by === "popular" && leastScore === 0 && scores.by === "sums")) return own;
  const list: Candidate[] = own.list.filter(({ score }) => score > 0 && score >= leastScore);
  if (list.length < size) {
    const listed = new Set(list.map(({ item }) => item));
    const exclude = [...question.exclude, ...listed];
    const more = yield* scoredSteps(model, { ...question, exclude }, {
      scores: fill.scores,
      size: size - list.length,
    });
    for (const { item } of more.list) list.push({ item, score: 0, fallback: fill.by });
  }
  return { ...own, list };
}

function* scoredSteps(
  model: Model,
  question: RuledQuestion,
  { scores, size }: { scores: Scores; size: number },
): Steps<RuledRanking> {
  const { hidden, barred, exclude, factors, rotated, allowed } = question;
  const adjust: Adjustment = { hidden, barred, factors, single: rotated };
  if (scores.by === "list") {
    yield rankingUnits(model, { n: size, exclude, diversity: 0, explain: false }, NO_ROWS);
    const list = rankedList(scores.scores, { adjust, exclude, allowed, size });
    return { list, historyScale: 0, itemScale: 0 };
  }
  yield rankingUnits(model, { n: size, exclude, diversity: 0, explain: false }, scores.rows);
  const { ranked, ...scales } = rankScaled(model, {
    ...scores.question,
    ...allowed,
    n: size,
    exclude,
    adjust,
  });
  return { list: ranked, ...scales };
}

const NO_ROWS: RankedRows = { rows: 0, entries: 0 };

/** As `rankScaled`, for given scores: scaled, multiplied by the factors, without excluded items. */
function rankedList(
  scores: readonly Ranked[],
  { adjust, exclude, allowed, size }:
    & Pick<RuledQuestion, "exclude" | "allowed">
    & { adjust: Adjustment; size: number },
): Ranked[] {
  const { hidden, barred = [], factors, single } = adjust;
  const bars = new Set(barred);
  const left = scores.filter(({ item }) => !bars.has(item) && !hidden?.[item]);
  const top = left.reduce((most, { score }) => Math.max(most, score), 0);
  const out = new Set(exclude);
  return left.filter(({ item }) => !out.has(item) && !allowed.excluded?.[item])
    .map(({ item, score }) => {
      const factor = (factors?.[item] ?? 1) * (single?.get(item) ?? 1);
      return { item, score: boosted(top > 0 ? score / top : 0, factor) };
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, size);
}
