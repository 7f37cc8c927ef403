import type { CsvRecord } from "../../functions/recommender/csv/records.ts";
import { parseId } from "../../functions/recommender/csv/blank_words.ts";

/**
 * Returns a function that tells whether a record belongs to one of these users, whose ids are in
 * the column `at`. A line that cannot be parsed belongs to them if any cell contains such an id.
 */
export function rowsOf(
  people: readonly string[],
  at: number,
): (record: Pick<CsvRecord, "cells" | "fault">) => boolean {
  const theirs = new Set(people);
  return ({ cells, fault }) =>
    fault
      ? people.some((person) => cells.some((cell) => cell.includes(person)))
      : theirs.has(parseId(cells[at] ?? ""));
}
