/** The records of a file, whatever its format: what rules, forecasts and trainings are built on. */
import type { Dialect } from "./dialect.ts";
import type { FileBytes } from "./file_bytes.ts";
import { type FileReading, type ReadingOptions, readRecords } from "./read_records.ts";

/**
 * Opens a file, to be gone through once.
 * @throws {CsvError} `empty` where there is no record, `damaged` where it cannot be unpacked,
 * `too_large`, also while the batches are gone through
 */
export async function openRecords(
  file: FileBytes,
  dialect: Dialect,
  options: ReadingOptions = {},
): Promise<FileReading> {
  return await readRecords(await file.open(), dialect, options);
}
