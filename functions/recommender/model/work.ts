/**
 * Cost estimates, computed before the work: the single source for request limits, rates and the
 * slices that computations are split into. `bench/work.ts` relates them to milliseconds.
 */
import type { Column, Model, SparseRows } from "./model.ts";
import type { History } from "./rank.ts";
import { stringCount, type StringTable } from "./string_table.ts";

/** Duration of one unit in ms, on the machine of bench/README.md. */
export const UNIT_MS = 0.5;

/** Longest step of a computation, in units: 20 ms. */
export const SLICE_UNITS = 20 / UNIT_MS;

/** Estimated cost of a request. */
export interface Work {
  /** Compute units; at least one per requested list. */
  units: number;
  /** Size of the JSON response, estimated from the mean length of ids and titles. */
  bytes: number;
}

/** Called with the cost of a request before it begins; throws to refuse it. */
export type Permit = (work: Work) => void;

/** Units per operation; the literals are nanoseconds. */
export const COST = inUnits({
  /** A ranking, without rows or results. */
  ranking: 40_000,
  /** A row of a history, and each of its entries: added, compared, cleared. */
  row: 60,
  entry: 6,
  /** An excluded item. */
  excluded: 20,
  /** An item of the result, serialized. */
  listed: 3_500,
  /**
   * An item of the pool of `diversify`, a comparison of two items, and an entry of the second's
   * row.
   */
  pooled: 300,
  compared: 50,
  comparedEntry: 4,
  /** The contribution of a history row to an item's score, and its serialization. */
  weighed: 100,
  part: 1_500,
  /** A lookup of an id or title, and a row whose entries are counted. */
  lookup: 2_000,
  counted: 5,
  /** A row of a sent history, joined with the others, and the meaning of an event's name. */
  joined: 400,
  word: 200_000,
  /** A column value of an item, serialized, and a character of JSON. */
  described: 500,
  written: 6,
  /** A filter value parsed, an item checked against a condition, and a term of an item. */
  value: 2_000,
  checked: 8,
  term: 3,
  /** A string folded for search, and each of its characters: once per model. */
  folded: 500,
  foldedCharacter: 10,
  /**
   * A place and a byte of a table copied for changed items, a changed item or term put in one, and
   * an entry of an added item's row.
   */
  copied: 10,
  copiedByte: 0.5,
  changed: 2_000,
  placed: 100,
  /** A character searched, a character compared by bigrams, and a candidate string. */
  searched: 2,
  paired: 8,
  found: 100,
});

function inUnits<Costs extends Record<string, number>>(nanoseconds: Costs): Costs {
  const entries = Object.entries(nanoseconds).map(([name, ns]) => [name, ns / (UNIT_MS * 1e6)]);
  return Object.fromEntries(entries) as Costs;
}

/** Parameters of a list that determine its cost. */
export interface AskedList {
  n: number;
  exclude: ArrayLike<number>;
  diversity: number;
  explain: boolean;
}

/** The summed rows of a history, and the number of their entries. */
export interface RankedRows {
  rows: number;
  entries: number;
}

/** Parts of a request that cost something by themselves, once for all its lists. */
export interface AskedParts {
  exclude?: readonly unknown[] | null;
  history?: readonly unknown[] | null;
  filter?: Readonly<Record<string, unknown>> | null;
}

/** Returns the cost of a request: its lists, one per element of `ranked`, and what they share. */
export function requestWork(
  model: Model,
  { exclude, history, filter }: AskedParts,
  { list, ranked }: { list: AskedList; ranked: readonly RankedRows[] },
): Work {
  const sent = history?.length ?? 0;
  const looked = (exclude?.length ?? 0) + sent;
  const units = looked * COST.lookup + sent * COST.joined + filterUnits(model, filter);
  return ranked.reduce((total, rows) => {
    const { units, bytes } = listWork(model, list, rows);
    return { units: total.units + Math.max(1, units), bytes: total.bytes + bytes };
  }, { units, bytes: 0 });
}

/** Returns the cost of one list, from ranking to JSON, without what it shares with other lists. */
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

/** JSON bytes of a list, an item, its reason and a part, without ids and titles. */
const LIST_BYTES = 60;
const ITEM_BYTES = 65;
const REASON_BYTES = 60;
const PART_BYTES = 75;

/** Returns the units of one ranking with its items serialized, which runs uninterrupted. */
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

/** Returns the units of applying rules to the kept candidates of users, before and after. */
export function rehearsingUnits(
  model: Model,
  { users, candidates, n, diversity }: {
    users: number;
    candidates: number;
    n: number;
    diversity: number;
  },
): number {
  const one = COST.ranking + (candidates / Math.max(1, users)) * COST.weighed +
    n * COST.listed + (diversity > 0 ? n * comparingUnits(model, poolSize(n)) : 0);
  return 2 * users * one;
}

/** Returns the units of comparing one item with a pool. */
export function comparingUnits(model: Model, pool: number): number {
  const entries = longestRow(model.similar ?? model.weights);
  const others = Math.min(pool, stringCount(model.items.ids));
  return others * (COST.compared + entries * COST.comparedEntry);
}

/** Returns the units of explaining one item: at most one part per row of the history. */
export function explainingUnits(rows: number): number {
  return (1 + rows) * (COST.weighed + COST.part);
}

/** Returns the number of candidates from which `diversify` selects `n`. */
export function poolSize(n: number): number {
  return Math.max(5 * n, 100);
}

/** Returns the units of a filter and its list of allowed items: once per request. */
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

/**
 * Returns the units of checking items against a condition: binary search for numbers, a scan for
 * terms.
 */
export function conditionUnits(
  column: Column,
  { items, values, terms }: { items: number; values: number; terms?: number },
): number {
  if ("values" in column) return items * COST.checked * (1 + Math.log2(1 + values) / 4);
  return items * COST.checked + (terms ?? column.codes.length) * COST.term;
}

/** Returns the units of a substring search. */
export function searchUnits(table: StringTable): number {
  return stringCount(table) * COST.found + table.bytes.length * COST.searched;
}

/** Returns the units of an approximate search. */
export function nearestUnits(table: StringTable): number {
  return stringCount(table) * COST.found + table.bytes.length * COST.paired;
}

/** Returns the units of summarizing all columns. */
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

/** Returns the units of describing an item by its columns. */
export function describingUnits({ columns = [] }: Model, item: number): number {
  return columns.reduce((sum, column) =>
    sum + COST.described *
      ("values" in column ? 1 : column.offsets[item + 1] - column.offsets[item]), 0);
}

/**
 * Returns the size of the longest suffix of a history (its newest rows) that costs at most `most`
 * units.
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

/** Returns the number of entries of the longest row, cached per matrix. */
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
