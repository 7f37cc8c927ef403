/** What stands in a file before its table: titles, counts, comments, a word about the delimiter. */
import { type Comment, comments } from "./dialect.ts";
import { bestDivision, type HeadOptions, headRecords } from "./divide_lines.ts";
import { detectHeader, isNamed } from "./header.ts";

/** How a table begins. */
export interface Beginning {
  /** So many lines come before it; missing where none does. */
  skip?: number;
  /** How lines begin that are no rows. */
  comment?: Comment;
  /** The delimiter, where a line says it. */
  delimiter?: string;
}

/** So many lines are looked through for the beginning of a table. */
const MOST = 20;
/** In percent of the records: a table is as even as that. */
const EVEN = 90;
/** Excel's own line. */
const SEPARATOR = /^"?sep=(.)"?\W*$/i;
/** A line of numbers alone, such as how many users, items and ratings follow. */
const COUNTS = /^[\d\s,;:.|]+$/;

/** What comes before the table of a decoded head; empty where it begins with the first line. */
export async function linesBefore(head: string, of: HeadOptions): Promise<Beginning> {
  const lines = head.split(of.newline === "\r" ? "\r" : "\n").map((line) => line.trim());
  if (!of.complete) lines.pop();
  const [, delimiter] = SEPARATOR.exec(lines[0] ?? "") ?? [];
  if (delimiter !== undefined) return { skip: 1, delimiter };
  const commented = await commentsBefore(head, { ...of, lines });
  if (commented) return commented;
  if (await bestDivision(head, of)) return {};
  for (let skip = 1; skip < Math.min(MOST, lines.length - 1); skip++) {
    if (lines[skip] !== "" && await isTableAfter(head, { ...of, lines, skip })) return { skip };
  }
  return {};
}

/** Lines that begin with a mark, up to the first that does not. */
async function commentsBefore(
  head: string,
  { lines, ...of }: HeadOptions & { lines: string[] },
): Promise<Beginning | undefined> {
  const comment = comments.find((mark) => lines[0]?.startsWith(mark));
  if (comment === undefined) return undefined;
  const end = lines.findIndex((line) => line !== "" && !line.startsWith(comment));
  if (end < 0 || end > lines.length / 2) return undefined;
  const last = lines.findLastIndex((line, i) => i < end && line !== "");
  // As wide as what follows, it names the columns, or is a row.
  const withLast = await bestDivision(head, { ...of, skip: last });
  if (withLast && withLast.agreement >= EVEN) {
    const [first, second] = headRecords(head, { ...of, ...withLast, skip: last }, of.complete);
    if (first?.cells.length === second?.cells.length) return last > 0 ? { skip: last } : {};
  }
  const others = lines.slice(end).filter((line) => line.startsWith(comment)).length;
  return others > lines.length / 20 ? { skip: end } : { skip: end, comment };
}

/** Whether a table begins after so many lines, and what comes before it is evidently none of it. */
async function isTableAfter(
  head: string,
  { lines, ...of }: HeadOptions & { lines: string[]; skip: number },
): Promise<boolean> {
  const division = await bestDivision(head, of);
  if (!division || division.agreement < EVEN) return false;
  const records = headRecords(head, { ...of, ...division }, of.complete)
    .filter(({ fault }) => !fault).map(({ cells }) => cells);
  if (records.length < 2) return false;
  const before = lines.slice(0, of.skip);
  if (before.includes("") || before.every((line) => COUNTS.test(line))) return true;
  return detectHeader(records) && isNamed(records);
}
