/**
 * From a model and a question to an ordered list. This one function serves, evaluates and makes the
 * golden answers; every other reader of the artifact repeats it step by step.
 */
import type { Model, SparseRows } from "./model.ts";

/**
 * Item indices with what each weighs, in the order in which they are added up. An item that is in
 * it twice counts twice.
 */
export interface History {
  items: ArrayLike<number>;
  /** One a item; absent means 1 each. */
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
  /** Recommend what is in the history too. */
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
  const asked = item === undefined ? [] : [item];
  const seen = Array.from(history?.items ?? []);
  const excluded = Array.from(question.exclude ?? []);
  const n = Math.max(0, Math.min(question.n, model.items.popularity.length));
  const scores = scratch(model.items.popularity.length, {
    entries: entriesOf(model.weights, seen),
  });
  const { banned } = scores;

  for (let h = 0; h < seen.length; h++) {
    addRow(scores, model.weights, seen[h], history?.weights?.[h] ?? 1);
  }
  setAll(banned, seen, 1);
  setAll(banned, asked, 1);
  const scales = item === undefined
    ? { historyScale: 1, itemScale: 0 }
    : addAsked(scores, model, item, seen.length === 0);
  if (includeSeen) {
    setAll(banned, seen, 0);
    setAll(banned, asked, 1);
  }
  setAll(banned, excluded, 1);

  const ranked = select(model, scores, { n, barred: question.barred });

  clear(scores);
  for (const list of [seen, asked, excluded]) setAll(banned, list, 0);
  return { ranked, ...scales };
}

/** Adds the asked item's row: as it is where it stands alone, else joined to the history's sums. */
function addAsked(
  scores: Scores,
  model: Model,
  item: number,
  alone: boolean,
): Omit<ScaledRanking, "ranked"> {
  const rows = model.similar ?? model.weights;
  if (alone) {
    addRow(scores, rows, item, 1);
    return { historyScale: 0, itemScale: 1 };
  }
  const { gamma } = model.manifest;
  const sumsTop = sumsMaximum(scores);
  const historyScale = sumsTop > 0 ? (1 - gamma) / sumsTop : 0;
  scaleSums(scores, historyScale);
  const rowTop = rowMaximum(rows, item, scores.banned);
  const itemScale = rowTop > 0 ? gamma / rowTop : 0;
  if (itemScale > 0) addRow(scores, rows, item, itemScale);
  return { historyScale, itemScale };
}

/** Working space of one ranking, all zero between two of them. */
interface Scores {
  sums: Float64Array;
  /** 1 where an item is in `touched`. */
  marks: Uint8Array;
  /** 1 where an item must not be recommended. */
  banned: Uint8Array;
  /** The first `count` have what was added up. */
  touched: Uint32Array;
  count: number;
  /** Whether `touched` is the whole catalogue: a long history reaches most of a small one. */
  all: boolean;
}

let space: Scores | undefined;
/** 0, 1, 2 …: what is touched where all is. */
let everyItem = new Uint32Array();

/**
 * One space serves all models: ranking never yields, so no two rankings share it at a time; and once
 * something is written to it nothing can throw, so it is always left clean.
 */
function scratch(items: number, { entries }: { entries: number }): Scores {
  if (!space || space.sums.length < items) {
    space = {
      sums: new Float64Array(items),
      marks: new Uint8Array(items),
      banned: new Uint8Array(items),
      touched: new Uint32Array(items),
      count: 0,
      all: false,
    };
    everyItem = Uint32Array.from(space.sums, (_, item) => item);
  }
  // To note what is touched costs more at each entry than to look at every item once.
  if (entries >= items) return { ...space, touched: everyItem, count: items, all: true };
  space.count = 0;
  return space;
}

/** How many entries the rows of a history have. */
function entriesOf({ offsets }: SparseRows, rows: readonly number[]): number {
  return rows.reduce((sum, row) => sum + offsets[row + 1] - offsets[row], 0);
}

function addRow(scores: Scores, rows: SparseRows, row: number, weight: number): void {
  const { sums, marks, touched } = scores;
  const { offsets, columns, values } = rows;
  const end = offsets[row + 1];
  if (scores.all) {
    for (let e = offsets[row]; e < end; e++) sums[columns[e]] += weight * values[e];
    return;
  }
  let { count } = scores;
  for (let e = offsets[row]; e < end; e++) {
    const column = columns[e];
    if (!marks[column]) {
      marks[column] = 1;
      touched[count++] = column;
    }
    sums[column] += weight * values[e];
  }
  scores.count = count;
}

/** The largest sum among the items that are not banned, 0 where none is positive. */
function sumsMaximum({ sums, touched, banned, count }: Scores): number {
  let top = 0;
  for (let t = 0; t < count; t++) {
    if (!banned[touched[t]] && sums[touched[t]] > top) top = sums[touched[t]];
  }
  return top;
}

/** The largest value of a row among the items that are not banned, 0 where none is positive. */
function rowMaximum(rows: SparseRows, row: number, banned: Uint8Array): number {
  let top = 0;
  for (let e = rows.offsets[row]; e < rows.offsets[row + 1]; e++) {
    if (!banned[rows.columns[e]] && rows.values[e] > top) top = rows.values[e];
  }
  return top;
}

function scaleSums({ sums, touched, count }: Scores, factor: number): void {
  for (let t = 0; t < count; t++) sums[touched[t]] *= factor;
}

function setAll(flags: Uint8Array, indices: readonly number[], value: 0 | 1): void {
  for (const index of indices) flags[index] = value;
}

function clear({ sums, marks, touched, count, all }: Scores): void {
  if (all) return void sums.fill(0, 0, count);
  for (let t = 0; t < count; t++) {
    sums[touched[t]] = 0;
    marks[touched[t]] = 0;
  }
}

/**
 * The best `n` of all allowed items. Touched items above 0 go through a bounded heap; then come the
 * items of score 0 in order of popularity, and last the touched ones below 0.
 */
function select(
  model: Model,
  scores: Scores,
  { n, barred }: { n: number; barred?: Uint8Array },
): Ranked[] {
  const { sums, touched, banned, count } = scores;
  const { popularity, popularOrder } = model.items;
  const before = (a: number, b: number) =>
    sums[b] - sums[a] || popularity[b] - popularity[a] || a - b;

  const positive = new BestOf(n, before);
  let negatives = 0;
  let worst = 0;
  for (let t = 0; t < count; t++) {
    const index = touched[t];
    const sum = sums[index];
    // Most are worse than the worst of a full heap, which the score alone tells.
    if (sum > 0 && sum < worst) continue;
    if (banned[index]) continue;
    if (sum > 0) {
      if (barred && barred[index]) continue;
      positive.offer(index);
      if (positive.isFull) worst = sums[positive.worst];
    } else if (sum < 0) negatives++;
  }
  const best = positive.sorted();
  for (let p = 0; best.length < n && p < popularOrder.length; p++) {
    const index = popularOrder[p];
    if (!banned[index] && sums[index] === 0 && !(barred && barred[index])) best.push(index);
  }
  if (best.length < n && negatives > 0) {
    const negative = new BestOf(n - best.length, before);
    for (let t = 0; t < count; t++) {
      const index = touched[t];
      if (!banned[index] && sums[index] < 0 && !(barred && barred[index])) negative.offer(index);
    }
    best.push(...negative.sorted());
  }
  return best.map((item) => ({ item, score: sums[item] + 0 })); // + 0 makes a −0 a 0
}

/** A bounded binary heap with the worst of the best at its root. */
class BestOf {
  #heap: Uint32Array;
  #size = 0;
  #before: (a: number, b: number) => number;

  constructor(n: number, before: (a: number, b: number) => number) {
    this.#heap = new Uint32Array(n);
    this.#before = before;
  }

  get isFull(): boolean {
    return this.#size === this.#heap.length;
  }

  /** The one that the next better one replaces. */
  get worst(): number {
    return this.#heap[0];
  }

  offer(index: number): void {
    const heap = this.#heap;
    const before = this.#before;
    if (this.#size < heap.length) {
      let child = this.#size++;
      while (child > 0) {
        const parent = (child - 1) >> 1;
        if (before(heap[parent], index) >= 0) break;
        heap[child] = heap[parent];
        child = parent;
      }
      heap[child] = index;
      return;
    }
    if (before(index, heap[0]) >= 0) return;
    let parent = 0;
    for (let child = 1; child < this.#size; child = 2 * parent + 1) {
      if (child + 1 < this.#size && before(heap[child + 1], heap[child]) > 0) child++;
      if (before(heap[child], index) <= 0) break;
      heap[parent] = heap[child];
      parent = child;
    }
    heap[parent] = index;
  }

  sorted(): number[] {
    return Array.from(this.#heap.subarray(0, this.#size)).sort(this.#before);
  }
}
