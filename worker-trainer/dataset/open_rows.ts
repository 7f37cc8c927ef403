import { CsvError } from "../../functions/recommender/csv/csv_error.ts";
import type { Dialect } from "../../functions/recommender/csv/dialect.ts";
import {
  checkMapping,
  type FileKind,
  type Mapping,
} from "../../functions/recommender/csv/mapping.ts";
import { readRecords } from "../../functions/recommender/csv/read_records.ts";
import { emptyReceipt, type Receipt, reject } from "../../functions/recommender/csv/receipt.ts";
import type { CsvRecord } from "../../functions/recommender/csv/records.ts";
import { isRejection, type Rejection } from "../../functions/recommender/csv/rows.ts";
import { refuseUnusable, UnusableDataError } from "./receipt.ts";

/** A CSV file on disk and how to read it. */
export interface DataFile {
  path: string;
  kind: FileKind;
  dialect: Dialect;
  mapping: Mapping;
}

/** Makes of the columns' names the rule which records count. */
export type RowRule<Row extends object> = (
  columns: readonly string[],
) => (record: CsvRecord) => Row | Rejection;

/**
 * Streams a file's rows that count into `use`, batch by batch, and counts all in the receipt.
 * @throws {UnusableDataError} where the file, its mapping or all of its rows cannot be used
 */
export async function readRows<Row extends object>(
  file: DataFile,
  rule: RowRule<Row>,
  use: (rows: Row[], receipt: Receipt) => Promise<void> | void,
): Promise<Receipt> {
  const receipt = emptyReceipt(file.kind);
  const source = await Deno.open(file.path);
  try {
    const { columns, batches } = await readRecords(source.readable, file.dialect);
    const [problem] = checkMapping(file.kind, file.mapping, columns);
    if (problem) throw new UnusableDataError(problem.detail);
    const read = rule(columns);
    for await (const batch of batches) {
      const rows: Row[] = [];
      for (const record of batch) {
        receipt.rows++;
        const row = read(record);
        if (isRejection(row)) reject(receipt, row);
        else rows.push(row);
      }
      receipt.used += rows.length;
      await use(rows, receipt);
    }
  } catch (error) {
    if (error instanceof CsvError) throw new UnusableDataError(error.message);
    throw error;
  }
  refuseUnusable(file.path, receipt);
  return receipt;
}
