import type { Dialect, Encoding, Newline } from "../dialect.ts";
import { bestDivision, dividedBy, type Division, headRecords } from "./divide_lines.ts";
import { detectHeader } from "../formats/header.ts";
import { fit, isOpenEnded } from "../formats/read_records.ts";
import { linesBefore } from "./lines_before.ts";
import type { CsvRecord } from "../records.ts";
import type { TakeTurn } from "../turn.ts";

/**
 * Detects the dialect of a decoded head. The delimiter is the one that gives most records the same
 * number of cells as the first (at least two), then the one with more cells. If there is none, the
 * file has one column.
 */
export async function detectDialect(
  head: string,
  options: { encoding: Encoding; complete: boolean; turn: TakeTurn },
): Promise<Dialect> {
  const { encoding, complete, turn } = options;
  const newline = detectNewline(head);
  const { delimiter: named, ...before } = await linesBefore(head, { newline, complete, turn });
  const of = { newline, complete, turn, ...before };
  const single: Pick<Division, "delimiter" | "quote" | "escape" | "indexed"> = {
    delimiter: ",",
    quote: '"',
  };
  const { delimiter, quote, escape, indexed } = named === undefined
    ? await bestDivision(head, of) ?? single
    : dividedBy(named, head, of);
  await turn();
  const lines = {
    ...{ delimiter, quote, newline, ...before },
    ...(escape && { escape }),
    ...(indexed && { indexed }),
  };
  const records = headRecords(head, lines, complete).filter(({ fault }) => !fault);
  const exact = isExact(records);
  const to = { delimiter, isOpen: isOpenEnded(records[0]?.cells ?? []), exact };
  const fitted = records.map((record) => fit(record, records[0].cells.length, to))
    .filter(({ fault }) => !exact || !fault).map(({ cells }) => cells);
  return { encoding, ...lines, header: detectHeader(fitted), ...(exact && { exact }) };
}

/** Fractions of the rows: with a blank last cell, and with further cells. */
const [SOME_BLANK, FEW_LONGER] = [0.05, 0.1];

/**
 * Whether a row with an empty cell more than others has an unquoted delimiter: the last column is
 * often blank, and rows seldom end in a further delimiter.
 */
function isExact([first, ...rows]: readonly CsvRecord[]): boolean {
  const width = first?.cells.length ?? 0;
  const isBlank = (cell: string | undefined) => (cell ?? "").trim() === "";
  if (width < 3 || isBlank(first.cells.at(-1))) return false;
  const same = rows.filter(({ cells }) => cells.length === width);
  const blank = same.filter(({ cells }) => isBlank(cells.at(-1))).length;
  const longer = rows.filter(({ cells }) => cells.length > width && isBlank(cells.at(-1))).length;
  return blank > 0 && blank >= SOME_BLANK * same.length && longer <= FEW_LONGER * rows.length;
}

function detectNewline(head: string): Newline {
  const feeds = count(head, "\n");
  if (feeds === 0) return head.includes("\r") ? "\r" : "\n";
  return count(head, "\r\n") * 2 > feeds ? "\r\n" : "\n";
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}
