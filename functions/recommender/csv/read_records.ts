import { CsvError } from "./csv_error.ts";
import type { Dialect, Encoding } from "./dialect.ts";
import { isGzip } from "./encoding.ts";
import { columnNames } from "./header.ts";
import { type CsvRecord, RecordReader, type TakeLine } from "./records.ts";

/** The columns of a file, and its records, header line apart. */
export interface CsvReading {
  columns: string[];
  /**
   * The records, once, in batches that are cut from the text while they are gone through: each must
   * be gone through to its end before the next is asked for.
   * @param take sees each line first; what it takes is no record any more.
   */
  batches(take?: TakeLine): AsyncGenerator<Iterable<CsvRecord>>;
}

/**
 * Reads a whole file as a stream, unpacking gzip and decoding on the way, in memory of a few pieces.
 * A record with too few or too many cells comes with a `fault`; empty cells beyond the last column
 * (a delimiter at the end of the line) are dropped.
 * @throws {CsvError} `empty` where there is no record, `damaged` where gzip cannot be unpacked
 */
export async function readRecords(
  stream: ReadableStream<Uint8Array>,
  dialect: Dialect,
): Promise<CsvReading> {
  const reader = new RecordReader(dialect);
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

function fit(record: CsvRecord, width: number): CsvRecord {
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
  const decoder = new TextDecoder(encoding);
  for await (const bytes of unpacked(stream)) {
    yield reader.push(decoder.decode(bytes, { stream: true }));
  }
  yield reader.push(decoder.decode());
  yield reader.end();
}

/** The bytes of a file, unpacked where they begin a gzip stream. */
async function* unpacked(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    let head = new Uint8Array(0);
    while (head.length < 3) {
      const { done, value } = await reader.read();
      if (done) break;
      head = joined(head, value);
    }
    const plain = continued(head, reader);
    if (!isGzip(head)) return yield* plain;
    let broken: { error: unknown } | undefined;
    const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
      async pull(controller) {
        try {
          const { done, value } = await plain.next();
          if (done) controller.close();
          else controller.enqueue(value as Uint8Array<ArrayBuffer>);
        } catch (error) {
          broken = { error };
          throw error;
        }
      },
    });
    try {
      yield* source.pipeThrough(new DecompressionStream("gzip"));
    } catch (error) {
      // Where its bytes do not come any more, nothing is known against the file.
      if (broken) throw broken.error;
      const why = (error as Error).message;
      throw new CsvError("damaged", `The gzip file cannot be unpacked to its end: ${why}.`);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

async function* continued(
  head: Uint8Array,
  reader: ReadableStreamDefaultReader<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield head;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
