/**
 * Sums of matrix rows. Most of a ranking's time is spent here, so there are two implementations,
 * each with its own loops: a long history touches most of a small catalogue, a short one little of
 * a large catalogue.
 */
import type { SparseRows } from "./model.ts";

/** One sum per item, initially 0. */
export interface Sums {
  /** By item; may be longer than the catalogue, padded with 0. */
  readonly values: Float64Array;
  /** Adds `weight` times a row. */
  add(rows: SparseRows, row: number, weight: number): void;
  /**
   * Returns the largest sum among items that are neither banned nor hidden, or 0 if none is positive.
   */
  maximum(banned: Uint8Array, hidden?: Uint8Array): number;
  /** Multiplies all sums by `factor`; if factors by item are given, also by those: see `boosted`. */
  scale(factor: number, factors?: Float64Array): void;
  /**
   * Calls `offer` for items with positive sums. `offer` returns the least sum it still accepts, so
   * nearly all items are skipped by one well-predicted branch each.
   */
  positive(offer: (item: number) => number): void;
  /** Resets all sums to 0. */
  clear(): void;
}

/** Returns a score times a factor above 0; one below 0 is divided, so that a boost raises it too. */
export function boosted(score: number, factor: number): number {
  return score > 0 ? score * factor : score / factor;
}

/** Working memory, as large as the largest catalogue so far. */
interface Space {
  values: Float64Array;
  /** 1 if an item is in `touched`. */
  marks: Uint8Array;
  touched: Uint32Array;
}

let space: Space | undefined;

/** Number of items that a scan visits in the time of recording the item of one entry. */
const SCANNED_PER_ENTRY = 4;

/**
 * Returns sums for a catalogue of `items`, to which rows with `entries` entries in total will be
 * added. All models share one buffer: only one may be in use at a time, and it must be cleared
 * after use.
 */
export function sumsOf(items: number, { entries }: { entries: number }): Sums {
  if (!space || space.values.length < items) {
    space = {
      values: new Float64Array(items),
      marks: new Uint8Array(items),
      touched: new Uint32Array(items),
    };
  }
  return entries >= items / SCANNED_PER_ENTRY ? new AllSums(space, items) : new TouchedSums(space);
}

/** Scans every item. */
class AllSums implements Sums {
  readonly values: Float64Array;
  #items: number;

  constructor({ values }: Space, items: number) {
    this.values = values;
    this.#items = items;
  }

  add({ offsets, columns, values }: SparseRows, row: number, weight: number): void {
    const sums = this.values;
    const end = offsets[row + 1];
    for (let e = offsets[row]; e < end; e++) sums[columns[e]] += weight * values[e];
  }

  maximum(banned: Uint8Array, hidden?: Uint8Array): number {
    const sums = this.values;
    let top = 0;
    for (let item = 0; item < this.#items; item++) {
      if (sums[item] > top && !banned[item] && !(hidden && hidden[item])) top = sums[item];
    }
    return top;
  }

  scale(factor: number, factors?: Float64Array): void {
    const sums = this.values;
    for (let item = 0; item < this.#items; item++) sums[item] *= factor;
    if (!factors) return;
    for (let item = 0; item < this.#items; item++) sums[item] = boosted(sums[item], factors[item]);
  }

  positive(offer: (item: number) => number): void {
    const sums = this.values;
    const end = this.#items;
    let least = Number.MIN_VALUE;
    for (let item = 0; item < end; item++) {
      // A separate tight loop: the code of the outer loop would take its registers.
      while (item < end && !(sums[item] >= least)) item++;
      if (item < end) least = +offer(item);
    }
  }

  clear(): void {
    this.values.fill(0, 0, this.#items);
  }
}

/** Records the items that are added to, and scans only those. */
class TouchedSums implements Sums {
  readonly values: Float64Array;
  #marks: Uint8Array;
  #touched: Uint32Array;
  #count = 0;

  constructor({ values, marks, touched }: Space) {
    this.values = values;
    this.#marks = marks;
    this.#touched = touched;
  }

  add({ offsets, columns, values }: SparseRows, row: number, weight: number): void {
    const sums = this.values;
    const marks = this.#marks;
    const touched = this.#touched;
    const end = offsets[row + 1];
    let count = this.#count;
    for (let e = offsets[row]; e < end; e++) {
      const item = columns[e];
      if (!marks[item]) {
        marks[item] = 1;
        touched[count++] = item;
      }
      sums[item] += weight * values[e];
    }
    this.#count = count;
  }

  maximum(banned: Uint8Array, hidden?: Uint8Array): number {
    const sums = this.values;
    const touched = this.#touched;
    let top = 0;
    for (let t = 0; t < this.#count; t++) {
      const item = touched[t];
      if (sums[item] > top && !banned[item] && !(hidden && hidden[item])) top = sums[item];
    }
    return top;
  }

  scale(factor: number, factors?: Float64Array): void {
    const sums = this.values;
    const touched = this.#touched;
    for (let t = 0; t < this.#count; t++) sums[touched[t]] *= factor;
    if (!factors) return;
    for (let t = 0; t < this.#count; t++) {
      const item = touched[t];
      sums[item] = boosted(sums[item], factors[item]);
    }
  }

  positive(offer: (item: number) => number): void {
    const sums = this.values;
    const touched = this.#touched;
    let least = Number.MIN_VALUE;
    for (let t = 0; t < this.#count; t++) {
      if (sums[touched[t]] >= least) least = +offer(touched[t]);
    }
  }

  clear(): void {
    for (let t = 0; t < this.#count; t++) {
      this.values[this.#touched[t]] = 0;
      this.#marks[this.#touched[t]] = 0;
    }
  }
}
