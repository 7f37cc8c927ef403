/**
 * From a model and a question to an ordered list. This one function serves, evaluates and makes the
 * golden answers; every other reader of the artifact repeats it step by step.
 */
import { BestOf } from "./best_of.ts";
import type { Model, SparseRows } from "./model.ts";
import { type Sums, sumsOf } from "./sums.ts";

/**
 * Item indices with what each weighs, in the order in which they are added up. An item that is in
 * it twice counts twice.
 */
export interface History {
  items: ArrayLike<number>;
  /** One a item, below 0 where it was rejected; absent means 1 each. */
  weights?: ArrayLike<number>;
}

/** What is asked of a model. All items are indices into the model's catalogue. */
export interface Question {
  /** "More like this one": its row counts, and it never recommends itself. */
  item?: number;
  /** What the visitor had: the sum of its rows counts. */
  history?: History;
  /** How many are wanted, a whole number from 1. */
  n: number;
  /** Indices that must not be recommended. */
  exclude?: Iterable<number>;
  /** 1 for each item of the catalogue that must not be recommended: for rules that bar many. */
  barred?: Uint8Array;
  /**
   * The items that `barred` lets through, from most to least popular: where it bars nearly all, a
   * list is filled up from these without a look at the others.
   */
  allowed?: ArrayLike<number>;
  /** Recommend what is in the history too, but for what was rejected. */
  includeSeen?: boolean;
}

/** A ranking, and by what its scores can be taken apart. */
export interface ScaledRanking {
  ranked: Ranked[];
  /** What the sums of the history were multiplied by. */
  historyScale: number;
  /** What the asked item's row was multiplied by. */
  itemScale: number;
}

/** One recommended item: an index and a finite score, 0 where nothing speaks for it. */
export interface Ranked {
  item: number;
  score: number;
}

/**
 * Ranks the catalogue for a question: by score, then popularity, then place in the file.
 *
 *     score(j) = Σ_h w_h · W[h, j]                                        history alone
 *     score(j) = S[i, j]                                                  item alone
 *     score(j) = γ / max S[i] · S[i, j] + (1 − γ) / max Σ_h · Σ_h …       both
 *
 * The maxima run over the items that are neither asked for nor in the history; where a maximum is
 * not positive, that part counts nothing. Sums are float64 in the order of the history.
 *
 * Every allowed item has a score, so fewer than `n` come only when no more items are allowed. What
 * is excluded or barred counts in the maxima, so that leaving items out changes no score.
 */
export function rank(model: Model, question: Question): Ranked[] {
  return rankScaled(model, question).ranked;
}

/** Ranks as `rank` does, and says by what the two parts of a score were multiplied. */
export function rankScaled(model: Model, question: Question): ScaledRanking {
  const { item, history, includeSeen = false } = question;
  const items = model.items.popularity.length;
  const asked = item === undefined ? [] : [item];
  const seen = Array.from(history?.items ?? []);
  const excluded = Array.from(question.exclude ?? []);
  const n = Math.max(0, Math.min(question.n, items));
  const sums = sumsOf(items, { entries: entriesOf(model.weights, seen) });
  const banned = flagsOf(items);

  for (let h = 0; h < seen.length; h++) {
    sums.add(model.weights, seen[h], history?.weights?.[h] ?? 1);
  }
  setAll(banned, seen, 1);
  setAll(banned, asked, 1);
  const scales = item === undefined
    ? { historyScale: 1, itemScale: 0 }
    : addAsked(sums, model, { item, alone: seen.length === 0, banned });
  if (includeSeen) {
    setAll(banned, seen, 0);
    setAll(banned, asked, 1);
    setAll(banned, rejectedOf(history), 1);
  }
  setAll(banned, excluded, 1);

  const { barred, allowed } = question;
  const ranked = select(model, sums, { n, banned, barred, allowed });

  sums.clear();
  for (const list of [seen, asked, excluded]) setAll(banned, list, 0);
  return { ranked, ...scales };
}

/** Adds the asked item's row: as it is where it stands alone, else joined to the history's sums. */
function addAsked(
  sums: Sums,
  model: Model,
  { item, alone, banned }: { item: number; alone: boolean; banned: Uint8Array },
): Omit<ScaledRanking, "ranked"> {
  const rows = model.similar ?? model.weights;
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

/** The items of a history that were rejected: those that count below 0, wherever else they stand. */
export function rejectedOf(history: History | undefined): number[] {
  const { items = [], weights } = history ?? {};
  return weights ? Array.from(items).filter((_, h) => weights[h] < 0) : [];
}

let flags = new Uint8Array();

/**
 * A flag an item, all 0 between two rankings. One space serves all models, as for the sums: ranking
 * never yields, so no two share it at a time; and once something is written to it nothing can throw,
 * so it is always left clean.
 */
function flagsOf(items: number): Uint8Array {
  if (flags.length < items) flags = new Uint8Array(items);
  return flags;
}

function setAll(flags: Uint8Array, indices: readonly number[], value: 0 | 1): void {
  for (const index of indices) flags[index] = value;
}

/** How many entries the rows of a history have. */
function entriesOf({ offsets }: SparseRows, rows: readonly number[]): number {
  return rows.reduce((sum, row) => sum + offsets[row + 1] - offsets[row], 0);
}

/** The largest value of a row among the items that are not banned, 0 where none is positive. */
function rowMaximum(rows: SparseRows, row: number, banned: Uint8Array): number {
  let top = 0;
  for (let e = rows.offsets[row]; e < rows.offsets[row + 1]; e++) {
    if (!banned[rows.columns[e]] && rows.values[e] > top) top = rows.values[e];
  }
  return top;
}

/**
 * The best `n` of all allowed items: those above 0 by their sums, then those of score 0 in order of
 * popularity, and last those below 0.
 */
function select(
  model: Model,
  sums: Sums,
  { n, banned, barred, allowed = model.items.popularOrder }:
    & Pick<Question, "n" | "barred" | "allowed">
    & { banned: Uint8Array },
): Ranked[] {
  const { popularity } = model.items;
  const scores = sums.values;
  const isAllowed = (item: number) => !banned[item] && !(barred && barred[item]);
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
  return best.map((item) => ({ item, score: scores[item] + 0 })); // + 0 makes a −0 a 0
}
