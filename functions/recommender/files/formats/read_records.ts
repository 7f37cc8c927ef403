import { CsvError } from "../csv_error.ts";
import { decoded } from "./decoded.ts";
import type { Dialect, Encoding } from "../dialect.ts";
import { columnNames } from "./header.ts";
import { checkColumns } from "../limits.ts";
import { type CsvRecord, RecordReader, type TakeLine } from "../records.ts";
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
}

/**
 * Reads a whole CSV file as a stream, decompressing gzip and decoding, in constant memory. A record
 * with too few or too many cells has a `fault`; empty cells after the last column (from a trailing
 * delimiter) are dropped.
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
  const columns = columnNames(first.at(-1)!.cells, dialect.header);
  if (dialect.header) first.pop();
  const to = { width: columns.length, undecoded };
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
  { width, undecoded }: { width: number; undecoded: Undecoded },
): Generator<CsvRecord> {
  for (const record of records) {
    if (undecoded.isSought) undecoded.seek(record);
    yield fit(record, width);
  }
}

/** Fits a record to the file's width: drops empty cells after the last column, or sets a fault. */
export function fit(record: CsvRecord, width: number): CsvRecord {
  const { cells } = record;
  if (cells.length === width || record.fault) return record;
  if (cells.length > width && cells.slice(width).every((cell) => cell.trim() === "")) {
    return { ...record, cells: cells.slice(0, width) };
  }
  const has = cells.length === 1 ? "1 column" : `${cells.length} columns`;
  return { ...record, fault: `the row has ${has}, the file ${width}` };
}

async function* rawBatches(
  stream: ReadableStream<Uint8Array>,
  { reader, ...how }: { reader: RecordReader; encoding: Encoding; undecoded: Undecoded },
): AsyncGenerator<Generator<CsvRecord>> {
  for await (const text of decoded(stream, how)) yield reader.push(text);
  yield reader.end();
}
