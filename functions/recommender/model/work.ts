/**
 * Work, estimated before it is done: the one place that says what a request costs, for limits, for
 * rates and for the slices that computations are cut into. `bench/work.ts` ties it to milliseconds.
 */
import type { Column, Model, SparseRows } from "./model.ts";
import type { History } from "./rank.ts";
import { stringCount, type StringTable } from "./string_table.ts";

/** Milliseconds of one unit on the machine of bench/README.md. */
export const UNIT_MS = 0.5;

/** The longest step of a computation, in units: 20 ms. */
export const SLICE_UNITS = 20 / UNIT_MS;

/** What a request costs. */
export interface Work {
  /** At least one a list that is asked for. */
  units: number;
  /** Of the answer as JSON, by the catalogue's mean length of ids and titles. */
  bytes: number;
}

/** Hears what a request costs before it is begun; throws where that is too much. */
export type Permit = (work: Work) => void;

/** Units of single operations, from nanoseconds. */
export const COST = inUnits({
  /** One ranking of nothing. */
  ranking: 40_000,
  /** A row of a history, and each of its entries: added up, compared, cleared. */
  row: 60,
  entry: 6,
  /** An item that must not come. */
  excluded: 20,
  /** An item of the answer in words. */
  listed: 3_500,
  /** An item in a pool to choose from, and a comparison of two: the second's row beside it. */
  pooled: 300,
  compared: 50,
  comparedEntry: 4,
  /** A row of a history asked what it adds to an item's score, and that in words. */
  weighed: 100,
  part: 1_500,
  /** An id or a title looked up, and a row whose entries are counted. */
  lookup: 2_000,
  counted: 5,
  /** A value that a column has of an item, in words, and a character of JSON. */
  described: 500,
  written: 6,
  /** A value of a filter read, an item held against a condition, a term of an item. */
  value: 2_000,
  checked: 8,
  term: 3,
  /** A string folded for search and each of its characters: once a model. */
  folded: 500,
  foldedCharacter: 10,
  /** A character searched, one compared by pairs, and a string that may be found. */
  searched: 2,
  paired: 8,
  found: 100,
});

function inUnits<Costs extends Record<string, number>>(nanoseconds: Costs): Costs {
  const entries = Object.entries(nanoseconds).map(([name, ns]) => [name, ns / (UNIT_MS * 1e6)]);
  return Object.fromEntries(entries) as Costs;
}

/** How a list is asked for. */
export interface AskedList {
  n: number;
  exclude: ArrayLike<number>;
  diversity: number;
  explain: boolean;
}

/** The rows of a history that a ranking adds up, and the entries that they have. */
export interface RankedRows {
  rows: number;
  entries: number;
}

/** A list from the ranking to its JSON, without what it shares with others of its request. */
export function listWork(model: Model, list: AskedList, ranked: RankedRows): Work {
  const { diversity, explain } = list;
  const listed = Math.min(list.n, stringCount(model.items.ids));
  const words = meanBytes(model.items.ids) + meanBytes(model.items.titles);
  const parts = explain ? Math.min(listed * ranked.rows, ranked.entries) : 0;
  return {
    units: rankingUnits(model, list, ranked) +
      (diversity > 0 ? listed * comparingUnits(model, poolSize(listed)) : 0) +
      (explain ? listed * explainingUnits(ranked.rows) : 0),
    bytes: LIST_BYTES + listed * (ITEM_BYTES + words) +
      (explain ? listed * (REASON_BYTES + 2 * words) + parts * (PART_BYTES + words) : 0),
  };
}

/** The JSON of a list, of an item in it, of its reason, and of a part, without ids and titles. */
const LIST_BYTES = 60;
const ITEM_BYTES = 65;
const REASON_BYTES = 60;
const PART_BYTES = 75;

/** One ranking with its items in words, which nothing interrupts. */
export function rankingUnits(
  model: Model,
  { n, exclude, diversity }: AskedList,
  { rows, entries }: RankedRows,
): number {
  const items = stringCount(model.items.ids);
  return COST.ranking + rows * COST.row + entries * COST.entry +
    exclude.length * COST.excluded + Math.min(n, items) * COST.listed +
    (diversity > 0 ? Math.min(poolSize(n), items) * COST.pooled : 0);
}

/** One item compared with all of a pool. */
export function comparingUnits(model: Model, pool: number): number {
  const entries = longestRow(model.similar ?? model.weights);
  const others = Math.min(pool, stringCount(model.items.ids));
  return others * (COST.compared + entries * COST.comparedEntry);
}

/** The parts of one item's score, at most one a row of the history. */
export function explainingUnits(rows: number): number {
  return (1 + rows) * (COST.weighed + COST.part);
}

/** How long a ranking must be for a list of `n` to be chosen from it. */
export function poolSize(n: number): number {
  return Math.max(5 * n, 100);
}

/** A filter and the items that it lets through: once a request, however many lists it has. */
export function filterUnits(
  model: Model,
  filter: Readonly<Record<string, unknown>> | null | undefined,
): number {
  if (!filter) return 0;
  const items = stringCount(model.items.ids);
  let units = 2 * items * COST.checked;
  for (const [name, condition] of Object.entries(filter)) {
    const values = Array.isArray(condition) ? condition.length : 1;
    const column = model.columns?.find((column) => column.name === name);
    units += values * COST.value + (column ? conditionUnits(column, { items, values }) : 0);
  }
  return units;
}

/** Items held against a condition of so many values: numbers by halving, terms one by one. */
export function conditionUnits(
  column: Column,
  { items, values, terms }: { items: number; values: number; terms?: number },
): number {
  if ("values" in column) return items * COST.checked * (1 + Math.log2(1 + values) / 4);
  return items * COST.checked + (terms ?? column.codes.length) * COST.term;
}

/** Strings searched for a part of them. */
export function searchUnits(table: StringTable): number {
  return stringCount(table) * COST.found + table.bytes.length * COST.searched;
}

/** Strings compared with one that is unknown. */
export function nearestUnits(table: StringTable): number {
  return stringCount(table) * COST.found + table.bytes.length * COST.paired;
}

/** The values of all columns counted. */
export function facetsUnits({ columns = [] }: Model): number {
  return columns.reduce(
    (sum, column) =>
      sum +
      ("values" in column
        ? column.values.length * COST.term
        : column.codes.length * COST.term + stringCount(column.terms) * COST.found),
    0,
  );
}

/** What the columns say of an item. */
export function describingUnits({ columns = [] }: Model, item: number): number {
  return columns.reduce((sum, column) =>
    sum + COST.described *
      ("values" in column ? 1 : column.offsets[item + 1] - column.offsets[item]), 0);
}

/**
 * The newest rows of a history that add up to no more than `most` units, with what they have; all
 * of them where they do.
 */
export function newestRows(
  { offsets }: SparseRows,
  { items }: History,
  { most = Infinity }: { most?: number } = {},
): RankedRows {
  let units = 0;
  let entries = 0;
  let first = items.length;
  while (first > 0) {
    const row = items[first - 1];
    const length = offsets[row + 1] - offsets[row];
    units += COST.row + length * COST.entry;
    if (units > most) break;
    entries += length;
    first--;
  }
  return { rows: items.length - first, entries };
}

const longest = new WeakMap<SparseRows, number>();

/** How many entries the longest row has: looked at once a model. */
function longestRow(rows: SparseRows): number {
  let most = longest.get(rows);
  if (most !== undefined) return most;
  most = 0;
  const { offsets } = rows;
  for (let row = 1; row < offsets.length; row++) {
    if (offsets[row] - offsets[row - 1] > most) most = offsets[row] - offsets[row - 1];
  }
  longest.set(rows, most);
  return most;
}

function meanBytes(table: StringTable): number {
  return table.bytes.length / Math.max(1, stringCount(table));
}
