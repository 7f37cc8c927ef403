import { CsvError } from "./csv_error.ts";
import type { Dialect } from "./dialect.ts";
import { isGzip } from "./encoding.ts";
import { columnNames } from "./header.ts";
import { type CsvRecord, RecordReader } from "./records.ts";

/** The columns of a file, and its records in batches, header line apart. */
export interface CsvReading {
  columns: string[];
  batches: AsyncGenerator<CsvRecord[]>;
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
  const all = rawBatches(stream, dialect);
  let first: CsvRecord[] = [];
  let top: CsvRecord | undefined;
  while (top === undefined) {
    const { done, value } = await all.next();
    if (done) throw new CsvError("empty", "The file has no row that can be read.");
    first = [...first, ...value];
    top = first.find((record) => !record.fault);
  }
  const columns = columnNames(top.cells, dialect.header);
  const rest = dialect.header ? first.filter((record) => record !== top) : first;
  return { columns, batches: fitted(rest, all, columns.length) };
}

async function* fitted(
  first: CsvRecord[],
  rest: AsyncGenerator<CsvRecord[]>,
  width: number,
): AsyncGenerator<CsvRecord[]> {
  try {
    yield first.map((record) => fit(record, width));
    for await (const batch of rest) {
      for (let i = 0; i < batch.length; i++) batch[i] = fit(batch[i], width);
      yield batch;
    }
  } finally {
    await rest.return(undefined);
  }
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
  dialect: Dialect,
): AsyncGenerator<CsvRecord[]> {
  const records = new RecordReader(dialect);
  const decoder = new TextDecoder(dialect.encoding);
  for await (const bytes of unpacked(stream)) {
    const batch = [...records.push(decoder.decode(bytes, { stream: true }))];
    if (batch.length > 0) yield batch;
  }
  const batch = [...records.push(decoder.decode()), ...records.end()];
  if (batch.length > 0) yield batch;
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
    const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
      async pull(controller) {
        const { done, value } = await plain.next();
        if (done) controller.close();
        else controller.enqueue(value as Uint8Array<ArrayBuffer>);
      },
    });
    try {
      yield* source.pipeThrough(new DecompressionStream("gzip"));
    } catch (error) {
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
