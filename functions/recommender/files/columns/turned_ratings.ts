/** Rating columns in which less is better, such as ranks and school grades, or a yes rejects. */
import { type ColumnName, readColumnName, readOpinionName } from "../dialect/column_name.ts";
import { eventMeaning } from "../values/event_words.ts";
import type { FoundCodes } from "../values/missing_codes.ts";
import type { BestRating } from "../values/rating_choices.ts";

/** How ratings are turned, so that more is better: `sum + times * rating`. */
export interface Turned {
  sum: number;
  times: number;
  /** Why, or that the mapping chooses it. */
  by: "rejection" | "rank" | "grades" | "choice";
}

/** Names of columns that have school grades in some countries. */
const GRADES = /^(grades?|note|noten|schulnote|zensur|marks?|ocena|betyg|karakter|оценка)$/;
/** Names of school grades of which 1 is the best, whatever the values. */
const SCHOOL = /^(schulnote|zensur)$/;
/** Worst grade of schools in which 1 is the best. */
const WORST_GRADE = 6;
/** Grade of a failed examination in universities, above all American ones. */
const FAILED = 5;

/** Whether a name says that its yes rejects an item: `skipped`, `disliked`, `returned`. */
export function isRejectingName({ words, quality }: ColumnName): boolean {
  if (quality === "time" || quality === "identifier") return false;
  const event = words.filter((word) => !/^(is|was|has|ist|wurde|est|es|foi)$/.test(word)).join(" ");
  return ["rejected", "taken back"].includes(eventMeaning(event));
}

/** Returns how a column's ratings are turned; null if more is better as they stand. */
export function turnedBy(
  column: string,
  { found, isFlag, chosen }: {
    found: FoundCodes;
    /** Whether the values are 0 and 1, or words for no and yes. */
    isFlag: boolean;
    chosen?: BestRating;
  },
): Turned | null {
  if (chosen === "high") return null;
  const name = readColumnName(column);
  if (isFlag) {
    if (chosen === "low") return { sum: 1, times: -2, by: "choice" };
    return isRejectingName(name) ? { sum: 1, times: -2, by: "rejection" } : null;
  }
  const { least, most } = found;
  if (!Number.isFinite(least + most) || least === most) return null;
  if (chosen === "low") return { sum: least + most, times: -1, by: "choice" };
  if (isGrades(name, found) && isCertain(name, found)) {
    return { sum: 1 + WORST_GRADE, times: -1, by: "grades" };
  }
  return readOpinionName(name).isLowBest ? { sum: least + most, times: -1, by: "rank" } : null;
}

/**
 * Whether grades are certainly best at 1: averages of American grades end in .3 and .7, too, and are
 * best at 4.
 */
function isCertain({ words }: ColumnName, { isThirds, most }: FoundCodes): boolean {
  const isNamed = (pattern: RegExp) => words.some((word) => pattern.test(word));
  return isNamed(SCHOOL) || isThirds && (most >= FAILED || isNamed(/^noten?$/));
}

/** Whether the ratings may be school grades from 1, the best, to 6. */
export function isGrades(
  { words }: Pick<ColumnName, "words">,
  { least, most, isThirds }: FoundCodes,
): boolean {
  if (!words.some((word) => GRADES.test(word))) return false;
  const isShown = isThirds || most === WORST_GRADE || words.some((word) => SCHOOL.test(word));
  return least >= 1 && most <= WORST_GRADE && isShown;
}
