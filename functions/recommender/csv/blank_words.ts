/** What stands for no value: one list for ids, titles, features, numbers and times. */

/** Blank words in lower case, as databases, data frames and spreadsheets export them. */
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
  "<nil>",
  "undefined",
] as const;

/** Signs that stand for no value where no text can be meant: an artist may be called `?`, no id is. */
export const BLANK_SIGNS = ["-", "--", "–", "—", "?", "."] as const;

const WORDS: ReadonlySet<string> = new Set(BLANK_WORDS);
const SIGNS: ReadonlySet<string> = new Set(BLANK_SIGNS);
const LONGEST = Math.max(...BLANK_WORDS.map(({ length }) => length));

/** Whether an id, a number or a time, without white space around it, stands for no value. */
export function isBlank(text: string): boolean {
  return !endsInDigit(text) && (isBlankWord(text) || SIGNS.has(text));
}

/** Returns an id: text always (`00123` stays), without white space around it; empty where blank. */
export function parseId(cell: string): string {
  const text = cell.trim();
  return isBlank(text) ? "" : text;
}

/** Returns a title, a feature or a word, without white space around it; empty where it is blank. */
export function parseText(cell: string): string {
  const text = cell.trim();
  return isBlankWord(text) ? "" : text;
}

function isBlankWord(text: string): boolean {
  return text.length <= LONGEST && !endsInDigit(text) && WORDS.has(text.toLowerCase());
}

/** As most ids do, and no blank word: it saves them the look-up. */
function endsInDigit(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last >= ZERO && last <= NINE;
}

const [ZERO, NINE] = ["0", "9"].map((digit) => digit.charCodeAt(0));
