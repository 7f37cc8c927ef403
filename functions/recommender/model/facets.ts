/** What a model's columns hold, for somebody who chooses a filter. */
import type { Column, Model, NumberColumn, TermColumn } from "./model.ts";
import { finished, type Steps } from "./steps.ts";
import { stringAt, stringCount } from "./string_table.ts";
import { COST } from "./work.ts";

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
export function facetsOf(model: Model, options: { most: number }): Facet[] {
  return finished(facetsSteps(model, options));
}

/** Values that are looked at in one step. */
const TOGETHER = 1 << 20;

/** The columns that `facetsOf` returns, in steps. */
export function* facetsSteps(
  { columns = [] }: Model,
  { most }: { most: number },
): Steps<Facet[]> {
  const facets: Facet[] = [];
  for (const column of columns) {
    const { name, kind } = column;
    facets.push(
      "values" in column
        ? { name, kind, ...yield* boundsOf(column.values) }
        : { name, kind, terms: yield* mostFrequent(column, most) },
    );
  }
  return facets;
}

/** The terms that most items have, the most frequent first. */
function* mostFrequent(
  { terms, codes }: TermColumn,
  most: number,
): Steps<NonNullable<Facet["terms"]>> {
  const items = new Uint32Array(stringCount(terms));
  for (let start = 0; start < codes.length; start += TOGETHER) {
    const end = Math.min(start + TOGETHER, codes.length);
    yield (end - start) * COST.term;
    for (let e = start; e < end; e++) items[codes[e]]++;
  }
  yield items.length * COST.found;
  return [...items.keys()]
    .sort((a, b) => items[b] - items[a] || a - b)
    .slice(0, most)
    .map((code) => ({ term: stringAt(terms, code), items: items[code] }));
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
function* boundsOf(values: NumberColumn["values"]): Steps<Pick<Facet, "min" | "max">> {
  let min = Infinity;
  let max = -Infinity;
  for (let start = 0; start < values.length; start += TOGETHER) {
    const end = Math.min(start + TOGETHER, values.length);
    yield (end - start) * COST.term;
    for (let item = start; item < end; item++) {
      if (values[item] < min) min = values[item];
      if (values[item] > max) max = values[item];
    }
  }
  return min <= max ? { min, max } : {};
}
