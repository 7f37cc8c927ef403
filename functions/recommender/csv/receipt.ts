import type { FileKind } from "./mapping.ts";
import type { Rejection } from "./rows.ts";

/** What became of a file's rows. */
export interface Receipt {
  kind: FileKind;
  /** Rows of the file, header line and empty lines apart: `used + rejected`, for content also `+ duplicates`. */
  rows: number;
  used: number;
  rejected: number;
  /** The first 1,000 rejected rows. */
  rejections: Rejection[];
  /** All rejected rows by reason, in the order in which each reason was first met. */
  reasons: Reason[];
  /** Content: rows whose item came before (the first counts). Interactions: used rows that repeat a user and item of the same file. */
  duplicates: number;
  users: number;
  items: number;
  /** Used rows whose item does not stand in a content file; 0 where there is none. */
  unknown_items: number;
  /** Sentences on how the file was read, where it could be read otherwise; absent where none. */
  notes?: string[];
}

/** Why rows were rejected, and how many. */
export interface Reason {
  /** As of its rows, with an ellipsis for the value that each has. */
  reason: string;
  rows: number;
  /** The first of them. */
  lines: number[];
}

const listed = 1000;
const linesShown = 5;
/** The reasons are few; a file of rows that are each of another width has many. */
const mostReasons = 50;

export function emptyReceipt(kind: FileKind): Receipt {
  const counts = { rows: 0, used: 0, rejected: 0, duplicates: 0, users: 0, items: 0 };
  return { kind, ...counts, rejections: [], reasons: [], unknown_items: 0 };
}

/** Adds sentences on how the file was read, where there are any. */
export function note(receipt: Receipt, notes: readonly string[]): void {
  if (notes.length > 0) receipt.notes = [...receipt.notes ?? [], ...notes];
}

/** Counts a rejected row and keeps it while there is room. */
export function reject(receipt: Receipt, rejection: Rejection): void {
  receipt.rejected++;
  if (receipt.rejections.length < listed) receipt.rejections.push(rejection);
  let reason = withoutValue(rejection.reason);
  const { reasons } = receipt;
  let known = reasons.find((other) => other.reason === reason);
  if (!known && reasons.length >= mostReasons) {
    reason = "for other reasons";
    known = reasons.find((other) => other.reason === reason);
  }
  if (!known) reasons.push(known = { reason, rows: 0, lines: [] });
  known.rows++;
  if (known.lines.length < linesShown) known.lines.push(rejection.line);
}

/** `the rating "five" is no number` → `the rating "…" is no number`. */
export function withoutValue(reason: string): string {
  return reason.replace(/".*"/s, '"…"');
}
