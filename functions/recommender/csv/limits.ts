/**
 * How long the parts of a file may be. A file with a longer one is refused as a whole wherever it is
 * read, and its line is named: so the memory of whoever reads it is bounded, and all say the same.
 */
import { CsvError } from "./csv_error.ts";

/** Characters of a line, and of a record that goes over several. */
export const longestRecord = 1 << 20;

/** Characters of a cell: a long article fits, a book does not. */
export const longestCell = 1 << 18;

/** Characters of the line that names the columns, all of which must be in the head of a file. */
export const longestHeader = 1 << 16;

/** Columns of a file. */
export const mostColumns = 1_000;

/** Characters of an item's or a user's id: by a longer one nothing can be asked for. */
export const longestId = 1_000;

/** Characters of an item's title, which goes into each answer that names it. */
export const longestTitle = 10_000;

/** Where something is too long. */
interface Excess {
  line: number;
  length: number;
  most: number;
}

/** The error of a part that is too long. @param what such as "a cell". */
export function tooLong(what: string, { line, length, most }: Excess): CsvError {
  return new CsvError(
    "too_large",
    `Line ${counted(line)} has ${what} of ${counted(length)} characters; ${what} has at most ` +
      `${counted(most)}.`,
  );
}

/** The error of a line that is too long. @param goesOn whether its end has not been seen. */
export function lineTooLong(line: number, length: number, goesOn: boolean): CsvError {
  return new CsvError(
    "too_large",
    `Line ${counted(line)} has ${counted(length)} characters${goesOn ? " and goes on" : ""}; ` +
      `a line has at most ${counted(longestRecord)}.`,
  );
}

/** The error of a line that has too many columns. */
export function tooManyColumns(line: number, columns: number): CsvError {
  return new CsvError(
    "too_large",
    `Line ${counted(line)} has ${counted(columns)} columns; a file has at most ` +
      `${counted(mostColumns)}.`,
  );
}

/**
 * Checks the record that the columns of a file follow from.
 * @param header whether it names them.
 * @throws {CsvError} `too_large`
 */
export function checkColumns(
  { line, cells }: { line: number; cells: readonly string[] },
  header: boolean,
): void {
  if (cells.length > mostColumns) throw tooManyColumns(line, cells.length);
  const length = cells.reduce((sum, cell) => sum + cell.length + 1, -1);
  if (header && length > longestHeader) {
    throw tooLong("a header", { line, length, most: longestHeader });
  }
}

/**
 * Checks a record of a format that has no lines.
 * @throws {CsvError} `too_large`
 */
export function checkRecord({ line, cells }: { line: number; cells: readonly string[] }): void {
  let length = 0;
  for (const cell of cells) {
    if (cell.length > longestCell) {
      throw tooLong("a cell", { line, length: cell.length, most: longestCell });
    }
    length += cell.length;
  }
  if (length > longestRecord) throw tooLong("a row", { line, length, most: longestRecord });
}

/** 1048576 → "1,048,576". */
function counted(number: number): string {
  return number.toLocaleString("en-US");
}
