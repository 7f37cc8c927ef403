/** Ratings that are not numbers: words for no and yes, grades, and rows of stars. */
import { answerOf } from "./answers.ts";

/** Notation of a column of ratings that are not numbers. */
export type RatingWords = "answers" | "grades" | "stars" | "hollow stars";

/** Returns the number of a rating; NaN if it is not in this notation. */
export const RATING_WORDS: Readonly<Record<RatingWords, (cell: string) => number>> = {
  answers: answerOf,
  grades: gradeOf,
  stars: (cell) => starsOf(cell, FILLED),
  "hollow stars": (cell) => starsOf(cell, HOLLOW),
};

/** Minimum fraction of the cells that must be of one kind. */
const NEARLY_ALL = 0.95;
/** Fewer different letters may be groups or variants instead of grades. */
const LEAST_GRADES = 3;

const GRADE = /^([A-F])([+−-])?$/i;
const FILLED = /^[★⭐*]/u;
const HOLLOW = /^☆/u;
const STARS = /^(?:[★⭐*]\ufe0f?)*½?(?:☆\ufe0f?)*$/u;

/** Returns 5 for A to 0 for F, half a grade more for + and less for −. */
function gradeOf(cell: string): number {
  const [, letter, sign] = GRADE.exec(cell.trim()) ?? [];
  if (letter === undefined) return NaN;
  const half = sign === undefined ? 0 : sign === "+" ? 0.5 : -0.5;
  return "FEDCBA".indexOf(letter.toUpperCase()) + half;
}

/** Returns the number of signs that count, and ½. */
function starsOf(cell: string, counted: RegExp): number {
  const text = cell.trim();
  if (text === "" || !STARS.test(text)) return NaN;
  const signs = Array.from(text);
  return signs.filter((sign) => counted.test(sign)).length + (signs.includes("½") ? 0.5 : 0);
}

/** Collects evidence for the notation of a column's ratings, in constant memory. */
export class RatingWordEvidence {
  #answers = 0;
  #grades = 0;
  readonly #letters = new Set<string>();
  #stars = 0;
  #isFilled = false;

  /** Adds a trimmed cell that is not a number. */
  add(text: string): void {
    if (!Number.isNaN(answerOf(text))) this.#answers++;
    if (GRADE.test(text)) {
      this.#grades++;
      this.#letters.add(text[0].toUpperCase());
    } else if (STARS.test(text)) {
      this.#stars++;
      this.#isFilled ||= FILLED.test(text);
    }
  }

  /** Returns the notation of nearly all cells; undefined if there is none. */
  decide(cells: number): RatingWords | undefined {
    const isNearlyAll = (count: number) => count > 0 && count >= NEARLY_ALL * cells;
    if (isNearlyAll(this.#answers)) return "answers";
    if (isNearlyAll(this.#stars)) return this.#isFilled ? "stars" : "hollow stars";
    const isGraded = this.#letters.size >= LEAST_GRADES && this.#letters.has("A");
    return isNearlyAll(this.#grades) && isGraded ? "grades" : undefined;
  }
}

/** Returns the reason for an invalid rating, as the end of a sentence. */
export function whyNoRating(isUnreadable?: boolean): string {
  if (!isUnreadable) return "is not a number";
  return "is not a number, like all cells of its column: readable are numbers, rows of stars, words for " +
    "yes and no, and grades from A to F, of which at least three with A; or map the column as event_type, " +
    "and give its words weights by event_weights";
}
