/** Notes on how a file was read: sentences for its owner. */
import type { Dialect, Unpivot } from "../dialect.ts";

/** Properties of a file that notes mention. */
interface Found {
  dialect: Dialect;
  columns: readonly string[];
  /** Name of a workbook's sheet. */
  sheet?: string;
}

const NAMES: Record<string, string> = {
  ",": "a comma",
  "\t": "a tab",
  ";": "a semicolon",
  "|": "a bar",
  " ": "blanks",
};

/** Returns the notes on a file; empty if nothing is unusual. */
export function readingNotes({ dialect, columns, sheet }: Found): string[] {
  const { format = "csv", delimiter, skip = 0, comment, encoding, unpivot, filled, none } = dialect;
  const notes: string[] = [];
  if (sheet !== undefined) notes.push(`The first sheet, "${sheet}", is read, and no other.`);
  if (columns.length === 1 && (format === "csv" || format === "xlsx")) {
    notes.push(
      format === "csv"
        ? `Only one column was found; is the separator ${NAMES[delimiter] ?? `"${delimiter}"`}?`
        : "Only one column was found; are the cells divided in the sheet?",
    );
  }
  if (skip > 0) {
    notes.push(
      `The first ${skip === 1 ? "line is" : `${skip} lines are`} skipped: the table begins ` +
        `on line ${skip + 1}.`,
    );
  }
  if (comment) notes.push(`Lines that begin with "${comment}" are skipped.`);
  if (format !== "parquet" && format !== "xlsx" && !encoding.startsWith("utf-")) {
    notes.push(`The text is read as ${encoding}; if letters look wrong, choose another encoding.`);
  }
  if (unpivot) {
    const { without = [] } = unpivot;
    const none = unpivot.none === undefined ? "" : ` and each ${unpivot.none}`;
    const beside = without.length === 0
      ? ""
      : `, and so ${without.length === 1 ? "is" : "are"} ${
        without.map((column) => `"${column}"`).join(", ")
      }`;
    notes.push(
      `Each filled cell is a row of "${unpivot.key}", "${unpivot.name}" and "${unpivot.value}"; ` +
        `blanks${none} are left out${beside}.`,
    );
  }
  if (filled) {
    const coded = none === undefined ? "" : `, or with ${none} in it,`;
    notes.push(`Rows without "${filled}"${coded} are skipped: they have no rating.`);
  }
  return notes;
}

/** The note on a table of ratings without a column that names its rows. */
export const KEYLESS =
  "The file looks like a table with a column for each item and a row for each user, or the other " +
  "way round, and no column names its rows: add one with their ids.";

/** Returns the note on a wide table that is not unpivoted. */
export function wideNote({ key, name, without = [] }: Unpivot, columns: number): string {
  return `The file looks like a table with a row for each "${key}" and ${
    columns - 1 - without.length
  } columns, one ` +
    `for each ${name}; a row for each rating is needed, which is made of it by "unpivot".`;
}
