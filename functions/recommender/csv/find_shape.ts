/** Detects users × items tables, wide or melted, by their cells. */
import type { Unpivot } from "./dialect.ts";
import { parseNumber } from "./numbers.ts";

/** A wide table has more than `LEAST_COLUMNS` columns and at most `MOST_VALUES` distinct values. */
const LEAST_COLUMNS = 6;
const MOST_VALUES = 21;
const LEAST_ROWS = 4;
/** Minimum number of columns of a sparse table of counts. */
const LEAST_SPARSE = 20;
/** Fractions of a column's cells. */
const [NEARLY_ALL, SOME] = [0.95, 0.2];

/**
 * Returns how to unpivot a table with one column per item or user; undefined if it is not one. Such
 * a table has exactly one key column, and otherwise numeric columns that share a few values, or
 * counts that are mostly blank or zero.
 */
export function findWide(
  columns: readonly string[],
  rows: readonly string[][],
): Unpivot | undefined {
  if (columns.length <= LEAST_COLUMNS || rows.length < LEAST_ROWS) return undefined;
  const values = new Map<number, number>();
  let blanks = 0;
  const keys = columns.filter((_, i) => {
    const cells = rows.map((row) => row[i]);
    const numbers = cells.map((cell) => parseNumber(cell));
    const isKey = new Set(cells).size >= NEARLY_ALL * rows.length &&
      numbers.every((number) => number !== null);
    if (isKey || numbers.some((number) => Number.isNaN(number))) return true;
    for (const number of numbers) {
      if (number === null) blanks++;
      else values.set(number, (values.get(number) ?? 0) + 1);
    }
    return false;
  });
  const key = keys[0];
  const place = columns.indexOf(key);
  if (keys.length !== 1 || new Set(rows.map((row) => row[place])).size < NEARLY_ALL * rows.length) {
    return undefined;
  }
  const filled = [...values.values()].reduce((sum, count) => sum + count, 0);
  const zeros = values.get(0) ?? 0;
  // Counts have many values, but most users have none of most items.
  const isSparse = columns.length > LEAST_SPARSE && 2 * (zeros + blanks) > filled + blanks;
  if (values.size === 0 || values.size > MOST_VALUES && !isSparse) return undefined;
  const isFlag = [...values.keys()].every((value) => value === 0 || value === 1);
  const least = Math.min(...values.keys());
  // If blanks mean unknown, a zero is a value.
  const saysNothing = zeros > 0 && blanks < (1 - NEARLY_ALL) * (filled + blanks) &&
    (isFlag || least === 0 && 3 * zeros > filled);
  return {
    key,
    name: /item|product|film|movie|book|song|track|article|sku/i.test(key) ? "user" : "item",
    value: "rating",
    ...(saysNothing && { none: "0" }),
  };
}

/** Whether a column has numbers and many blanks, as the rating column of a melted table. */
export function mayBeMelted(columns: readonly string[], rows: readonly string[][]): boolean {
  return columns.length >= 3 && columns.some((_, i) => isPartlyFilled(rows, i));
}

/**
 * Returns the rating column of a melted table, which has one row per user and item, rated or not;
 * undefined if it is not one. Its rows enumerate all pairs in order.
 */
export function findMelted(
  columns: readonly string[],
  rows: readonly string[][],
): string | undefined {
  if (rows.length < LEAST_ROWS) return undefined;
  return columns.find((_, i) =>
    isPartlyFilled(rows, i) && rows.some((row) => parseNumber(row[i]) !== null) &&
    isGridBeside(i, { columns, rows })
  );
}

function isPartlyFilled(rows: readonly string[][], column: number): boolean {
  const numbers = rows.map((row) => parseNumber(row[column]));
  const blank = numbers.filter((number) => number === null).length;
  return blank >= SOME * rows.length && blank <= rows.length &&
    !numbers.some((number) => Number.isNaN(number));
}

/** Whether two other columns enumerate all pairs of their values. */
function isGridBeside(
  value: number,
  { columns, rows }: { columns: readonly string[]; rows: readonly string[][] },
): boolean {
  const others = columns.map((_, i) => i).filter((i) => i !== value);
  return others.some((slow) => others.some((fast) => fast !== slow && isGrid(rows, slow, fast)));
}

function isGrid(rows: readonly string[][], slow: number, fast: number): boolean {
  const length = rows.findIndex((row) => row[slow] !== rows[0][slow]);
  // At least two full cycles of the faster column.
  if (length < 2 || rows.length < 2 * length) return false;
  if (new Set(rows.slice(0, length).map((row) => row[fast])).size !== length) return false;
  return rows.every((row, i) =>
    row[fast] === rows[i % length][fast] && row[slow] === rows[i - i % length][slow]
  );
}
