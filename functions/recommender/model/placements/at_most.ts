/** Limits of how many items of a list share a value of a column. */
import type { Column, Model } from "../model.ts";
import { columnOf } from "./evaluate.ts";
import type { AtMost } from "./placement.ts";

/**
 * Counts the values of a list's items while it is made from its first position. An item counts with
 * each of its values; one without a value is never left out.
 */
export class ValueLimits {
  readonly #limits: { column: Column; most: number; first: number; counts: Map<number, number> }[];
  #position: number;

  /** @param shown items on earlier pages, in any order: they count as the first positions. */
  constructor(model: Model, limits: readonly AtMost[], shown: readonly number[] = []) {
    this.#limits = limits.flatMap(({ column: name, most, first }) => {
      const column = columnOf(model, name);
      return column ? [{ column, most, first, counts: new Map<number, number>() }] : [];
    });
    this.#position = 0;
    for (const item of shown) this.take(item);
  }

  /** Whether an item may be at the next position. */
  admits(item: number): boolean {
    return this.#limits.every(({ column, most, first, counts }) =>
      this.#position >= first || keysOf(column, item).every((key) => (counts.get(key) ?? 0) < most)
    );
  }

  /** Counts an item at the next position. */
  take(item: number): void {
    for (const { column, counts } of this.#limits) {
      for (const key of keysOf(column, item)) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    this.#position++;
  }
}

/** Returns the values of an item: numbers, or codes of terms. */
function keysOf(column: Column, item: number): number[] {
  if ("values" in column) {
    const value = column.values[item];
    return Number.isNaN(value) ? [] : [value];
  }
  return Array.from(column.codes.subarray(column.offsets[item], column.offsets[item + 1]));
}

/**
 * Returns the first `n` candidates that the limits admit, each at the earliest position at which it is
 * admitted; fewer if no other is.
 */
export function admitted<Candidate extends { item: number }>(
  candidates: readonly Candidate[],
  limits: ValueLimits,
  n: number,
): Candidate[] {
  const left = [...candidates];
  const chosen: Candidate[] = [];
  while (chosen.length < n) {
    const next = left.findIndex(({ item }) => limits.admits(item));
    if (next < 0) break;
    const [one] = left.splice(next, 1);
    limits.take(one.item);
    chosen.push(one);
  }
  return chosen;
}
