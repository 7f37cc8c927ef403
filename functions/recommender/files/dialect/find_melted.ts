/** Detects melted users × items tables: a row for each user and item, rated or not. */
import { parseNumber } from "../values/numbers.ts";
import { LEAST_ROWS, NEARLY_ALL, noneOfColumn, SOME } from "./find_shape.ts";

/** The rating column of a melted table, and its value for "not rated" if blanks do not say so. */
export interface Melted {
  filled: string;
  none?: string;
}

/** Whether a column often has no rating, as that of a melted table. */
export function mayBeMelted(columns: readonly string[], rows: readonly string[][]): boolean {
  return columns.length >= 3 && columns.some((_, i) => valueColumn(rows, i) !== undefined);
}

/**
 * Whether the rows are of one item, or of one user, so that more of them are needed to see whether a
 * table is melted.
 */
export function isOneColumn(rows: readonly string[][]): boolean {
  const different = (rows[0] ?? []).map((_, i) => new Set(rows.map((row) => row[i])).size);
  return different.includes(1) && different.includes(rows.length);
}

/**
 * Returns the rating column of a melted table, which has one row per user and item, rated or not;
 * undefined if it is not one. Its rows enumerate all pairs.
 */
export function findMelted(
  columns: readonly string[],
  rows: readonly string[][],
): Melted | undefined {
  if (rows.length < LEAST_ROWS) return undefined;
  for (const [i, filled] of columns.entries()) {
    const value = valueColumn(rows, i);
    if (!value || !rows.some((row) => !value.isNone(row[i]))) continue;
    if (!isGridBeside(i, { columns, rows, isNone: value.isNone })) continue;
    return { filled, ...(value.none !== undefined && { none: value.none }) };
  }
}

/** Tests whether a cell has no rating. */
type NoneTest = (cell: string) => boolean;

/** Returns what says "not rated" in a column of ratings; undefined if it seldom occurs. */
function valueColumn(
  rows: readonly string[][],
  column: number,
): { none?: string; isNone: NoneTest } | undefined {
  const cells = rows.map((row) => row[column] ?? "");
  const found = noneOfColumn(cells);
  if (!found) return undefined;
  const { none } = found;
  const isNone = (cell: string) => {
    const number = parseNumber(cell);
    return number === null || none !== undefined && number === Number(none);
  };
  return cells.filter(isNone).length >= SOME * rows.length ? { none, isNone } : undefined;
}

/** Whether two other columns enumerate all pairs of their values, and no further one has a value. */
function isGridBeside(
  value: number,
  { columns, rows, isNone }: {
    columns: readonly string[];
    rows: readonly string[][];
    isNone: NoneTest;
  },
): boolean {
  const others = columns.map((_, i) => i).filter((i) => i !== value);
  return others.some((slow) =>
    others.some((fast) =>
      fast !== slow && (isGrid(rows, slow, fast) || isCross(rows, slow, fast)) &&
      !others.some((i) =>
        i !== slow && i !== fast && hasValue(i, { rows, value, isNone, keys: [slow, fast] })
      )
    )
  );
}

/**
 * Whether rows without the value have one in another column: it is neither the number of the row nor
 * an attribute of one of the keys.
 */
function hasValue(
  column: number,
  { rows, value, isNone, keys }: {
    rows: readonly string[][];
    value: number;
    isNone: NoneTest;
    keys: number[];
  },
): boolean {
  const isBlank = (cell: string | undefined) => (cell ?? "").trim() === "";
  if (!rows.some((row) => isNone(row[value]) && !isBlank(row[column]))) return false;
  if (isRowNumber(rows.map((row) => row[column]))) return false;
  return !keys.some((key) => isAttributeOf(rows, key, column));
}

/** Whether the cells are different whole numbers, nearly all of a range. */
function isRowNumber(cells: readonly string[]): boolean {
  const numbers = cells.map((cell) => parseNumber(cell) ?? NaN);
  if (!numbers.every(Number.isInteger) || new Set(numbers).size < numbers.length) return false;
  const [least, most] = numbers.reduce(
    ([least, most], number) => [Math.min(least, number), Math.max(most, number)],
    [Infinity, -Infinity],
  );
  return most - least < 2 * numbers.length;
}

/** Whether a column has one value for each value of the key. */
function isAttributeOf(rows: readonly string[][], key: number, column: number): boolean {
  const values = new Map<string, string>();
  return rows.every((row) => {
    if (!values.has(row[key])) values.set(row[key], row[column]);
    return values.get(row[key]) === row[column];
  });
}

/** Whether the rows, in any order, are all pairs of two columns' values. */
function isCross(rows: readonly string[][], a: number, b: number): boolean {
  const [users, items] = [a, b].map((column) => new Set(rows.map((row) => row[column])));
  if (users.size < LEAST_ROWS || items.size < LEAST_ROWS) return false;
  const pairs = new Set(rows.map((row) => JSON.stringify([row[a], row[b]])));
  return pairs.size === rows.length && rows.length >= NEARLY_ALL * users.size * items.size;
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
