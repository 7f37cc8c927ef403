/** Detects users × items tables with a column for each item or user, by their cells. */
import { answerOf } from "../values/answers.ts";
import type { Unpivot } from "../dialect.ts";
import { isName } from "../formats/header.ts";
import { readColumnName } from "./column_name.ts";
import { parseNumber } from "../values/numbers.ts";
import { RATING_WORDS } from "../values/rating_words.ts";
import { TimeEvidence } from "../values/time_evidence.ts";
import { isComputed, isTotal } from "../values/totals.ts";

/** A wide table has more than `LEAST_COLUMNS` columns and at most `MOST_VALUES` distinct values. */
const LEAST_COLUMNS = 6;
const MOST_VALUES = 21;
export const LEAST_ROWS = 4;
/** Minimum number of columns of values where their names and values are alike. */
const LEAST_ALIKE = 3;
/** Minimum number of columns of a sparse table of counts. */
const LEAST_SPARSE = 20;
/** Maximum number of additional columns, such as name and age. */
const MOST_BESIDE = 6;
/** Maximum length of a word that rates. */
const LONGEST_WORD = 30;
/** Fractions of a column's cells. */
export const [NEARLY_ALL, HALF, SOME] = [0.95, 0.5, 0.2];

/** Marks for having an item, in tables that are filled in by hand. */
const MARK = /^[x✓✔✗✘●•*]$/i;
/** Rows of stars, which are read as their number. */
const STARS = /^\s*(?:[★⭐☆]|\*\*)/u;
/** Words of answers that both say something, other than false and no. */
const OPINIONS = /like|^(up|down|good|bad)$|👍|👎/iu;
/** Numbers that tables of ratings have for "not rated". */
const STAND_IN = /^-?9{2,4}$|^-1$/;

/** Cells of a column. */
interface Cells {
  name: string;
  place: number;
  /** Whether the cells are all different, and none is blank. */
  isUnique: boolean;
  /** Numbers or marks, or blanks only; everything else is text. */
  kind: "numbers" | "marks" | "blanks" | "text";
  /** Number of cells by number, or by word in lower case. */
  counts: Map<number | string, number>;
  blanks: number;
}

/** Columns of a table by their content. */
interface Table {
  key?: Cells;
  /** Columns of ratings, one for each item or user, side by side. */
  values: readonly Cells[];
  /** Other columns. */
  beside: Cells[];
  /** Columns of totals and averages. */
  computed: Cells[];
  /** Number of cells of all `values` by number or word. */
  counts: Map<number | string, number>;
  blanks: number;
  /** Number for "not rated", if the table has one. */
  standIn?: number;
}

/**
 * Returns how to unpivot a table with one column per item or user; undefined if it is not one. Such
 * a table has a key column, and numeric columns that share a few values, marks, or counts that are
 * mostly blank or zero; it may have other columns as well.
 */
export function findWide(
  columns: readonly string[],
  rows: readonly string[][],
): Unpivot | undefined {
  const table = tableOf(columns, rows);
  if (!table?.key || !isMatrix(table)) return undefined;
  const { key, beside, computed } = table;
  const without = [...beside, ...computed].sort((a, b) => a.place - b.place);
  const none = noneOf(table);
  return {
    key: key.name,
    name: /item|product|film|movie|book|song|track|article|sku/i.test(key.name) ? "user" : "item",
    // Words are weighed as those of events are.
    value: areWords(table) ? "event" : "rating",
    ...(none !== undefined && { none }),
    ...(without.length > 0 && { without: without.map(({ name }) => name) }),
  };
}

/** Whether a table has one column per item or user, and none that names its rows. */
export function lacksKey(columns: readonly string[], rows: readonly string[][]): boolean {
  const table = tableOf(columns, rows);
  if (!table || table.key || table.values.length <= LEAST_COLUMNS) return false;
  const { values, beside } = table;
  const isNumeric = beside.every(({ kind }) => kind === "numbers");
  return isNumeric && isAlike(table) && isMatrix({ ...table, beside: [] }) &&
    !values.some(({ name }) => hasRole(name));
}

/** Returns the columns of a table by their content; undefined if the values are of two kinds. */
function tableOf(columns: readonly string[], all: readonly string[][]): Table | undefined {
  const rows = all.filter((row) => !row.some(isTotal));
  if (columns.length <= LEAST_ALIKE || rows.length < LEAST_ROWS) return undefined;
  const cells = columns.map((name, place) =>
    cellsOf(rows.map((row) => row[place]), { name, place })
  );
  const key = keyOf(cells, rows);
  const isOther = (column: Cells) => column !== key && isComputed(column.name);
  const computed = cells.filter(isOther);
  const own = cells.filter((column) => column !== key && !isOther(column));
  const texts = own.filter(({ kind }) => kind === "text");
  const isValue = shareWords(texts)
    ? ({ kind }: Cells) => kind === "text" || kind === "blanks"
    : (column: Cells) => column.kind !== "text" && !(isCount(column) && column.isUnique);
  const beside = own.filter((column) => !isValue(column));
  let values = own.filter(isValue);
  // The columns before the ratings may hold an age, or the number of ratings.
  const first = Math.max(0, Math.min(MOST_BESIDE, values.length - LEAST_COLUMNS));
  const standIn = standInOf(values) ?? standInOf(values.slice(first));
  while (values.length > LEAST_COLUMNS && exceeds(values[0], values.slice(1), standIn)) {
    beside.push(values[0]);
    values = values.slice(1);
  }
  const kinds = new Set(values.map(({ kind }) => kind).filter((kind) => kind !== "blanks"));
  if (kinds.size !== 1) return undefined;
  const counts = sumOf(values);
  if (standIn !== undefined) counts.delete(standIn);
  const blanks = values.reduce((sum, { blanks }) => sum + blanks, 0);
  return { key, values, beside, computed, counts, blanks, standIn };
}

/** Returns the column that names the rows: different in each, rather a user's than a time. */
function keyOf(cells: readonly Cells[], rows: readonly string[][]): Cells | undefined {
  const unique = cells.filter(({ isUnique, kind }) => isUnique && kind !== "blanks");
  const isUser = (column: Cells) =>
    (column.kind === "text" || isCount(column)) && readColumnName(column.name).entity === "user";
  const isTime = ({ kind, place }: Cells) => {
    const times = new TimeEvidence();
    for (const row of rows) times.add(row[place] ?? "");
    return kind === "text" && times.decide().isTemporal;
  };
  return unique.find(isUser) ?? unique.find((column) => !isTime(column)) ?? unique[0];
}

/** Returns the number of cells of all columns by number or word. */
function sumOf(columns: readonly Cells[]): Map<number | string, number> {
  const counts = new Map<number | string, number>();
  for (const column of columns) {
    for (const [value, count] of column.counts) {
      counts.set(value, (counts.get(value) ?? 0) + count);
    }
  }
  return counts;
}

/** Whether columns of texts have the same few words, such as poor and great. */
function shareWords(texts: readonly Cells[]): boolean {
  const counts = sumOf(texts);
  return texts.length >= LEAST_COLUMNS && counts.size > 1 && isAlike({ values: texts, counts }) &&
    counts.keys().every((word) => String(word).length <= LONGEST_WORD) &&
    !texts.some(({ name }) => hasRole(name));
}

/** Whether the ratings of a table are words that are no marks. */
function areWords({ values }: Pick<Table, "values">): boolean {
  return values.some(({ kind }) => kind === "text");
}

function cellsOf(cells: readonly string[], of: Pick<Cells, "name" | "place">): Cells {
  const counts = new Map<number | string, number>();
  let [blanks, words, texts] = [0, 0, 0];
  for (const cell of cells) {
    const plain = parseNumber(cell);
    if (plain === null) {
      blanks++;
      continue;
    }
    const number = STARS.test(cell) ? RATING_WORDS.stars(cell) : plain;
    const isNumber = !Number.isNaN(number);
    const word = cell.trim().toLowerCase();
    if (!isNumber && !MARK.test(word) && Number.isNaN(answerOf(word))) texts++;
    else if (!isNumber) words++;
    const value = isNumber ? number : word;
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const filled = cells.length - blanks;
  const kind = filled === 0
    ? "blanks"
    : texts > 0 || words > 0 && words < filled
    ? "text"
    : words > 0
    ? "marks"
    : "numbers";
  const isUnique = blanks === 0 && new Set(cells).size >= NEARLY_ALL * cells.length;
  return { ...of, isUnique, kind, counts, blanks };
}

function isCount({ counts }: Cells): boolean {
  return counts.keys().every((value) => Number.isInteger(value));
}

/** Returns the number that many cells of most columns have, away from all others: 99, -1. */
function standInOf(values: readonly Cells[]): number | undefined {
  const numbers = new Set(values.flatMap(({ counts }) => [...counts.keys()]));
  const sorted = [...numbers].filter((value) => typeof value === "number").sort((a, b) => a - b);
  return [sorted[0], sorted.at(-1)].find((value) => {
    if (value === undefined || !STAND_IN.test(String(value))) return false;
    const rest = sorted.filter((other) => other !== value);
    const isAway = value === -1
      ? rest[0] >= 0 && rest.length >= 3
      : rest.every((other) => Math.abs(value) > 2 * Math.abs(other));
    const having = values.filter(({ counts }) => counts.has(value)).length;
    return isAway && rest.length > 1 && having >= HALF * values.length;
  });
}

/** Whether a column of whole numbers has much larger values than the other columns. */
function exceeds(column: Cells, others: readonly Cells[], standIn?: number): boolean {
  if (column.kind !== "numbers" || !isCount(column)) return false;
  const most = (of: Cells) =>
    Math.max(
      ...[...of.counts.keys()].filter((value) => value !== standIn).map((value) => Number(value)),
    );
  const limit = Math.max(...others.map(most));
  const values = new Set(others.flatMap(({ counts }) => [...counts.keys()]));
  const isScale = values.size <= MOST_VALUES || standIn !== undefined;
  return isScale && limit > 0 && most(column) > 2 * limit;
}

function isMatrix(table: Table): boolean {
  const { values, beside, counts, blanks } = table;
  const filled = counts.values().reduce((sum, count) => sum + count, 0);
  const zeros = counts.get(0) ?? 0;
  // Counts have many values, but most users have none of most items.
  const isSparse = values.length >= LEAST_SPARSE && 2 * (zeros + blanks) > filled + blanks;
  const isScale = counts.size <= MOST_VALUES || table.standIn !== undefined;
  if (counts.size === 0 || !isScale && !isSparse) return false;
  if (beside.length > 0) {
    const isTogether = values.at(-1)!.place - values[0].place === values.length - 1;
    // Flags in a table with texts describe items.
    return values.length >= LEAST_COLUMNS && beside.length <= MOST_BESIDE && isTogether &&
      isScale && (areWords(table) || !isFlags(table)) && isAlike(table);
  }
  if (values.length >= LEAST_COLUMNS) return true;
  const areItems = values.every(({ name }) => !hasRole(name) && !/^column\d+$/.test(name));
  return values.length >= LEAST_ALIKE && areItems && isAlike(table);
}

/** Whether a column's name denotes a role, such as user or rating, as in a table of events. */
function hasRole(name: string): boolean {
  const { entity, quality, words } = readColumnName(name);
  return isName(name) || words.length === 1 && (entity ?? quality) !== undefined;
}

function isFlags({ counts }: Pick<Table, "counts">): boolean {
  return counts.keys().every((value) => value === 0 || value === 1 || typeof value === "string");
}

/** Whether nearly all columns have at least half of all values each, as far as they are filled. */
function isAlike(
  { values, counts, standIn }: Pick<Table, "values" | "counts" | "standIn">,
): boolean {
  if (standIn !== undefined) return true;
  const others = values.filter((column) => {
    const filled = column.counts.values().reduce((sum, count) => sum + count, 0);
    return filled >= 2 * counts.size && column.counts.size < HALF * counts.size;
  });
  return counts.size <= MOST_VALUES && others.length <= SOME * values.length;
}

/**
 * Returns the value of a column of numbers that denotes a missing rating; undefined without numbers.
 * Of 0 and 1 a zero may be an opinion, so it does not.
 */
export function noneOfColumn(cells: readonly string[]): { none?: string } | undefined {
  const column = cellsOf(cells, { name: "", place: 0 });
  if (column.kind !== "numbers") return undefined;
  const standIn = standInOf([column]);
  if (standIn !== undefined) column.counts.delete(standIn);
  return isFlags(column) ? {} : { none: noneOf({ ...column, values: [column], standIn }) };
}

/** Returns the value that denotes a missing rating; undefined if there is none, or blanks do. */
function noneOf(
  table: Pick<Table, "counts" | "blanks" | "standIn" | "values">,
): string | undefined {
  const { counts, blanks, standIn } = table;
  if (standIn !== undefined) return String(standIn);
  if (areWords(table)) return undefined;
  const filled = counts.values().reduce((sum, count) => sum + count, 0);
  // If blanks mean unknown, a zero is a value.
  if (blanks >= (1 - NEARLY_ALL) * (filled + blanks)) return undefined;
  const [word] = counts.keys();
  if (typeof word === "string") {
    return counts.keys().find((word) =>
      answerOf(String(word)) === 0 && !OPINIONS.test(String(word))
    ) as
      | string
      | undefined;
  }
  const zeros = counts.get(0) ?? 0;
  const least = Math.min(...counts.keys() as Iterable<number>);
  const saysNothing = zeros > 0 && (isFlags(table) || least === 0 && 3 * zeros > filled);
  return saysNothing ? "0" : undefined;
}
