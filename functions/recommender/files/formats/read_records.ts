import { CsvError } from "../csv_error.ts";
import { decoded } from "./decoded.ts";
import type { Dialect, Encoding } from "../dialect.ts";
import { columnNames } from "./header.ts";
import { checkColumns } from "../limits.ts";
import { type CsvRecord, RecordReader, type TakeLine } from "../records.ts";
import { endsInReference } from "../values/html_text.ts";
import type { TakeTurn } from "../turn.ts";
import { Undecoded } from "./undecoded.ts";

/** The columns of a file, and its records without the header. */
export interface FileReading {
  columns: string[];
  /** Notes on how the file is read, as sentences for its owner. */
  notes?: string[];
  /** Name of a workbook's sheet. */
  sheet?: string;
  /** Undecodable bytes of the batches read so far; undefined if the format is binary. */
  undecoded?: Undecoded;
  /** Returns further notes, on the batches read so far. */
  lateNotes?(): string[];
  /**
   * Yields the records, in one pass, in batches that are parsed lazily: each must be read to its
   * end before the next.
   * @param take receives each line first; a line that it takes is not parsed as a record.
   */
  batches(take?: TakeLine): AsyncGenerator<Iterable<CsvRecord>>;
}

export interface ReadingOptions {
  /** Whether exceeding limits.ts is an error; true by default. */
  limited?: boolean;
  /**
   * Called with the unpacked size of each part of a format with built-in compression, in bytes or
   * characters.
   */
  unpacked?: (length: number) => void;
  /** Awaited before stretches of some milliseconds of a format that is not read as a stream. */
  turn?: TakeTurn;
}

/**
 * Reads a whole CSV file as a stream, decompressing gzip and decoding, in constant memory. A record
 * with too few or too many cells has a `fault`; empty cells after the last column (from a trailing
 * delimiter) are dropped unless the dialect is `exact`.
 * @throws {CsvError} `empty` if there is no record, `damaged` if gzip cannot be decompressed,
 * `too_large`; also while reading batches.
 */
export async function readRecords(
  stream: ReadableStream<Uint8Array>,
  dialect: Dialect,
  { limited = true }: ReadingOptions = {},
): Promise<FileReading> {
  const reader = new RecordReader(dialect, { limited });
  const undecoded = new Undecoded();
  const pieces = rawBatches(stream, { reader, encoding: dialect.encoding, undecoded });
  const first: CsvRecord[] = [];
  let piece = reader.push("");
  while (first.length === 0 || first.at(-1)!.fault) {
    const record = piece.next();
    if (!record.done) {
      if (undecoded.isSought) undecoded.seek(record.value);
      first.push(record.value);
      continue;
    }
    const next = await pieces.next();
    if (next.done) throw new CsvError("empty", "The file has no row that can be read.");
    piece = next.value;
  }
  if (limited) checkColumns(first.at(-1)!, dialect.header);
  const names = first.at(-1)!.cells;
  const columns = columnNames(dialect.indexed ? ["", ...names] : names, dialect.header);
  const { delimiter, header, exact } = dialect;
  const isOpen = header && isOpenEnded(first.at(-1)!.cells);
  if (header) first.pop();
  const repeated = header ? names : undefined;
  const to = { width: columns.length, delimiter, isOpen, exact, undecoded, repeated };
  return {
    columns,
    undecoded,
    async *batches(take) {
      reader.take = take;
      try {
        yield fitted(first, to);
        yield fitted(piece, to);
        for await (const batch of pieces) yield fitted(batch, to);
      } finally {
        await pieces.return(undefined);
      }
    },
  };
}

function* fitted(
  records: Iterable<CsvRecord>,
  { undecoded, ...to }: FitOptions & { width: number; undecoded: Undecoded },
): Generator<CsvRecord> {
  for (const record of records) {
    if (undecoded.isSought) undecoded.seek(record);
    yield fit(record, to.width, to);
  }
}

/** How a record may differ from the file's width. */
export interface FitOptions {
  /** A semicolon also ends references of HTML. */
  delimiter?: string;
  /** Whether the header ends with a delimiter, so that rows may have a cell less. */
  isOpen?: boolean;
  /** Whether empty cells after the last column are a fault; see `Dialect`. */
  exact?: boolean;
  /**
   * Cells of the header. A record that repeats them is a fault: concatenated files have such rows.
   */
  repeated?: readonly string[];
}

/** Whether a header ends with a delimiter, after which rows need not have a cell. */
export function isOpenEnded(header: readonly string[]): boolean {
  return header.length > 2 &&
    header.every((cell, i) => (cell.trim() === "") === (i === header.length - 1));
}

/**
 * Returns the record fitted to the file's width: joins references of HTML that the delimiter
 * divided, drops empty cells after the last column, and adds a cell that rows under an open header
 * may omit. A record that has another width even so, or repeats the header, has a fault.
 */
export function fit(
  record: CsvRecord,
  width: number,
  { delimiter, isOpen, exact = false, repeated }: FitOptions = {},
): CsvRecord {
  if (repeated && !record.fault && isRepeated(record.cells, repeated)) {
    return { ...record, fault: "the row repeats the header" };
  }
  if (record.cells.length === width || record.fault) return record;
  const joined = delimiter === ";" && record.cells.length > width && referencesJoined(record.cells);
  const cells = joined && joined.length >= width ? joined : record.cells;
  const isTrailed = cells.length >= width && cells.slice(width).every((cell) => cell.trim() === "");
  if (isTrailed && (!exact || cells.length === width)) {
    return { ...record, cells: cells.slice(0, width) };
  }
  if (isOpen && cells.length === width - 1) return { ...record, cells: [...cells, ""] };
  const has = cells.length === 1 ? "1 column" : `${cells.length} columns`;
  return { ...record, fault: `the row has ${has}, the file ${width}` };
}

/** Whether cells repeat a header of several columns; a single cell may be a value. */
function isRepeated(cells: readonly string[], header: readonly string[]): boolean {
  return header.length > 1 && cells.length === header.length &&
    header.every((name, i) => cells[i].trim() === name.trim());
}

/** Joins cells where a semicolon ended a reference such as `&amp;`. */
function referencesJoined(cells: readonly string[]): string[] {
  const joined: string[] = [];
  let isCut = false;
  for (const cell of cells) {
    if (isCut) joined.push(`${joined.pop()};${cell}`);
    else joined.push(cell);
    isCut = endsInReference(cell);
  }
  return joined;
}

async function* rawBatches(
  stream: ReadableStream<Uint8Array>,
  { reader, ...how }: { reader: RecordReader; encoding: Encoding; undecoded: Undecoded },
): AsyncGenerator<Generator<CsvRecord>> {
  for await (const text of decoded(stream, how)) yield reader.push(text);
  yield reader.end();
}
