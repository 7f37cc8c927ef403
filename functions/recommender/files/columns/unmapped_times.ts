/** Sentences for a file's owner on columns that are named as times, but not mapped. */
import { readColumnName } from "../dialect/column_name.ts";
import type { InteractionMapping } from "../mapping.ts";
import { type ColumnValues, readColumnValues } from "./column_values.ts";

/** Days since 1900 of the years from 1997 to 2064. */
const [FIRST_DAY, LAST_DAY] = [35_431, 60_000];
/** Minimum fraction of the cells with a digit, which words such as "evening" lack. */
const NEARLY_ALL = 0.9;

/**
 * Returns a note if no timestamp is mapped though a column is named as one: its cells are of a form
 * that is not read, and the order of the rows is taken for that of time.
 */
export function notesOfUnmappedTimes(
  columns: readonly string[],
  rows: readonly string[][],
  mapping: InteractionMapping,
): string[] {
  if (mapping.timestamp !== undefined) return [];
  const mapped = Object.values(mapping);
  const column = columns.find((column, place) => {
    const { quality, certainty } = readColumnName(column);
    return quality === "time" && certainty === 1 && !mapped.includes(column) &&
      isUnreadTime(readColumnValues(rows.map((row) => row[place] ?? "")));
  });
  if (column === undefined) return [];
  return [
    `The column "${column}" is named as a time, but its cells are not read as times, and no ` +
    "timestamp is mapped: the order of the rows is taken for that of time. Write dates such as " +
    "2019-01-22, and map them as timestamp.",
  ];
}

/** Whether cells are dates in a form that is not read, or days of a spreadsheet. */
function isUnreadTime(seen: ColumnValues): boolean {
  const { values, isNumeric, isFlag, isReadableTime, least, most } = seen;
  if (values.length === 0 || isFlag) return false;
  if (isNumeric) return least >= FIRST_DAY && most <= LAST_DAY;
  return !isReadableTime &&
    values.filter((value) => /\d/.test(value)).length >= NEARLY_ALL * values.length;
}
