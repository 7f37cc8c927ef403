/** Opens the records of a file of any format, for rules, forecasts and trainings. */
import type { Dialect } from "../dialect.ts";
import { CsvError } from "../csv_error.ts";
import type { FileBytes } from "../file_bytes.ts";
import { readJson } from "./read_json.ts";
import { readParquet } from "./read_parquet.ts";
import { readingNotes } from "./reading_notes.ts";
import { readXlsx } from "./read_xlsx.ts";
import { type FileReading, type ReadingOptions, readRecords } from "./read_records.ts";
import { shapeRows } from "./shape_rows.ts";
import type { CsvRecord, TakeLine } from "../records.ts";

/**
 * Opens a file for one pass. Of several files, the first decides the columns, and line numbers are
 * those of each file.
 * @throws {CsvError} `empty` if there is no record, `damaged` if it cannot be decompressed,
 * `not_csv` if it lacks a column that the dialect names, `too_large`; the last also while reading
 * batches.
 */
export async function openRecords(
  file: FileBytes,
  dialect: Dialect,
  options: ReadingOptions = {},
): Promise<FileReading> {
  const { parts } = file;
  if (!parts) return await openOne(file, dialect, options);
  const isJson = /^jsonl?$/.test(dialect.format ?? "csv");
  const first = await named(parts[0], () => openOne(parts[0], dialect, options));
  return {
    ...first,
    async *batches(take) {
      yield* namedBatches(parts[0], first.batches(take));
      for (const part of parts.slice(1)) {
        const reading = await named(part, () => openOne(part, dialect, options))
          .catch(unlessEmpty);
        if (reading) {
          yield* namedBatches(part, under(first.columns, { part, reading, take, isJson }));
        }
      }
    },
  };
}

async function openOne(
  file: FileBytes,
  dialect: Dialect,
  options: ReadingOptions,
): Promise<FileReading> {
  const reading = await openFormat(file, dialect, options);
  const notes = readingNotes({ dialect, columns: reading.columns, sheet: reading.sheet });
  return { ...shapeRows(reading, dialect), notes };
}

async function openFormat(
  file: FileBytes,
  dialect: Dialect,
  options: ReadingOptions,
): Promise<FileReading> {
  switch (dialect.format ?? "csv") {
    case "csv":
      return await readRecords(await file.open(), dialect, options);
    case "jsonl":
    case "json":
      return await readJson(await file.open(), dialect, options);
    case "parquet":
      return await readParquet(file, options);
    case "xlsx":
      return await readXlsx(file, dialect, options);
  }
}

type Part = NonNullable<FileBytes["parts"]>[number];

/**
 * Yields a file's records with their cells in the order of these columns.
 * @throws {CsvError} `not_csv` if it lacks one of them; rows of JSON may lack any.
 */
function under(
  columns: readonly string[],
  { part, reading, take, isJson }: {
    part: Part;
    reading: FileReading;
    take?: TakeLine;
    isJson: boolean;
  },
): AsyncGenerator<Iterable<CsvRecord>> {
  if (columns.join("\n") === reading.columns.join("\n")) return reading.batches(take);
  const places = columns.map((column) => reading.columns.indexOf(column));
  const lacking = columns.find((_, i) => places[i] < 0);
  if (lacking !== undefined && !isJson) {
    throw new CsvError(
      "not_csv",
      `${part.name}: the file lacks the column "${lacking}" of the first file.`,
    );
  }
  return (async function* () {
    for await (const batch of reading.batches()) yield ordered(batch, places);
  })();
}

function* ordered(
  records: Iterable<CsvRecord>,
  places: readonly number[],
): Generator<CsvRecord> {
  for (const record of records) {
    yield record.fault ? record : { ...record, cells: places.map((i) => record.cells[i] ?? "") };
  }
}

/** Adds the name of a file to the errors of reading it. */
async function named<Result>({ name }: Part, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof CsvError) throw new CsvError(error.code, `${name}: ${error.message}`);
    throw error;
  }
}

async function* namedBatches<Batch>(
  part: Part,
  batches: AsyncGenerator<Batch>,
): AsyncGenerator<Batch> {
  try {
    for (;;) {
      const next = await named(part, () => batches.next());
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await batches.return(undefined);
  }
}

function unlessEmpty(error: unknown): undefined {
  if (error instanceof CsvError && error.code === "empty") return undefined;
  throw error;
}
