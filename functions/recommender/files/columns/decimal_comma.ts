/** Whether `1,000` is a one with decimals or a thousand, where the cells of a column leave it open. */
import type { Dialect } from "../dialect.ts";
import type { Choices } from "../mapping.ts";
import { ratingKind } from "./rating_kind.ts";

/** A mapping's choices, and what the file says of a column. */
export interface ColumnChoices extends Choices {
  /** Whether `1,000` is read as a decimal number unless the mapping or other cells say otherwise. */
  isDecimalComma?: boolean;
}

/**
 * Whether a comma is probably the decimal sign of a column: in a file whose cells semicolons divide,
 * as is usual where commas are decimal signs, unless the column's name says that it has amounts.
 */
export function isDecimalComma(column: string, { delimiter }: Pick<Dialect, "delimiter">): boolean {
  return delimiter === ";" && ratingKind([column]) !== "amount";
}

/** Same for ratings, of which no scale reaches a thousand. */
export function isDecimalRating(column: string, dialect: Pick<Dialect, "delimiter">): boolean {
  return ratingKind([column]) === "scale" || isDecimalComma(column, dialect);
}
