import type { Dialect } from "./dialect.ts";
import { lineTooLong, longestCell, longestRecord, tooLong } from "./limits.ts";

/** A record of a file. */
export interface CsvRecord {
  /** Line of the file where it begins, from 1. */
  line: number;
  /** Cells with quotes resolved, untrimmed. */
  cells: string[];
  /** Reason why the record is invalid; `cells` then contains its unsplit line. */
  fault?: string;
}

/** How to split lines into cells. */
export type LineDialect = Pick<
  Dialect,
  "delimiter" | "quote" | "escape" | "newline" | "skip" | "comment"
>;

/** Delimiter that means any run of spaces and tabs. */
const BLANKS = " ";

/** Matches a formula that keeps digits as text in spreadsheets: `="007"`. */
const TEXT_FORMULA = /^="((?:[^"]|"")*)"$/;

/** Returns the text of a cell that is such a formula; other cells are unchanged. */
function withoutFormula(cell: string): string {
  if (!cell.startsWith('="')) return cell;
  return TEXT_FORMULA.exec(cell)?.[1].replaceAll('""', '"') ?? cell;
}

/** Returns the cells of a line without quotes that blanks divide. */
function byBlanks(line: string): string[] {
  return line.trim().split(/[ \t]+/);
}

/** Returns a regular expression's source that matches a text. */
function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|\/-]/g, "\\$&");
}

function isBlank(unit: string | undefined): boolean {
  return unit === " " || unit === "\t";
}

/** Consumes the line from `start` to `end`; returns false to have it parsed as a record. */
export type TakeLine = (text: string, start: number, end: number) => boolean;

/**
 * Incremental CSV parser (RFC 4180, section 2); empty lines are skipped. If quoting is invalid
 * (text after a closing quote, or a quote never closed), only the line where it begins is lost and
 * parsing continues with the next, so a stray quote costs one row.
 */
export class RecordReader {
  /** Called with each line that begins a record; a line that it takes is not parsed. */
  take?: TakeLine;
  readonly #delimiter: string;
  readonly #quote: string;
  readonly #newline: string;
  readonly #limited: boolean;
  readonly #escape: string;
  /** Matches an escaped quote, delimiter or escape. */
  readonly #escaped: RegExp;
  readonly #byBlanks: boolean;
  readonly #skip: number;
  readonly #comment: string;
  /** Whether any line may be skipped. */
  readonly #passes: boolean;
  #text = "";
  #line = 1;

  /**
   * @param options.limited whether exceeding the limit of a line or cell is an error; true by
   * default.
   */
  constructor(
    dialect: LineDialect,
    { limited = true }: { limited?: boolean } = {},
  ) {
    this.#limited = limited;
    this.#delimiter = dialect.delimiter;
    this.#quote = dialect.quote;
    this.#escape = dialect.escape ?? "";
    const meant = [this.#quote, this.#delimiter, this.#escape].filter((text) => text !== "");
    this.#escaped = new RegExp(`\\\\(${meant.map(literal).join("|")})`, "g");
    this.#skip = dialect.skip ?? 0;
    this.#comment = dialect.comment ?? "";
    this.#passes = this.#skip > 0 || this.#comment !== "";
    this.#byBlanks = dialect.delimiter === BLANKS;
    this.#newline = dialect.newline === "\r" ? "\r" : "\n";
  }

  /**
   * Yields the records that `text` completes.
   * @throws {CsvError} `too_large` while they are read, as does `end`.
   */
  push(text: string): Generator<CsvRecord> {
    this.#text += text;
    return this.#read(false);
  }

  /** Yields the last records, at the end of the input. */
  end(): Generator<CsvRecord> {
    return this.#read(true);
  }

  *#read(last: boolean): Generator<CsvRecord> {
    const text = this.#text;
    let at = 0;
    let quoteAt = this.#nextQuote(text, 0);
    // Read once: this loop runs for each line.
    const [passes, delimiter] = [this.#passes, this.#delimiter];
    const divides = !this.#byBlanks && this.#escape === "";
    while (at < text.length) {
      const newlineAt = text.indexOf(this.#newline, at);
      const lineEnd = newlineAt < 0 ? text.length : newlineAt;
      if (this.#limited && lineEnd - at > longestRecord) {
        throw lineTooLong(this.#line, lineEnd - at, newlineAt < 0 && !last);
      }
      if (newlineAt < 0 && !last) break;
      if (quoteAt < at) quoteAt = this.#nextQuote(text, at);
      const stop = this.#beforeReturn(text, at, lineEnd);
      let end = lineEnd;
      if (
        stop > at && !(passes && this.#isPassed(text, at)) && !this.take?.(text, at, stop)
      ) {
        const record = quoteAt < lineEnd ? this.#quoted(text, at, last) : {
          cells: divides
            ? text.slice(at, stop).split(delimiter)
            : this.#divided(text.slice(at, stop)),
          end,
        };
        if (record === "more") break;
        if ("fault" in record) {
          yield { line: this.#line, cells: [text.slice(at, stop)], fault: record.fault };
        } else {
          if (this.#limited && record.end - at > longestCell) this.#check(record.cells);
          yield { line: this.#line, cells: record.cells };
          end = record.end;
          for (let i = lineEnd; i >= 0 && i < end; i = text.indexOf(this.#newline, i + 1)) {
            this.#line++;
          }
        }
      }
      this.#line++;
      at = end + 1;
    }
    this.#text = last ? "" : text.slice(at);
  }

  /** Whether the line at `at` is before the table, or a comment. */
  #isPassed(text: string, at: number): boolean {
    return this.#line <= this.#skip || this.#comment !== "" && text.startsWith(this.#comment, at);
  }

  #check(cells: string[]): void {
    const cell = cells.find(({ length }) => length > longestCell);
    if (cell === undefined) return;
    throw tooLong("a cell", { line: this.#line, length: cell.length, most: longestCell });
  }

  #nextQuote(text: string, from: number): number {
    const at = this.#quote === "" ? -1 : text.indexOf(this.#quote, from);
    return at < 0 ? Infinity : at;
  }

  /** Returns the end of a line without the carriage return before its newline. */
  #beforeReturn(text: string, start: number, end: number): number {
    const returns = this.#newline === "\n" && end > start && text[end - 1] === "\r";
    return returns ? end - 1 : end;
  }

  /** Splits a line without quotes by spaces, or by the delimiters that are not escaped. */
  #divided(line: string): string[] {
    if (this.#byBlanks) return byBlanks(line);
    if (!line.includes(this.#escape)) return line.split(this.#delimiter);
    const cells: string[] = [];
    for (let from = 0;;) {
      const at = this.#delimiterAt(line, from);
      cells.push(this.#plain(line.slice(from, at < 0 ? line.length : at)));
      if (at < 0) return cells;
      from = at + this.#delimiter.length;
    }
  }

  /** Returns the index of the next delimiter that is not escaped, or −1. */
  #delimiterAt(text: string, from: number): number {
    if (!this.#byBlanks) {
      let at = text.indexOf(this.#delimiter, from);
      while (at >= 0 && this.#isEscaped(text, at, from)) at = text.indexOf(this.#delimiter, at + 1);
      return at;
    }
    let at = from;
    while (at < text.length && !isBlank(text[at])) at++;
    return at < text.length ? at : -1;
  }

  /** Returns the start of the cell after the delimiter at `at`, or −1 if there is no delimiter. */
  #afterDelimiter(text: string, at: number): number {
    if (!this.#byBlanks) {
      return text.startsWith(this.#delimiter, at) ? at + this.#delimiter.length : -1;
    }
    const next = this.#pastBlanks(text, at);
    return next > at ? next : -1;
  }

  #pastBlanks(text: string, from: number): number {
    let at = from;
    while (isBlank(text[at])) at++;
    return at;
  }

  /** Returns the index of the next unescaped quote, or −1. */
  #closing(text: string, from: number): number {
    if (this.#escape === "") return text.indexOf(this.#quote, from);
    for (let at = from; at < text.length; at++) {
      if (text[at] === this.#quote) return at;
      if (text[at] === this.#escape) at++;
    }
    return -1;
  }

  /** Whether an odd number of escapes precedes `at` in a cell that begins at `from`. */
  #isEscaped(text: string, at: number, from: number): boolean {
    let before = at;
    while (this.#escape !== "" && before > from && text[before - 1] === this.#escape) before--;
    return (at - before) % 2 === 1;
  }

  /** Unescapes a part of a cell. */
  #plain(part: string): string {
    if (this.#escape === "" || !part.includes(this.#escape)) return part;
    return part.replace(this.#escaped, "$1");
  }

  /** Parses the record at `start` cell by cell; `end` is the index of its newline. */
  #quoted(
    text: string,
    start: number,
    last: boolean,
  ): { cells: string[]; end: number } | { fault: string } | "more" {
    const cells: string[] = [];
    const unclosed = { fault: "a quote is opened and not closed" };
    for (let at = this.#byBlanks ? this.#pastBlanks(text, start) : start;;) {
      if (text[at] === this.#quote) {
        let cell = "";
        let from = at + 1;
        for (;;) {
          const close = this.#closing(text, from);
          const reached = close < 0 ? text.length : close;
          // Past the limit: the quote was left open.
          if (reached - start > longestRecord) return unclosed;
          if (close < 0) return last ? unclosed : "more";
          cell += this.#plain(text.slice(from, close));
          from = close + 1;
          if (text[from] !== this.#quote) break;
          cell += this.#quote;
          from++;
        }
        // The next character decides, and may not have arrived yet.
        if (from >= text.length && !last) return "more";
        cells.push(withoutFormula(cell));
        at = from;
        if (text[at] === "\r" && this.#newline === "\n") {
          if (at + 1 >= text.length && !last) return "more";
          if (text[at + 1] === "\n" || at + 1 >= text.length) at++;
        }
        if (at >= text.length || text[at] === this.#newline) {
          return { cells, end: Math.min(at, text.length) };
        }
        if (!last && text.length - at < this.#delimiter.length) return "more";
        const next = this.#afterDelimiter(text, at);
        if (next < 0) return { fault: "there is text after a closing quote" };
        at = next;
      } else {
        const newlineAt = text.indexOf(this.#newline, at);
        if (newlineAt < 0 && !last) return "more";
        const lineEnd = newlineAt < 0 ? text.length : newlineAt;
        const delimiterAt = this.#delimiterAt(text, at);
        if (delimiterAt < 0 || delimiterAt >= lineEnd) {
          const cell = this.#plain(text.slice(at, this.#beforeReturn(text, at, lineEnd)));
          cells.push(withoutFormula(cell));
          return { cells, end: lineEnd };
        }
        cells.push(withoutFormula(this.#plain(text.slice(at, delimiterAt))));
        at = this.#afterDelimiter(text, delimiterAt);
      }
    }
  }
}
