/**
 * What the rows of a question add up to. Most of a ranking's time goes here, so there are two ways to
 * go over the sums, each in loops of its own: a long history reaches most of a small catalogue, a
 * short one little of a large one.
 */
import type { SparseRows } from "./model.ts";

/** A sum an item, all 0 at first. */
export interface Sums {
  /** By item; those of other models may follow, all 0. */
  readonly values: Float64Array;
  /** Adds `weight` times a row. */
  add(rows: SparseRows, row: number, weight: number): void;
  /** The largest sum among the items that are not banned, 0 where none is positive. */
  maximum(banned: Uint8Array): number;
  scale(factor: number): void;
  /**
   * Offers items of a sum above 0. `offer` says from which sum on it wants others, so that nearly
   * all are passed by, by one branch each that is well foreseen.
   */
  positive(offer: (item: number) => number): void;
  /** Makes all sums 0 again. */
  clear(): void;
}

/** Working space, as large as the largest catalogue so far. */
interface Space {
  values: Float64Array;
  /** 1 where an item is in `touched`. */
  marks: Uint8Array;
  touched: Uint32Array;
}

let space: Space | undefined;

/**
 * Sums of a catalogue of `items` to which rows of so many entries in all will be added. One space
 * serves all models, so no two sums are in use at a time, and each is cleared after use.
 */
export function sumsOf(items: number, { entries }: { entries: number }): Sums {
  if (!space || space.values.length < items) {
    space = {
      values: new Float64Array(items),
      marks: new Uint8Array(items),
      touched: new Uint32Array(items),
    };
  }
  // To note what is touched costs more at each entry than to look at every item once.
  return entries >= items ? new AllSums(space, items) : new TouchedSums(space);
}

/** Goes over every item. */
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

  maximum(banned: Uint8Array): number {
    const sums = this.values;
    let top = 0;
    for (let item = 0; item < this.#items; item++) {
      if (sums[item] > top && !banned[item]) top = sums[item];
    }
    return top;
  }

  scale(factor: number): void {
    const sums = this.values;
    for (let item = 0; item < this.#items; item++) sums[item] *= factor;
  }

  positive(offer: (item: number) => number): void {
    const sums = this.values;
    const end = this.#items;
    let least = Number.MIN_VALUE;
    for (let item = 0; item < end; item++) {
      // A loop by itself: what the other one does would take its registers.
      while (item < end && !(sums[item] >= least)) item++;
      if (item < end) least = +offer(item);
    }
  }

  clear(): void {
    this.values.fill(0, 0, this.#items);
  }
}

/** Notes each item that something is added to, and goes over those. */
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

  maximum(banned: Uint8Array): number {
    const sums = this.values;
    const touched = this.#touched;
    let top = 0;
    for (let t = 0; t < this.#count; t++) {
      const item = touched[t];
      if (sums[item] > top && !banned[item]) top = sums[item];
    }
    return top;
  }

  scale(factor: number): void {
    const sums = this.values;
    const touched = this.#touched;
    for (let t = 0; t < this.#count; t++) sums[touched[t]] *= factor;
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
