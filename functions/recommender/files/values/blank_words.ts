/** Spellings of missing values: one list for ids, titles, features, numbers and times. */
import { visibleId } from "../../text/visible.ts";

/** Lower-case words for a missing value, as databases, data frames and spreadsheets export it. */
export const BLANK_WORDS = [
  "",
  "null",
  "(null)",
  "[null]",
  "<null>",
  "\\n",
  "none",
  "nan",
  "nat",
  "na",
  "n/a",
  "n.a.",
  "<na>",
  "#n/a",
  "#na",
  "#n/a n/a",
  "#null!",
  "#ref!",
  "#value!",
  "#name?",
  "#div/0!",
  "#n/d",
  "#n/v",
  "#nv",
  "#н/д",
  "#wert!",
  "#bezug!",
  "#valor!",
  "#valeur!",
  "n/d",
  "н/д",
  "k.a.",
  "k. a.",
  "(none)",
  "[none]",
  "(blank)",
  "(not set)",
  "<nil>",
  "undefined",
] as const;

/**
 * Signs for a missing value in ids, numbers and times; not in texts, since an artist may be called
 * `?`.
 */
export const BLANK_SIGNS = ["-", "--", "–", "—", "?", "."] as const;

const WORDS: ReadonlySet<string> = new Set(BLANK_WORDS);
const SIGNS: ReadonlySet<string> = new Set(BLANK_SIGNS);
const LONGEST = Math.max(...BLANK_WORDS.map(({ length }) => length));

/** Whether a trimmed id, number or time is a missing value. */
export function isBlank(text: string): boolean {
  return !endsInDigit(text) && (isBlankWord(text) || SIGNS.has(text));
}

/**
 * Returns a trimmed id without invisible characters, or "" if it is missing. Ids are always
 * text: `00123` keeps its zeros.
 */
export function parseId(cell: string): string {
  const text = visibleId(cell);
  return isBlank(text) ? "" : text;
}

/** Returns a trimmed title, feature or word, or "" if it is missing. */
export function parseText(cell: string): string {
  const text = cell.trim();
  return isBlankWord(text) ? "" : text;
}

function isBlankWord(text: string): boolean {
  return text.length <= LONGEST && !endsInDigit(text) && WORDS.has(text.toLowerCase());
}

/** Fast path: most ids end in a digit, and no word for a missing value or a total does. */
export function endsInDigit(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last >= ZERO && last <= NINE;
}

const [ZERO, NINE] = ["0", "9"].map((digit) => digit.charCodeAt(0));
