import { CsvError } from "../../functions/recommender/csv/csv_error.ts";
import type { Dialect } from "../../functions/recommender/csv/dialect.ts";
import type { FileBytes } from "../../functions/recommender/csv/file_bytes.ts";
import {
  checkMapping,
  type FileKind,
  type Mapping,
} from "../../functions/recommender/csv/mapping.ts";
import {
  type ColumnForms,
  type FileEvidence,
  isSameForms,
  notesOf,
} from "../../functions/recommender/csv/column_forms.ts";
import { readDecided } from "../../functions/recommender/csv/read_decided.ts";
import {
  emptyReceipt,
  note,
  type Receipt,
  reject,
} from "../../functions/recommender/csv/receipt.ts";
import type { CsvRecord, TakeLine } from "../../functions/recommender/csv/records.ts";
import { isRejection, type Rejection } from "../../functions/recommender/csv/rows.ts";
import { refuseUnusable, UnusableDataError } from "./receipt.ts";

/** A file and how to read it. */
export interface DataFile {
  /** By which an error tells it from others. */
  name: string;
  /** Its bytes, packed or not; called again where all of them decide other forms. */
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

/** All of a file decides other forms than its head: what was read of it is void. */
export class OtherForms extends Error {
  override readonly name = "OtherForms";

  constructor(readonly file: DataFile, readonly forms: ColumnForms) {
    super(`The file ${file.name} is to be read again.`);
  }
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

/** A file that is being read. */
export interface OpenFile {
  columns: readonly string[];
  /** By which its rows are to be read. */
  forms: ColumnForms;
  /** Counts the records; lines that are taken are to be counted by who takes them. */
  evidence: FileEvidence;
}

/**
 * Streams a file's rows through what `open` makes of its columns, and counts them.
 * @param known how all of the file was found to be read, where it was read before.
 * @throws {UnusableDataError} where the file, its mapping or all of its rows cannot be used
 * @throws {OtherForms} where all of the file decides other forms than its head
 */
export async function readRows<Row extends object>(
  file: DataFile,
  open: (file: OpenFile) => RowReading<Row>,
  known?: ColumnForms,
): Promise<Receipt> {
  const receipt = emptyReceipt(file.kind);
  let mayBeEmpty = file.mayBeEmpty ?? false;
  try {
    const { batches, ...opened } = await readDecided(await file.open(), { ...file, known });
    const { columns, forms, evidence } = opened;
    const [problem] = checkMapping(file.kind, file.mapping, columns);
    if (problem) throw new UnusableDataError(problem.detail);
    const { skip, judge, use, take } = open(opened);
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
    const decided = evidence.decide();
    if (!known && !isSameForms(forms, decided)) throw new OtherForms(file, decided);
    note(receipt, [...opened.notes, ...notesOf(known ?? decided, file.mapping)]);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    if (!(mayBeEmpty && error.code === "empty")) throw new UnusableDataError(error.message);
  }
  if (!(mayBeEmpty && receipt.rows === 0)) refuseUnusable(file.name, receipt);
  return receipt;
}
