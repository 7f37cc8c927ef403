import { CsvError } from "./csv_error.ts";
import { decoded } from "./decoded.ts";
import type { Dialect, Encoding } from "./dialect.ts";
import { columnNames } from "./header.ts";
import { checkColumns } from "./limits.ts";
import { type CsvRecord, RecordReader, type TakeLine } from "./records.ts";

/** The columns of a file, and its records, header line apart. */
export interface FileReading {
  columns: string[];
  /** Sentences for the file's owner about how it is read. */
  notes?: string[];
  /** The name of a workbook's sheet. */
  sheet?: string;
  /**
   * The records, once, in batches that are cut from the text while they are gone through: each must
   * be gone through to its end before the next is asked for.
   * @param take sees each line first; what it takes is no record any more.
   */
  batches(take?: TakeLine): AsyncGenerator<Iterable<CsvRecord>>;
}

export interface ReadingOptions {
  /** Whether what limits.ts forbids is an error; it is, by default. */
  limited?: boolean;
  /** Told how much came of each part of a format that is packed by itself, in bytes or characters. */
  unpacked?: (length: number) => void;
}

/**
 * Reads a whole CSV file as a stream, unpacking gzip and decoding on the way, in memory of a few pieces.
 * A record with too few or too many cells comes with a `fault`; empty cells beyond the last column
 * (a delimiter at the end of the line) are dropped.
 * @throws {CsvError} `empty` where there is no record, `damaged` where gzip cannot be unpacked,
 * `too_large`, also while the batches are gone through
 */
export async function readRecords(
  stream: ReadableStream<Uint8Array>,
  dialect: Dialect,
  { limited = true }: ReadingOptions = {},
): Promise<FileReading> {
  const reader = new RecordReader(dialect, { limited });
  const pieces = rawBatches(stream, { reader, encoding: dialect.encoding });
  const first: CsvRecord[] = [];
  let piece = reader.push("");
  while (first.length === 0 || first.at(-1)!.fault) {
    const record = piece.next();
    if (!record.done) {
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
  return {
    columns,
    async *batches(take) {
      reader.take = take;
      try {
        yield fitted(first, columns.length);
        yield fitted(piece, columns.length);
        for await (const batch of pieces) yield fitted(batch, columns.length);
      } finally {
        await pieces.return(undefined);
      }
    },
  };
}

function* fitted(records: Iterable<CsvRecord>, width: number): Generator<CsvRecord> {
  for (const record of records) yield fit(record, width);
}

/** The record as wide as the file: with a fault, or without the empty cells beyond its last column. */
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
  { reader, encoding }: { reader: RecordReader; encoding: Encoding },
): AsyncGenerator<Generator<CsvRecord>> {
  for await (const text of decoded(stream, encoding)) yield reader.push(text);
  yield reader.end();
}
