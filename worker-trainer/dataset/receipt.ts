import { type Receipt, unusable } from "../../functions/recommender/files/rows/receipt.ts";

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
  const detail = unusable(receipt);
  if (detail) throw new UnusableDataError(detail, { name, receipt });
}
