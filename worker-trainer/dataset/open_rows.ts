import { CsvError } from "../../functions/recommender/csv/csv_error.ts";
import type { Dialect } from "../../functions/recommender/csv/dialect.ts";
import type { FileBytes } from "../../functions/recommender/csv/file_bytes.ts";
import {
  checkMapping,
  type FileKind,
  type Mapping,
} from "../../functions/recommender/csv/mapping.ts";
import { openRecords } from "../../functions/recommender/csv/open_records.ts";
import { emptyReceipt, type Receipt, reject } from "../../functions/recommender/csv/receipt.ts";
import type { CsvRecord, TakeLine } from "../../functions/recommender/csv/records.ts";
import { isRejection, type Rejection } from "../../functions/recommender/csv/rows.ts";
import { refuseUnusable, UnusableDataError } from "./receipt.ts";

/** A file and how to read it. */
export interface DataFile {
  /** By which an error tells it from others. */
  name: string;
  /** Its bytes, packed or not; called once. */
  open(): Promise<FileBytes>;
  kind: FileKind;
  dialect: Dialect;
  mapping: Mapping;
  /** Whether rows of erased people may have been taken out of it: then it may have none. */
  mayBeEmpty?: boolean;
}

/** A file on disk by its path. */
export function onDisk(path: string): Pick<DataFile, "name" | "open"> {
  return { name: path, open: () => diskBytes(path) };
}

async function diskBytes(path: string): Promise<FileBytes> {
  const { size } = await Deno.stat(path);
  return {
    size,
    open: async () => (await Deno.open(path)).readable,
    async slice(start, end) {
      using file = await Deno.open(path);
      await file.seek(start, Deno.SeekMode.Start);
      const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start));
      for (let at = 0; at < bytes.length;) at += await file.read(bytes.subarray(at)) ?? Infinity;
      return bytes;
    },
  };
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
    const { columns, batches } = await openRecords(await file.open(), file.dialect);
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
