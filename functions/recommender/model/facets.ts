/** What a model's columns hold, for somebody who chooses a filter. */
import type { Column, Model } from "./model.ts";
import { stringAt, stringCount } from "./string_table.ts";

/** What there is to choose from in one column. */
export interface Facet {
  name: string;
  kind: Column["kind"];
  /** Numbers, and dates as seconds since 1970; absent where no item has a value. */
  min?: number;
  max?: number;
  /** Texts and lists: the terms that most items have, the most frequent first. */
  terms?: { term: string; items: number }[];
}

/**
 * The columns that can be filtered by, in the order of the model.
 * @param most how many terms a column shows.
 */
export function facetsOf({ columns = [] }: Model, { most }: { most: number }): Facet[] {
  return columns.map((column) => {
    const { name, kind } = column;
    if ("values" in column) return { name, kind, ...boundsOf(column.values) };
    const items = new Uint32Array(stringCount(column.terms));
    for (const code of column.codes) items[code]++;
    const terms = [...items.keys()]
      .sort((a, b) => items[b] - items[a] || a - b)
      .slice(0, most)
      .map((code) => ({ term: stringAt(column.terms, code), items: items[code] }));
    return { name, kind, terms };
  });
}

/** What the columns say of one item, by column; a column that says nothing of it is left out. */
export function describeItem(
  { columns = [] }: Model,
  item: number,
): Record<string, number | string | string[]> {
  return Object.fromEntries(
    columns.flatMap((column): [string, number | string | string[]][] => {
      if ("values" in column) {
        const value = column.values[item];
        return Number.isNaN(value) ? [] : [[column.name, value]];
      }
      const { name, kind, terms, offsets, codes } = column;
      const own = Array.from(
        codes.subarray(offsets[item], offsets[item + 1]),
        (code) => stringAt(terms, code),
      );
      if (own.length === 0) return [];
      return [[name, kind === "list" ? own : own[0]]];
    }),
  );
}

/** The least and the largest value; NaN is none. */
function boundsOf(values: Float32Array | Float64Array): Pick<Facet, "min" | "max"> {
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min <= max ? { min, max } : {};
}
