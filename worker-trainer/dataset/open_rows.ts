import { CsvError } from "../../functions/recommender/files/csv_error.ts";
import type { Dialect } from "../../functions/recommender/files/dialect.ts";
import type { FileBytes } from "../../functions/recommender/files/file_bytes.ts";
import {
  checkMapping,
  type FileKind,
  type Mapping,
} from "../../functions/recommender/files/mapping.ts";
import {
  type ColumnForms,
  type FileEvidence,
  type IdSpellings,
  isSameForms,
  notesOf,
  refusalOf,
} from "../../functions/recommender/files/columns/column_forms.ts";
import { readDecided } from "../../functions/recommender/files/columns/read_decided.ts";
import {
  emptyReceipt,
  note,
  type Receipt,
  reject,
} from "../../functions/recommender/files/rows/receipt.ts";
import type { CsvRecord, TakeLine } from "../../functions/recommender/files/records.ts";
import { isRejection, type Rejection } from "../../functions/recommender/files/rows/rows.ts";
import { refuseUnusable, UnusableDataError } from "./receipt.ts";

/** A file and how to read it. */
export interface DataFile {
  /** Identifies it in errors. */
  name: string;
  /** Returns its bytes, compressed or not; called again if the whole file requires other forms. */
  open(): Promise<FileBytes>;
  kind: FileKind;
  dialect: Dialect;
  mapping: Mapping;
  /** Whether rows of erased users may have been removed: then the file may be empty. */
  mayBeEmpty?: boolean;
  /**
   * Whether it is a file of live events or of live items, which is read by `live_file.ts` or
   * `live_items_file.ts`.
   */
  isLive?: boolean;
}

/** Returns a file on disk by its path. */
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

/** Error: the whole file requires other formats than its head, so the rows read are discarded. */
export class OtherForms extends Error {
  override readonly name = "OtherForms";

  constructor(readonly file: DataFile, readonly forms: ColumnForms) {
    super(`The file ${file.name} must be read again.`);
  }
}

/** Callbacks for the rows of a file. */
export interface RowReading<Row extends object> {
  /** Returns whether a record is ignored, without being counted. */
  skip?(record: CsvRecord): boolean;
  /** Validates a record: returns its row or a rejection. */
  parse(record: CsvRecord): Row | Rejection;
  /** Called with each valid row, in order. */
  use(row: Row, receipt: Receipt): void;
  /** Handles lines before they are parsed to records; the lines it accepts count as used rows. */
  take?: TakeLine;
}

/** Facts about a file from before it is read. */
export interface KnownOfFile {
  /** The forms of the whole file, if it was read before. */
  forms?: ColumnForms;
  /** How the ids of all files of its kind are written; decided by this file alone if absent. */
  spelling?: IdSpellings;
}

/** A file being read. */
export interface OpenFile {
  columns: readonly string[];
  /** The forms of its columns. */
  forms: ColumnForms;
  /** Collects evidence from records; `take` has to add evidence for the lines it accepts. */
  evidence: FileEvidence;
}

/**
 * Streams a file's rows through the callbacks of `open`, and counts them.
 * @throws {UnusableDataError} if the file, its mapping or all of its rows cannot be used
 * @throws {OtherForms} if the whole file requires other forms than its head
 */
export async function readRows<Row extends object>(
  file: DataFile,
  open: (file: OpenFile) => RowReading<Row>,
  { forms: known, spelling }: KnownOfFile = {},
): Promise<Receipt> {
  const receipt = emptyReceipt(file.kind);
  let mayBeEmpty = file.mayBeEmpty ?? false;
  try {
    const { batches, ...opened } = await readDecided(await file.open(), {
      ...file,
      known,
      spelling,
    });
    const { columns, forms, evidence } = opened;
    const [problem] = checkMapping(file.kind, file.mapping, columns);
    if (problem) throw new UnusableDataError(problem.detail);
    const { skip, parse, use, take } = open(opened);
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
        const row = parse(record);
        if (isRejection(row)) {
          reject(receipt, row);
        } else {
          receipt.used++;
          use(row, receipt);
        }
      }
    }
    const decided = { ...(known ?? evidence.decide()), ...(spelling && { spelling }) };
    const refusal = refusalOf(decided, file.mapping);
    if (refusal) {
      throw new UnusableDataError(refusal.detail, { name: file.name, receipt });
    }
    if (!isSameForms(forms, decided)) throw new OtherForms(file, decided);
    note(receipt, [...opened.notes, ...notesOf(decided, file.mapping)]);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    if (!(mayBeEmpty && error.code === "empty")) throw new UnusableDataError(error.message);
  }
  if (!(mayBeEmpty && receipt.rows === 0)) refuseUnusable(file.name, receipt);
  return receipt;
}
