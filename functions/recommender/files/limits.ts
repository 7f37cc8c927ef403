/**
 * Size limits of a file's parts. A file that exceeds one is refused as a whole by every reader,
 * with the line number, so memory is bounded and all readers agree.
 */
import { CsvError } from "./csv_error.ts";

/** Maximum characters of a line, and of a record that spans several lines. */
export const longestRecord = 1 << 20;

/** Maximum characters of a cell: a long article fits, a book does not. */
export const longestCell = 1 << 18;

/** Maximum characters of the header line, which must fit into the head of a file. */
export const longestHeader = 1 << 16;

/** Maximum number of columns. */
export const mostColumns = 1_000;

/** Maximum characters of an item or user id: requests accept no longer ones. */
export const longestId = 1_000;

/** Maximum characters of an item's title, which is part of every response that lists it. */
export const longestTitle = 10_000;

/** Position and size of a part that exceeds its limit. */
interface Excess {
  line: number;
  length: number;
  most: number;
}

/** Returns the error of a part that is too long. @param what such as "a cell". */
export function tooLong(what: string, { line, length, most }: Excess): CsvError {
  return new CsvError(
    "too_large",
    `Line ${counted(line)} has ${what} of ${counted(length)} characters; ${what} has at most ` +
      `${counted(most)}.`,
  );
}

/** Returns the error of a line that is too long. @param goesOn whether its end was not read. */
export function lineTooLong(line: number, length: number, goesOn: boolean): CsvError {
  return new CsvError(
    "too_large",
    `Line ${counted(line)} has ${goesOn ? "more than " : ""}${counted(length)} characters; ` +
      `a line has at most ${counted(longestRecord)}.`,
  );
}

/** Returns the error of a line with too many columns. */
export function tooManyColumns(line: number, columns: number): CsvError {
  return new CsvError(
    "too_large",
    `Line ${counted(line)} has ${counted(columns)} columns; a file has at most ` +
      `${counted(mostColumns)}.`,
  );
}

/**
 * Checks the record that determines the columns of a file.
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
 * Checks a record of a format without lines.
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

/** Formats a count: 1048576 → "1,048,576". */
export function counted(number: number): string {
  return number.toLocaleString("en-US");
}

/** Rows of a worksheet (Excel's specifications and limits). */
export const mostSheetRows = 1_048_576;

export function tooManySheetRows(): CsvError {
  return new CsvError(
    "too_large",
    `The sheet has more than ${
      counted(mostSheetRows)
    } rows, the most of a workbook: save it as CSV.`,
  );
}
