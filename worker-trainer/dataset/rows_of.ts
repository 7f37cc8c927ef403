import type { CsvRecord } from "../../functions/recommender/csv/records.ts";
import { parseId } from "../../functions/recommender/csv/blank_words.ts";

/**
 * Whether a record is a row of one of these people, whose id stands in the column `at`. A line that
 * cannot be read as a row is one where it holds an id anywhere.
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
