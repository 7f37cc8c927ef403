/** Checks the page headers of a Parquet file before anything is decoded. */
import { parquetHeader } from "hyparquet/src/column.js";
import { CsvError } from "../csv_error.ts";
import { counted, longestCell } from "../limits.ts";

/** Maximum unpacked size of a page, in bytes; writers use 1 MB. */
const LONGEST_PAGE = 1 << 26;
/** Maximum number of values of a page, and of a column chunk. */
const MOST_VALUES = 1 << 24;

/** Bytes of the longest cell at most: its length, and 3 bytes of UTF-8 for a UTF-16 unit. */
const MOST_CELL_BYTES = 16 + 3 * longestCell;

/**
 * Checks the page headers of a column chunk, so that decoding it is bounded.
 * @param options.limited whether a page with so many bytes for its values that one is longer than a
 * cell may be is an error.
 * @throws {CsvError} `too_large`
 * @throws {Error} if a header cannot be read.
 */
export function checkPages(
  column: DataView<ArrayBuffer>,
  { limited }: { limited: boolean },
): void {
  const reader = { view: column, offset: 0 };
  let values = 0;
  while (reader.offset < column.byteLength - 1) {
    const header = parquetHeader(reader);
    const { uncompressed_page_size: bytes, compressed_page_size: packed } = header;
    if (!(bytes >= 0 && packed >= 0)) throw new Error("a page has no length");
    if (bytes > LONGEST_PAGE) throw tooLong("a page", bytes, `${LONGEST_PAGE} bytes`);
    const count = (header.data_page_header ?? header.data_page_header_v2 ??
      header.dictionary_page_header)?.num_values ?? 0;
    if (limited && count > 0 && bytes > count * MOST_CELL_BYTES) throw cellTooLong(bytes, count);
    values += count;
    if (values > MOST_VALUES || count < 0) {
      throw tooLong("a column in a group of rows", values, `${MOST_VALUES} values`);
    }
    reader.offset += packed;
  }
}

function cellTooLong(bytes: number, count: number): CsvError {
  const least = counted(Math.floor(bytes / count / 3));
  return new CsvError(
    "too_large",
    `The Parquet file has a cell of at least ${least} characters; a cell has at most ` +
      `${counted(longestCell)}.`,
  );
}

function tooLong(what: string, length: number, most: string): CsvError {
  return new CsvError(
    "too_large",
    `The Parquet file has ${what} of ${length}; ${what} has at most ${most}: write it with ` +
      "smaller groups of rows (row_group_size).",
  );
}
