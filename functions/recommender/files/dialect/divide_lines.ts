/** Splits the first lines of a file into cells by the delimiter and quotes that fit most lines. */
import {
  type Comment,
  delimiters,
  type Dialect,
  type Newline,
  type Quote,
  rareDelimiters,
} from "../dialect.ts";
import { isName } from "../formats/header.ts";
import { fit, isOpenEnded } from "../formats/read_records.ts";
import { type CsvRecord, type LineDialect, RecordReader } from "../records.ts";
import type { TakeTurn } from "../turn.ts";
import { parseNumber } from "../values/numbers.ts";

/** Maximum number of records examined. */
const sampled = 200;

/** Result of splitting a head by a delimiter. */
export interface Division {
  delimiter: string;
  quote: Quote;
  escape?: Dialect["escape"];
  indexed?: true;
  /** Percentage of records with as many cells as the first. */
  agreement: number;
  cells: number;
}

/** Options of a head whose dialect is being detected. */
export interface HeadOptions {
  newline: Newline;
  complete: boolean;
  /** Awaited before each stretch of some milliseconds. */
  turn: TakeTurn;
  skip?: number;
  comment?: Comment;
}

/** Returns the best division of a head, or undefined if no delimiter fits. */
export async function bestDivision(
  head: string,
  of: HeadOptions,
): Promise<Division | undefined> {
  let best: Division | undefined;
  for (const delimiter of delimiters) {
    await of.turn();
    const division = dividedBy(delimiter, head, of);
    const { cells, agreement } = division;
    if (cells < 2 || agreement < LEAST_AGREEMENT) continue;
    const isBetter = !best || agreement > best.agreement ||
      agreement === best.agreement && cells > best.cells;
    if (isBetter) best = division;
  }
  if (best) best = extended(best, head, of);
  // Rare delimiters also occur in texts: they must split nearly all lines, and better than common
  // ones.
  for (const delimiter of rareDelimiters) {
    await of.turn();
    const division = dividedBy(delimiter, head, of);
    if (division.cells < 2 || division.agreement < RARE_AGREEMENT) continue;
    if (best && division.agreement <= best.agreement) continue;
    if (/^( | - |:)$/.test(delimiter) && !isTable(head, { ...of, ...division })) continue;
    best = extended(division, head, of);
  }
  return best;
}

/** Longest delimiter that is detected. */
const MOST_UNITS = 3;
/** Characters of delimiters with several characters; values rarely begin or end with them. */
const SIGNS = ",;|:^~\t\x01";

/**
 * Returns the division by a longer delimiter, if the cells show that the given one is a part of it:
 * it is repeated, so that cells between are empty, or all cells after it begin with the same sign,
 * or all before it end with one.
 */
function extended(division: Division, head: string, of: HeadOptions): Division {
  const { delimiter, cells } = division;
  if (delimiter.includes(" ")) return division;
  for (let times = MOST_UNITS; times > 1; times--) {
    // Between commas, empty columns are more likely.
    if (delimiter === "," || times * delimiter.length > MOST_UNITS) continue;
    const longer = dividedBy(delimiter.repeat(times), head, of);
    const isRepeated = cells === times * (longer.cells - 1) + 1;
    if (longer.cells > 1 && isRepeated && longer.agreement >= RARE_AGREEMENT) return longer;
  }
  const records = headRecords(head, { ...of, ...division }, of.complete).map(({ cells }) => cells);
  const before = signOf(records.flatMap((cells) => cells.slice(0, -1).map((cell) => cell.at(-1))));
  const after = signOf(records.flatMap((cells) => cells.slice(1).map((cell) => cell[0])));
  const longer = `${before}${delimiter}${after}`;
  return longer === delimiter ? division : dividedBy(longer, head, of);
}

/** Returns the sign that all of the characters are; empty if they differ, or one is no sign. */
function signOf(units: (string | undefined)[]): string {
  const [first = ""] = units;
  return first !== "" && SIGNS.includes(first) && units.every((unit) => unit === first)
    ? first
    : "";
}

/** Minimum agreement, in percent of the records. */
const LEAST_AGREEMENT = 50;
const RARE_AGREEMENT = 95;
/** Minimum number of records that show single quotes, or names of rows. */
const LEAST_ROWS = 3;

export function dividedBy(delimiter: string, head: string, of: HeadOptions): Division {
  const quotes = quoting(head, { ...of, delimiter });
  const lines = { ...of, delimiter, ...quotes };
  const isIndexed = hasRowNames(headRecords(head, lines, of.complete), { head, delimiter });
  const indexed = isIndexed ? { indexed: true as const } : {};
  const records = headRecords(head, { ...lines, ...indexed }, of.complete);
  const cells = records[0]?.cells.length ?? 1;
  const to = { delimiter, isOpen: isOpenEnded(records[0]?.cells ?? []) };
  const isAlike = (record: CsvRecord) =>
    record.cells.length === cells || cells > 1 && !fit(record, cells, to).fault;
  const alike = records.filter((record) => !record.fault && isAlike(record)).length;
  const agreement = Math.round(100 * alike / Math.max(1, records.length));
  return { delimiter, ...quotes, ...indexed, agreement, cells };
}

/**
 * Whether nearly all rows have a cell more than the header: a name, different in each. Between
 * unquoted commas it may be a part of a text.
 */
function hasRowNames(
  records: readonly CsvRecord[],
  { head, delimiter }: { head: string; delimiter: string },
): boolean {
  const [first, ...rows] = records.filter(({ fault }) => !fault).map(({ cells }) => cells);
  if (rows.length < LEAST_ROWS || first.length < 2) return false;
  if (delimiter !== "\t" && !head.trimStart().startsWith('"')) return false;
  if (first.some((cell) => parseNumber(cell) === null || !Number.isNaN(parseNumber(cell)))) {
    return false;
  }
  const longer = rows.filter((cells) =>
    cells.length === first.length + 1 && cells[0].trim() !== "" && cells.at(-1)!.trim() !== ""
  );
  return 100 * longer.length >= RARE_AGREEMENT * rows.length &&
    new Set(longer.map(([name]) => name)).size === longer.length;
}

/**
 * Whether spaces separate columns rather than words: there are two numeric columns, or one below a
 * header.
 */
function isTable(head: string, of: HeadOptions & Division): boolean {
  const [first, ...rest] = headRecords(head, of, of.complete).map(({ cells }) => cells);
  const isNumber = (cell: string) => Number.isFinite(parseNumber(cell) ?? NaN);
  const numeric = first.filter((_, i) => rest.every((cells) => isNumber(cells[i] ?? ""))).length;
  return rest.length > 0 && (numeric > 1 || numeric === 1 && first.every(isName));
}

/** Returns the first records of a head; without the last one if the head is truncated. */
export function headRecords(
  head: string,
  dialect: LineDialect & Pick<Dialect, "indexed">,
  complete: boolean,
) {
  const reader = new RecordReader(dialect, { limited: false });
  const records = function* () {
    yield* reader.push(head);
    if (complete) yield* reader.end();
  };
  const all = records().take(sampled).toArray();
  if (dialect.indexed && all.length > 0) all[0] = { ...all[0], cells: ["", ...all[0].cells] };
  return all;
}

/**
 * Returns the quote character: a double quote, unless the quotes of the head are unbalanced, with
 * backslash as escape (of a quote, or of a delimiter outside quotes) if that gives fewer faults.
 * Tab-separated files rarely quote and often have stray quotes in titles, so there a double quote
 * counts only if it encloses cells.
 */
function quoting(
  head: string,
  of: HeadOptions & { delimiter: string },
): { quote: Quote; escape?: Dialect["escape"] } {
  if (isSingleQuoted(head, of)) return { quote: "'" };
  const recordsOf = (escape?: Dialect["escape"]) =>
    headRecords(head, { ...of, quote: '"', escape }, of.complete);
  let records = recordsOf();
  let escape: Dialect["escape"];
  if (head.includes('\\"') || head.includes("\\" + of.delimiter)) {
    const escaped = recordsOf("\\");
    if (misfits(escaped) < misfits(records)) [records, escape] = [escaped, "\\"];
  }
  const broken = records.filter(({ fault }) => fault !== undefined).length;
  const unquoted = { quote: "", ...(escape && { escape }) } as const;
  if (broken > 0 && (of.delimiter === "\t" || broken * 2 > records.length)) return { quote: "" };
  const quoted = { ...unquoted, quote: '"' } as const;
  if (of.delimiter !== "\t") return quoted;
  const plain = headRecords(head, { ...of, quote: "" }, of.complete);
  const encloses = plain.some((r) => r.cells.some((cell) => cell.startsWith('"')));
  return encloses ? quoted : unquoted;
}

/** Whether nearly all cells of a column are in single quotes, and no double quote occurs. */
function isSingleQuoted(head: string, of: HeadOptions & { delimiter: string }): boolean {
  if (head.includes('"') || !head.includes("'")) return false;
  const [plain, single] = (["", "'"] as const).map((quote) =>
    headRecords(head, { ...of, quote }, of.complete)
  );
  const [first, ...rows] = plain;
  const isColumn = (_: string, column: number) => {
    const enclosed = rows.filter(({ cells }) => /^'.*'$/s.test(cells[column] ?? "")).length;
    return 100 * enclosed >= RARE_AGREEMENT * rows.length;
  };
  return rows.length >= LEAST_ROWS && first.cells.some(isColumn) &&
    misfits(single) <= misfits(plain);
}

/** How many records are at fault, or not as wide as the first. */
function misfits(records: readonly CsvRecord[]): number {
  const width = records[0]?.cells.length;
  return records.filter(({ fault, cells }) => fault !== undefined || cells.length !== width).length;
}
