import type { Receipt } from "../../functions/recommender/files/rows/receipt.ts";

/** The data contain nothing to learn from; the message is a sentence for their owner. */
export class UnusableDataError extends Error {
  override readonly name = "UnusableDataError";

  /** @param counted name of the invalid file, and its receipt. */
  constructor(message: string, readonly counted?: { name: string; receipt: Receipt }) {
    super(message);
  }
}

/** Throws an UnusableDataError for a file without a valid row. */
export function refuseUnusable(name: string, receipt: Receipt): void {
  if (receipt.used > 0) return;
  const what = receipt.kind === "CONTENT" ? "content" : "interaction";
  const [first] = receipt.rejections;
  const found = first === undefined
    ? "it has no rows below its header line"
    : `all its ${receipt.rows} rows were rejected, the first on line ${first.line} because ` +
      `${first.reason}`;
  const needed = receipt.kind === "CONTENT"
    ? "an item id or title"
    : "a user, an item, and a number and a time if rating and timestamp are mapped";
  throw new UnusableDataError(
    `The ${what} file has no usable row: ${found}. Each row needs ${needed}.`,
    { name, receipt },
  );
}
