import type { FileKind } from "../../functions/recommender/csv/mapping.ts";
import type { Rejection } from "../../functions/recommender/csv/rows.ts";

/** What became of a file's rows. */
export interface Receipt {
  kind: FileKind;
  /** Rows of the file, header line and empty lines apart: `used + rejected`, for content also `+ duplicates`. */
  rows: number;
  used: number;
  rejected: number;
  /** The first 1,000 rejected rows. */
  rejections: Rejection[];
  /** Content: rows whose item came before (the first counts). Interactions: used rows that repeat a user and item of the same file. */
  duplicates: number;
  users: number;
  items: number;
  /** Used rows whose item does not stand in a content file; 0 where there is none. */
  unknown_items: number;
}

/** Data from which nothing can be learned; the message is a sentence for their owner. */
export class UnusableDataError extends Error {
  override readonly name = "UnusableDataError";

  constructor(message: string, readonly receipt?: Receipt) {
    super(message);
  }
}

const listed = 1000;

export function emptyReceipt(kind: FileKind): Receipt {
  const counts = { rows: 0, used: 0, rejected: 0, duplicates: 0, users: 0, items: 0 };
  return { kind, ...counts, rejections: [], unknown_items: 0 };
}

/** Counts a rejected row and keeps it while there is room. */
export function reject(receipt: Receipt, rejection: Rejection): void {
  receipt.rejected++;
  if (receipt.rejections.length < listed) receipt.rejections.push(rejection);
}

/** Refuses a file of which no row counts. */
export function refuseUnusable(receipt: Receipt): void {
  if (receipt.used > 0) return;
  const what = receipt.kind === "CONTENT" ? "content" : "interaction";
  const [first] = receipt.rejections;
  const found = first === undefined
    ? "it has no rows below its header line"
    : `all its ${receipt.rows} rows are rejected, the first on line ${first.line} because ${first.reason}`;
  const needed = receipt.kind === "CONTENT"
    ? "an item id or title"
    : "a user, an item, and a number and a time where rating and timestamp are mapped";
  throw new UnusableDataError(
    `The ${what} file has nothing usable: ${found}. Each row needs ${needed}.`,
    receipt,
  );
}
