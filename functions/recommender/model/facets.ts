/** Summaries of a model's columns, for choosing a filter. */
import type { Column, Model, NumberColumn, TermColumn } from "./model.ts";
import { finished, type Steps } from "./steps.ts";
import { stringAt, stringCount } from "./string_table.ts";
import { COST } from "./work.ts";

/** Summary of one column. */
export interface Facet {
  name: string;
  kind: Column["kind"];
  /** Bounds of numbers, and of dates in seconds since 1970; absent if no item has a value. */
  min?: number;
  max?: number;
  /** Texts and lists: the most frequent terms with their number of items, in descending order. */
  terms?: { term: string; items: number }[];
}

/**
 * Returns the filterable columns, in the order of the model.
 * @param most maximum number of terms per column.
 */
export function facetsOf(model: Model, options: { most: number }): Facet[] {
  return finished(facetsSteps(model, options));
}

/** Number of values processed per step. */
const VALUES_PER_STEP = 1 << 20;

/** `facetsOf`, in steps. */
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

/** Returns the terms that most items have, in descending order. */
function* mostFrequent(
  { terms, codes }: TermColumn,
  most: number,
): Steps<NonNullable<Facet["terms"]>> {
  const items = new Uint32Array(stringCount(terms));
  for (let start = 0; start < codes.length; start += VALUES_PER_STEP) {
    const end = Math.min(start + VALUES_PER_STEP, codes.length);
    yield (end - start) * COST.term;
    for (let e = start; e < end; e++) items[codes[e]]++;
  }
  yield items.length * COST.found;
  return [...items.keys()]
    .sort((a, b) => items[b] - items[a] || a - b)
    .slice(0, most)
    .map((code) => ({ term: stringAt(terms, code), items: items[code] }));
}

/** Returns the values of one item by column, without empty ones. */
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

/** Returns the minimum and maximum, ignoring NaN. */
function* boundsOf(values: NumberColumn["values"]): Steps<Pick<Facet, "min" | "max">> {
  let min = Infinity;
  let max = -Infinity;
  for (let start = 0; start < values.length; start += VALUES_PER_STEP) {
    const end = Math.min(start + VALUES_PER_STEP, values.length);
    yield (end - start) * COST.term;
    for (let item = start; item < end; item++) {
      if (values[item] < min) min = values[item];
      if (values[item] > max) max = values[item];
    }
  }
  return min <= max ? { min, max } : {};
}
