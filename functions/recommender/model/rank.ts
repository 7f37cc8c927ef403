/**
 * Ranks the catalogue. This function serves, evaluates and computes the golden answers; every other
 * reader of the artifact reproduces it step by step.
 */
import { BestOf } from "./best_of.ts";
import type { AddedRows, Model, SparseRows } from "./model.ts";
import { boosted, type Sums, sumsOf } from "./sums.ts";

/** Item indices with weights, in the order of summation. An item that occurs twice counts twice. */
export interface History {
  items: ArrayLike<number>;
  /** One weight per item, below 0 if rejected; 1 each if absent. */
  weights?: ArrayLike<number>;
}

/** Input of a ranking. All items are catalogue indices. */
export interface Question {
  /** The requested item ("more like this"): its row counts, and it is never recommended. */
  item?: number;
  /** The visitor's history: the weighted sum of its rows counts. */
  history?: History;
  /** Number of results, an integer from 1. */
  n: number;
  /** Items that must not be recommended, as indices: for a few. */
  exclude?: Iterable<number>;
  /** Items that must not be recommended, as a flag per item of the catalogue: for many. */
  excluded?: Uint8Array;
  /**
   * The items that `excluded` does not flag, from most to least popular. If they are few, a list is
   * filled up from them without a scan of the catalogue.
   */
  allowed?: ArrayLike<number>;
  /** Recommend items of the history too, except rejected ones. */
  includeSeen?: boolean;
  /** Puts the scores on the scale of placements and multiplies them by factors. */
  adjust?: Adjustment;
}

/**
 * Scale and factors of the scores of a placement. A score is divided by the largest one among items
 * that are neither hidden nor barred by the history; where none is positive, the scores are the
 * popularity divided by the largest. Scores above 0 are then multiplied by the factors, others
 * divided.
 */
export interface Adjustment {
  /** A flag per item; items that `excluded` flags for other reasons count in the scale. */
  hidden?: Uint8Array;
  /** Items that must not be recommended and do not count in the scale. */
  barred?: readonly number[];
  /** A factor above 0 per item of the catalogue; absent if all are 1. */
  factors?: Float64Array;
  /** Further factors of single items. */
  single?: ReadonlyMap<number, number>;
}

/** A ranking, with the factors to decompose its scores, which `Adjustment` may have multiplied. */
export interface ScaledRanking {
  ranked: Ranked[];
  /** Factor of the history's sums. */
  historyScale: number;
  /** Factor of the requested item's row. */
  itemScale: number;
}

/** A recommended item: its index and finite score, 0 if no row contributes. */
export interface Ranked {
  item: number;
  score: number;
}

/**
 * Ranks the catalogue: by score, then popularity, then position in the file.
 *
 *     score(j) = Σ_h w_h · W[h, j]                                        history only
 *     score(j) = S[i, j]                                                  item only
 *     score(j) = γ / max S[i] · S[i, j] + (1 − γ) / max Σ_h · Σ_h …       both
 *
 * The maxima are over the items that are neither requested nor in the history; a part whose maximum
 * is not positive counts 0. Sums are float64 in the order of the history.
 *
 * Every allowed item has a score, so fewer than `n` are returned only if fewer are allowed.
 * Excluded items count in the maxima, so excluding items changes no score. Items that were added
 * since the training do not, so adding items changes no score of the others.
 */
export function rank(model: Model, question: Question): Ranked[] {
  return rankScaled(model, question).ranked;
}

/** `rank`, with the factors of the two parts of a score. */
export function rankScaled(model: Model, question: Question): ScaledRanking {
  const { item, history, includeSeen = false } = question;
  const items = model.items.popularity.length;
  const requested = item === undefined ? [] : [item];
  const seen = Array.from(history?.items ?? []);
  const exclude = Array.from(question.exclude ?? []);
  const n = Math.max(0, Math.min(question.n, items));
  const { added } = model;
  const entries = entriesOf(model.weights, seen) + (added ? entriesOf(added.weights, seen) : 0);
  const sums = sumsOf(items, { entries });
  const banned = flagsOf(items);

  for (let h = 0; h < seen.length; h++) {
    const rows = added && seen[h] >= added.first ? added.weights : model.weights;
    sums.add(rows, seen[h], history?.weights?.[h] ?? 1);
  }
  setAll(banned, seen, 1);
  setAll(banned, requested, 1);
  let scales = item === undefined
    ? { historyScale: 1, itemScale: 0 }
    : addRequested(sums, model, { item, alone: seen.length === 0, banned });
  if (added) addToAdded(sums, added, { ...scales, item, seen, weights: history?.weights });
  if (includeSeen) {
    setAll(banned, seen, 0);
    setAll(banned, requested, 1);
    setAll(banned, rejectedOf(history), 1);
  }
  const { excluded, allowed, adjust } = question;
  const barred = adjust?.barred ?? [];
  setAll(banned, barred, 1);
  const scale = adjust ? adjustScores(sums, adjust, banned) : 1;
  // Scores that are popularities have no parts.
  const { historyScale, itemScale } = scales;
  scales = { historyScale: historyScale * (scale ?? 0), itemScale: itemScale * (scale ?? 0) };
  const top = scale === undefined ? topPopularity(model, banned, adjust?.hidden) : 0;
  setAll(banned, exclude, 1);

  const among = { n, banned, excluded, allowed };
  const ranked = scale === undefined
    ? selectPopular(model, sums, { ...among, top, adjust: adjust! })
    : select(model, sums, among);

  sums.clear();
  for (const list of [seen, requested, exclude, barred]) setAll(banned, list, 0);
  return { ranked, ...scales };
}

/** Adjusts the sums and returns the factor of the scale; undefined if no score is positive. */
function adjustScores(
  sums: Sums,
  { hidden, factors, single }: Adjustment,
  banned: Uint8Array,
): number | undefined {
  const top = sums.maximum(banned, hidden);
  if (top <= 0) return undefined;
  sums.scale(1 / top, factors);
  const { values } = sums;
  for (const [item, factor] of single ?? []) values[item] = boosted(values[item], factor);
  return 1 / top;
}

function topPopularity(
  { items: { popularOrder, popularity } }: Model,
  banned: Uint8Array,
  hidden?: Uint8Array,
): number {
  for (const item of popularOrder) {
    if (!banned[item] && !(hidden && hidden[item])) return popularity[item];
  }
  return 0;
}

/** Adds the requested item's row: unscaled without a history, otherwise blended with its sums. */
function addRequested(
  sums: Sums,
  model: Model,
  { item, alone, banned }: { item: number; alone: boolean; banned: Uint8Array },
): Omit<ScaledRanking, "ranked"> {
  const rows = requestedRows(model, item);
  if (alone) {
    sums.add(rows, item, 1);
    return { historyScale: 0, itemScale: 1 };
  }
  const { gamma } = model.manifest;
  const sumsTop = sums.maximum(banned);
  const historyScale = sumsTop > 0 ? (1 - gamma) / sumsTop : 0;
  sums.scale(historyScale);
  const rowTop = rowMaximum(rows, item, banned);
  const itemScale = rowTop > 0 ? gamma / rowTop : 0;
  if (itemScale > 0) sums.add(rows, item, itemScale);
  return { historyScale, itemScale };
}

/** Returns the rows among which the row of a requested item is. */
export function requestedRows({ similar, weights, added }: Model, item: number): SparseRows {
  return added && item >= added.first ? added.similar ?? added.weights : similar ?? weights;
}

/** Adds to the sums of added items what the history and the requested item contribute. */
function addToAdded(
  sums: Sums,
  { first, weights: rows, similar = rows }: AddedRows,
  { item, seen, weights, historyScale, itemScale }: Omit<ScaledRanking, "ranked"> & {
    item: number | undefined;
    seen: readonly number[];
    weights: ArrayLike<number> | undefined;
  },
): void {
  for (let h = 0; h < seen.length; h++) {
    if (seen[h] < first) sums.add(rows, seen[h], historyScale * (weights?.[h] ?? 1));
  }
  if (item !== undefined && item < first) sums.add(similar, item, itemScale);
}

/** Returns the rejected items of a history: those with a weight below 0 in any entry. */
export function rejectedOf(history: History | undefined): number[] {
  const { items = [], weights } = history ?? {};
  return weights ? Array.from(items).filter((_, h) => weights[h] < 0) : [];
}

let flags = new Uint8Array();

/**
 * Returns a buffer of one flag per item, all 0 between rankings. One buffer serves all models, as
 * for the sums: ranking never yields, so it is never shared, and nothing throws after the first
 * write, so it is always cleared.
 */
function flagsOf(items: number): Uint8Array {
  if (flags.length < items) flags = new Uint8Array(items);
  return flags;
}

function setAll(flags: Uint8Array, indices: readonly number[], value: 0 | 1): void {
  for (const index of indices) flags[index] = value;
}

/** Returns the number of entries in the rows of a history. */
function entriesOf({ offsets }: SparseRows, rows: readonly number[]): number {
  return rows.reduce((sum, row) => sum + offsets[row + 1] - offsets[row], 0);
}

/** Returns the largest value of a row among items that are not banned, or 0 if none is positive. */
function rowMaximum(rows: SparseRows, row: number, banned: Uint8Array): number {
  let top = 0;
  for (let e = rows.offsets[row]; e < rows.offsets[row + 1]; e++) {
    if (!banned[rows.columns[e]] && rows.values[e] > top) top = rows.values[e];
  }
  return top;
}

/**
 * Returns the best `n` of all allowed items: those above 0 by score, then those of score 0 by
 * popularity, then those below 0.
 */
function select(
  model: Model,
  sums: Sums,
  { n, banned, excluded, allowed = model.items.popularOrder }:
    & Pick<Question, "n" | "excluded" | "allowed">
    & { banned: Uint8Array },
): Ranked[] {
  const { popularity } = model.items;
  const scores = sums.values;
  const isAllowed = (item: number) => !banned[item] && !(excluded && excluded[item]);
  const before = (a: number, b: number) =>
    scores[b] - scores[a] || popularity[b] - popularity[a] || a - b;

  const positive = new BestOf(n, before);
  let least = Number.MIN_VALUE;
  sums.positive((item) => {
    if (isAllowed(item)) {
      positive.offer(item);
      if (positive.worst !== undefined) least = scores[positive.worst];
    }
    return least;
  });
  const best = positive.sorted();
  let below = 0;
  for (let p = 0; best.length < n && p < allowed.length; p++) {
    const item = allowed[p];
    if (scores[item] > 0 || !isAllowed(item)) continue;
    if (scores[item] === 0) best.push(item);
    else below++;
  }
  if (best.length < n && below > 0) {
    const negative = new BestOf(n - best.length, before);
    for (let p = 0; p < allowed.length; p++) {
      if (scores[allowed[p]] < 0 && isAllowed(allowed[p])) negative.offer(allowed[p]);
    }
    best.push(...negative.sorted());
  }
  return best.map((item) => ({ item, score: scores[item] + 0 })); // + 0 turns −0 into 0
}

/**
 * Returns the best `n` of all allowed items where no score is positive: by popularity divided by
 * `top` and times the factors; those with a score below 0 come last.
 */
function selectPopular(
  model: Model,
  sums: Sums,
  { n, banned, excluded, allowed = model.items.popularOrder, top, adjust }:
    & Pick<Question, "n" | "excluded" | "allowed">
    & { banned: Uint8Array; top: number; adjust: Adjustment },
): Ranked[] {
  const { popularity } = model.items;
  const scores = sums.values;
  const { factors, single } = adjust;
  const scoreOf = (item: number): number => {
    if (scores[item] < 0) return scores[item];
    const share = top > 0 ? popularity[item] / top : 0;
    return share * (factors?.[item] ?? 1) * (single?.get(item) ?? 1);
  };
  const before = (a: number, b: number) =>
    scoreOf(b) - scoreOf(a) || popularity[b] - popularity[a] || a - b;
  const best = new BestOf(Math.max(1, n), before);
  for (let p = 0; p < allowed.length; p++) {
    const item = allowed[p];
    if (banned[item] || (excluded && excluded[item])) continue;
    // Without factors, items come in their order, so the first ones are the best.
    if (!factors && !single?.size && best.worst !== undefined && scores[best.worst] >= 0) break;
    best.offer(item);
  }
  return best.sorted().slice(0, n).map((item) => ({ item, score: scoreOf(item) }));
}
