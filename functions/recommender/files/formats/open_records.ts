/** Opens the records of a file of any format, for rules, forecasts and trainings. */
import type { Dialect } from "../dialect.ts";
import type { FileBytes } from "../file_bytes.ts";
import { readJson } from "./read_json.ts";
import { readParquet } from "./read_parquet.ts";
import { readingNotes } from "./reading_notes.ts";
import { readXlsx } from "./read_xlsx.ts";
import { type FileReading, type ReadingOptions, readRecords } from "./read_records.ts";
import { shapeRows } from "./shape_rows.ts";

/**
 * Opens a file for one pass.
 * @throws {CsvError} `empty` if there is no record, `damaged` if it cannot be decompressed,
 * `not_csv` if it lacks a column that the dialect names, `too_large`; the last also while reading
 * batches.
 */
export async function openRecords(
  file: FileBytes,
  dialect: Dialect,
  options: ReadingOptions = {},
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
