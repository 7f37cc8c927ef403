import type { CsvRecord } from "../../functions/recommender/files/records.ts";
import { withoutFraction } from "../../functions/recommender/files/values/float_ids.ts";
import { visibleId } from "../../functions/recommender/text/visible.ts";
import { parseId } from "../../functions/recommender/files/values/blank_words.ts";

/**
 * Returns a function that returns whether a record belongs to one of these users, whose ids are in
 * the column `at`, also as decimal numbers: `17.0` for `17`. A line that cannot be parsed belongs
 * to them if any cell contains such an id.
 */
export function rowsOf(
  people: readonly string[],
  at: number,
): (record: Pick<CsvRecord, "cells" | "fault">) => boolean {
  const theirs = new Set(people.map((person) => withoutFraction(visibleId(person))));
  const spellings = [...new Set([...people, ...theirs])];
  return ({ cells, fault }) =>
    fault
      ? spellings.some((person) => cells.some((cell) => visibleId(cell).includes(person)))
      : theirs.has(withoutFraction(parseId(cells[at] ?? "")));
}
