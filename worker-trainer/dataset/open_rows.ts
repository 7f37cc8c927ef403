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

/** A CSV file on disk and how to read it. */
export interface DataFile {
  path: string;
  kind: FileKind;
  dialect: Dialect;
  mapping: Mapping;
}

/** What is done with the rows of a file. */
export interface RowReading<Row extends object> {
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
  using source = await Deno.open(file.path);
  try {
    const { columns, batches } = await readRecords(source.readable, file.dialect);
    const [problem] = checkMapping(file.kind, file.mapping, columns);
    if (problem) throw new UnusableDataError(problem.detail);
    const { judge, use, take } = open(columns);
    const counted: TakeLine | undefined = take && ((text, start, end) => {
      if (!take(text, start, end)) return false;
      receipt.rows++;
      receipt.used++;
      return true;
    });
    for await (const batch of batches(counted)) {
      for (const record of batch) {
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
    if (error instanceof CsvError) throw new UnusableDataError(error.message);
    throw error;
  }
  refuseUnusable(file.path, receipt);
  return receipt;
}
