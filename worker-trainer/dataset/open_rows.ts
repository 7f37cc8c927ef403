import { CsvError } from "../../functions/recommender/csv/csv_error.ts";
import type { Dialect } from "../../functions/recommender/csv/dialect.ts";
import {
  checkMapping,
  type FileKind,
  type Mapping,
} from "../../functions/recommender/csv/mapping.ts";
import { readRecords } from "../../functions/recommender/csv/read_records.ts";
import { emptyReceipt, type Receipt, reject } from "../../functions/recommender/csv/receipt.ts";
import type { CsvRecord, TakeLine } from "../../functions/recommender/csv/records.ts";
import { isRejection, type Rejection } from "../../functions/recommender/csv/rows.ts";
import { refuseUnusable, UnusableDataError } from "./receipt.ts";

/** A CSV file and how to read it. */
export interface DataFile {
  /** By which an error tells it from others. */
  name: string;
  /** Its bytes, from the first, packed or not; they are read once. */
  open(): Promise<ReadableStream<Uint8Array>>;
  kind: FileKind;
  dialect: Dialect;
  mapping: Mapping;
  /** Whether rows of erased people may have been taken out of it: then it may have none. */
  mayBeEmpty?: boolean;
}

/** A file on disk by its path. */
export function onDisk(path: string): Pick<DataFile, "name" | "open"> {
  return { name: path, open: async () => (await Deno.open(path)).readable };
}

/** What is done with the rows of a file. */
export interface RowReading<Row extends object> {
  /** The records that are passed over, as if they were not there. */
  skip?(record: CsvRecord): boolean;
  /** The rule which records count. */
  judge(record: CsvRecord): Row | Rejection;
  /** Is given each row that counts, in order. */
  use(row: Row, receipt: Receipt): void;
  /** Takes lines before they are records: rows that count and are used by it. */
  take?: TakeLine;
}

/**
 * Streams a file's rows through what `open` makes of its columns' names, and counts them.
 * @throws {UnusableDataError} where the file, its mapping or all of its rows cannot be used
 */
export async function readRows<Row extends object>(
  file: DataFile,
  open: (columns: readonly string[]) => RowReading<Row>,
): Promise<Receipt> {
  const receipt = emptyReceipt(file.kind);
  let mayBeEmpty = file.mayBeEmpty ?? false;
  try {
    const { columns, batches } = await readRecords(await file.open(), file.dialect);
    const [problem] = checkMapping(file.kind, file.mapping, columns);
    if (problem) throw new UnusableDataError(problem.detail);
    const { skip, judge, use, take } = open(columns);
    const counted: TakeLine | undefined = take && ((text, start, end) => {
      if (!take(text, start, end)) return false;
      receipt.rows++;
      receipt.used++;
      return true;
    });
    for await (const batch of batches(counted)) {
      for (const record of batch) {
        if (skip?.(record)) {
          mayBeEmpty = true;
          continue;
        }
        receipt.rows++;
        const row = judge(record);
        if (isRejection(row)) {
          reject(receipt, row);
        } else {
          receipt.used++;
          use(row, receipt);
        }
      }
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    if (!(mayBeEmpty && error.code === "empty")) throw new UnusableDataError(error.message);
  }
  if (!(mayBeEmpty && receipt.rows === 0)) refuseUnusable(file.name, receipt);
  return receipt;
}
