/** Sentences for a file's owner on a column of numbers. */
import type { FoundCodes } from "./missing_codes.ts";
import type { FoundNumbers } from "./number_evidence.ts";
import { parseNumber, partsOf } from "./numbers.ts";
import { whyNoRating } from "./rating_words.ts";
import { MULTIPLIED } from "./units.ts";

/** Returns why a rating is rejected, as the end of a sentence. */
export function reasonOfNumber(cell: string, form: FoundNumbers): string {
  const parts = partsOf(cell.trim());
  if (parts && parts.unit !== null && parts.unit !== form.unit) {
    if (form.units.length > 1 && form.units.every(isScale)) {
      return `is out of one of several numbers in its column (${
        named(form.units)
      }): write all ratings ` +
        "on one scale";
    }
    if (isScale(parts.unit) && form.unit !== null && isScale(form.unit)) {
      return `is out of ${parts.unit.slice(1)}, and nearly all of its column are out of ${
        form.unit.slice(1)
      }: write all ratings on one scale`;
    }
    return form.units.length > 1
      ? `has one of several units in its column (${named(form.units)})`
      : `has another unit than its column (${named([form.unit ?? ""])})`;
  }
  if (parts?.isInParentheses && !form.isAccounting) {
    return "is in parentheses, but no amount in its column shows that they mean a negative number";
  }
  return whyNoRating(form.isUnreadable);
}

/** Returns notes on ambiguous numbers of a column. @param isRating false for a column of items. */
export function notesOfNumbers(
  column: string,
  { numbers, isChosen, isRating }: {
    numbers: FoundNumbers;
    /** Whether the mapping chooses the decimal sign. */
    isChosen: boolean;
    isRating: boolean;
  },
): string[] {
  const notes: string[] = [];
  if (numbers.units.length > 1 && !isRating) {
    notes.push(
      `The column "${column}" has numbers of several units (${
        named(numbers.units)
      }), which cannot ` +
        "be compared: they are read as texts. Write one unit, or a column for each.",
    );
  }
  if (numbers.open !== null && !isChosen) {
    const number = `1${numbers.open}234`;
    notes.push(
      `The column "${column}" has numbers such as ${number}, which may be 1234 or 1.234: ${number} ` +
        `is read as ${parseNumber(number, numbers)}. Set decimal_sign in the mapping to choose.`,
    );
  }
  return notes;
}

/** Returns a note on ratings that mean "no rating"; none if the mapping chooses them. */
export function notesOfCodes(
  column: string,
  { codes, least, most, isZeroOpen }: FoundCodes,
  isChosen: boolean,
): string[] {
  if (isChosen) return [];
  if (codes.length > 0) {
    const listed = codes.join(" and ");
    return [
      `The column "${column}" has ratings from ${least} to ${most}, and often ${listed}: it is read ` +
      'as no rating. If it is one, set no_rating to "keep" in the mapping.',
    ];
  }
  if (!isZeroOpen) return [];
  return [
    `The column "${column}" often has 0 below ratings to ${most}, and it is read as the lowest. If it ` +
    'means that there is no rating, set no_rating to "0" in the mapping; else to "keep".',
  ];
}

/** Whether a unit is a denominator: `/5`. */
function isScale(unit: string): boolean {
  return unit.startsWith("/");
}

function named(units: readonly string[]): string {
  const names = units.slice(0, 5).map((unit) => unit === MULTIPLIED ? "thousands" : unit);
  return `${names.join(", ")}${units.length > names.length ? " …" : ""}`;
}
