/** Detects lines before a table: titles, counts, comments, a `sep=` line. */
import { type Comment, comments } from "../dialect.ts";
import {
  bestDivision,
  dividedBy,
  type Division,
  type HeadOptions,
  headRecords,
} from "./divide_lines.ts";
import { detectHeader, isMeasure, isNamed } from "../formats/header.ts";

/** Lines before a table. */
export interface Beginning {
  /** Number of lines to skip; undefined if there are none. */
  skip?: number;
  /** Prefix of comment lines within the table. */
  comment?: Comment;
  /** Delimiter, if a line declares it. */
  delimiter?: string;
}

/** Maximum number of lines searched for the beginning of a table. */
const MOST = 200;
/** Minimum agreement of a table, in percent of the records. */
const EVEN = 90;
/** Minimum agreement by a separator that a line declares. */
const HALF = 50;
/** Excel's declaration of the delimiter. */
const SEPARATOR = /^"?sep=(.)"?\W*$/i;
/**
 * A sparse matrix: comments, a line of its dimensions, then its entries (Boisvert, Pozo, Remington
 * 1996, The Matrix Market Exchange Formats, NISTIR 5935).
 */
const MATRIX_MARKET = /^%%MatrixMarket\s+matrix\s+coordinate/i;
/** A line of numbers only, such as the numbers of users, items and ratings. */
const COUNTS = /^[\d\s,;:.|]+$/;

/** Returns the lines before the table of a decoded head; empty if the table begins on line 1. */
export async function linesBefore(head: string, of: HeadOptions): Promise<Beginning> {
  const lines = head.split(of.newline === "\r" ? "\r" : "\n").map((line) => line.trim());
  if (!of.complete) lines.pop();
  const [, delimiter] = SEPARATOR.exec(lines[0] ?? "") ?? [];
  if (delimiter !== undefined) {
    const { cells, agreement } = dividedBy(delimiter, head, { ...of, skip: 1 });
    return { skip: 1, ...(cells > 1 && agreement > HALF && { delimiter }) };
  }
  const commented = await commentsBefore(head, { ...of, lines });
  if (commented) return commented;
  const whole = await bestDivision(head, of);
  if (whole && whole.agreement >= EVEN) return paddedLines(head, { ...of, ...whole });
  for (let skip = 1; skip < Math.min(MOST, lines.length - 1); skip++) {
    if (!mayBegin(lines, skip)) continue;
    if (await isTableAfter(head, { ...of, lines, skip, whole })) return { skip };
  }
  return {};
}

/** Whether a table may begin on a line: after an empty one, or where the separators change. */
function mayBegin(lines: readonly string[], at: number): boolean {
  if (lines[at] === "") return false;
  const signs = (line = "") => line.replace(/[^,;|\t:^~]/g, "");
  return lines[at - 1] === "" || signs(lines[at]) !== signs(lines[at - 1]);
}

/**
 * Returns the lines before the table where a spreadsheet filled them up with empty cells: titles of
 * fewer cells than the header below them, or of a single one.
 */
function paddedLines(head: string, of: HeadOptions & Division): Beginning {
  const records = headRecords(head, of, of.complete).filter(({ fault }) => !fault);
  const width = records[0]?.cells.length ?? 0;
  if (width < 2) return {};
  const filled = records.map(({ cells }) => cells.filter((cell) => cell.trim() !== "").length);
  const first = records.findIndex(({ cells }) => cells.at(-1)!.trim() !== "");
  if (first < 1) return {};
  const below = records.slice(first).map(({ cells }) => cells);
  const isHeader = filled[first] === width && detectHeader(below) && isNamed(below);
  const isTitle = records.slice(0, first).every(({ cells }, i) =>
    filled[i] === 0 || filled[i] === 1 && !cells.some(isMeasure)
  );
  return isHeader || isTitle && width > 2 ? { skip: records[first].line - 1 } : {};
}

/** Skips comment lines, up to the first line that is not a comment. */
async function commentsBefore(
  head: string,
  { lines, ...of }: HeadOptions & { lines: string[] },
): Promise<Beginning | undefined> {
  const comment = comments.find((mark) => lines[0]?.startsWith(mark));
  if (comment === undefined) return undefined;
  const end = lines.findIndex((line) => line !== "" && !line.startsWith(comment));
  if (end < 0 || end > lines.length / 2) return undefined;
  if (MATRIX_MARKET.test(lines[0])) return { skip: end + 1 };
  const last = lines.findLastIndex((line, i) => i < end && line !== "");
  // A last comment as wide as the rows names the columns, or is a row.
  const withLast = await bestDivision(head, { ...of, skip: last });
  if (withLast && withLast.agreement >= EVEN) {
    const [first, second] = headRecords(head, { ...of, ...withLast, skip: last }, of.complete);
    if (first?.cells.length === second?.cells.length) return last > 0 ? { skip: last } : {};
  }
  const others = lines.slice(end).filter((line) => line.startsWith(comment)).length;
  return others > lines.length / 20 ? { skip: end } : { skip: end, comment };
}

/** Whether a table begins after `skip` lines, and the skipped lines are clearly not part of it. */
async function isTableAfter(
  head: string,
  { lines, whole, ...of }: HeadOptions & { lines: string[]; skip: number; whole?: Division },
): Promise<boolean> {
  const division = await bestDivision(head, of);
  if (!division || division.agreement < EVEN) return false;
  // Rows of other widths at the beginning of a table are no lines before it.
  const { delimiter, cells: width } = division;
  if (whole && (whole.cells === width || whole.delimiter !== delimiter && whole.cells > 2)) {
    return false;
  }
  const records = headRecords(head, { ...of, ...division }, of.complete)
    .filter(({ fault }) => !fault).map(({ cells }) => cells);
  if (records.length < 2) return false;
  const before = lines.slice(0, of.skip);
  if (before.includes("") || before.every((line) => COUNTS.test(line))) return true;
  return detectHeader(records) && isNamed(records);
}
