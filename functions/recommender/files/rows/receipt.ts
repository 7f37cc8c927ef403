import type { FileKind } from "../mapping.ts";
import type { Rejection } from "./rows.ts";

/** Result of reading a file's rows. */
export interface Receipt {
  kind: FileKind;
  /**
   * Number of rows without header and empty lines: `used + rejected`, plus `duplicates` for
   * content.
   */
  rows: number;
  used: number;
  rejected: number;
  /** The first 1,000 rejected rows. */
  rejections: Rejection[];
  /** Rejected rows by reason, in the order of first occurrence. */
  reasons: Reason[];
  /**
   * Content: rows whose item occurred before (the first counts). Interactions: used rows that
   * repeat a user and item of the same file.
   */
  duplicates: number;
  users: number;
  items: number;
  /** Used rows whose item is not in a content file; 0 if there is none. */
  unknown_items: number;
  /** Notes on how an ambiguous file was read; absent if there are none. */
  notes?: string[];
}

/** A reason for rejecting rows, and the number of rows. */
export interface Reason {
  /** As of the rows, with an ellipsis in place of the value. */
  reason: string;
  rows: number;
  /** Lines of the first such rows. */
  lines: number[];
}

const listed = 1000;
const linesShown = 5;
/** Reasons are normally few, but a file whose rows all differ in width has many. */
const mostReasons = 50;

export function emptyReceipt(kind: FileKind): Receipt {
  const counts = { rows: 0, used: 0, rejected: 0, duplicates: 0, users: 0, items: 0 };
  return { kind, ...counts, rejections: [], reasons: [], unknown_items: 0 };
}

/** Appends notes to a receipt, if there are any. */
export function note(receipt: Receipt, notes: readonly string[]): void {
  if (notes.length > 0) receipt.notes = [...receipt.notes ?? [], ...notes];
}

/** Counts a rejected row, and lists it up to the limit. */
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

/** Minimum number of rows of one user that are remarkable. */
const manyOfOne = 20;

/** Appends a note if all rows are of one user. */
export function noteOneUser(receipt: Receipt): void {
  if (receipt.users !== 1 || receipt.used < manyOfOne) return;
  note(receipt, [
    `All ${receipt.used} rows are of one user, and a recommender learns from the interactions of ` +
    "many: is the user in another column?",
  ]);
}

/** Returns why a file has nothing to learn from; undefined if it has a usable row. */
export function unusable({ kind, rows, used, rejections }: Receipt): string | undefined {
  if (used > 0) return undefined;
  const what = kind === "CONTENT" ? "content" : "interaction";
  const [first] = rejections;
  const found = first === undefined
    ? "it has no rows below its header line"
    : `all its ${rows} rows were rejected, the first on line ${first.line} because ${first.reason}`;
  const needed = kind === "CONTENT"
    ? "an item id or title"
    : "a user, an item, and a number and a time if rating and timestamp are mapped";
  return `The ${what} file has no usable row: ${found}. Each row needs ${needed}.`;
}

/** Replaces the quoted value: `the rating "five" is …` → `the rating "…" is …`. */
export function withoutValue(reason: string): string {
  return reason.replace(/".*"/s, '"…"');
}
