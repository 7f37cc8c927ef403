import type { Dialect } from "./dialect.ts";
import { lineTooLong, longestCell, longestRecord, tooLong } from "./limits.ts";

/** One record of a file. */
export interface CsvRecord {
  /** Line of the file, from 1, on which it begins. */
  line: number;
  /** Texts as they stand, quotes resolved, nothing trimmed. */
  cells: string[];
  /** Why the record cannot be read; `cells` then hold its line undivided. */
  fault?: string;
}

/** How lines are cut into cells. */
export type LineDialect = Pick<
  Dialect,
  "delimiter" | "quote" | "escape" | "newline" | "skip" | "comment"
>;

/** The delimiter that stands for any run of blanks. */
const BLANKS = " ";

function isBlank(unit: string | undefined): boolean {
  return unit === " " || unit === "\t";
}

/** Takes a line of a text whole, from `start` to `end`; false where it is to be read as a record. */
export type TakeLine = (text: string, start: number, end: number) => boolean;

/**
 * Cuts text, given piece by piece, into records (RFC 4180, section 2). Lines that are empty are no
 * records. Where quoting is broken (text after a closing quote, a quote never closed) only the line
 * it begins on is lost and reading goes on with the next, so one stray quote costs one row.
 */
export class RecordReader {
  /** Is shown each line that begins a record, first; what it takes is not read any further. */
  take?: TakeLine;
  readonly #delimiter: string;
  readonly #quote: string;
  readonly #newline: string;
  readonly #limited: boolean;
  readonly #escape: string;
  readonly #byBlanks: boolean;
  readonly #skip: number;
  readonly #comment: string;
  /** Whether any line may be passed over. */
  readonly #passes: boolean;
  #text = "";
  #line = 1;

  /** @param options.limited whether a line or a cell over its limit is an error; it is, by default. */
  constructor(
    dialect: LineDialect,
    { limited = true }: { limited?: boolean } = {},
  ) {
    this.#limited = limited;
    this.#delimiter = dialect.delimiter;
    this.#quote = dialect.quote;
    this.#escape = dialect.escape ?? "";
    this.#skip = dialect.skip ?? 0;
    this.#comment = dialect.comment ?? "";
    this.#passes = this.#skip > 0 || this.#comment !== "";
    this.#byBlanks = dialect.delimiter === BLANKS;
    this.#newline = dialect.newline === "\r" ? "\r" : "\n";
  }

  /**
   * The records that `text` completes.
   * @throws {CsvError} `too_large`, as `end` does, where they are gone through.
   */
  push(text: string): Generator<CsvRecord> {
    this.#text += text;
    return this.#read(false);
  }

  /** The last records, when no more text follows. */
  end(): Generator<CsvRecord> {
    return this.#read(true);
  }

  *#read(last: boolean): Generator<CsvRecord> {
    const text = this.#text;
    let at = 0;
    let quoteAt = this.#nextQuote(text, 0);
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
        stop > at && !(this.#passes && this.#isPassed(text, at)) && !this.take?.(text, at, stop)
      ) {
        const record = quoteAt < lineEnd
          ? this.#quoted(text, at, last)
          : { cells: this.#divided(text.slice(at, stop)), end };
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

  /** Whether the line that begins there comes before the table, or is a comment. */
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

  /** Where a line ends, without the carriage return before its newline. */
  #beforeReturn(text: string, start: number, end: number): number {
    const returns = this.#newline === "\n" && end > start && text[end - 1] === "\r";
    return returns ? end - 1 : end;
  }

  /** The cells of a line without quotes. */
  #divided(line: string): string[] {
    return this.#byBlanks ? line.trim().split(/[ \t]+/) : line.split(this.#delimiter);
  }

  /** Where the next delimiter begins; −1 where there is none. */
  #delimiterAt(text: string, from: number): number {
    if (!this.#byBlanks) return text.indexOf(this.#delimiter, from);
    let at = from;
    while (at < text.length && !isBlank(text[at])) at++;
    return at < text.length ? at : -1;
  }

  /** Where the cell after the delimiter that stands there begins; −1 where none stands there. */
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

  /** Where the next quote stands that is not escaped; −1 where none does. */
  #closing(text: string, from: number): number {
    if (this.#escape === "") return text.indexOf(this.#quote, from);
    for (let at = from; at < text.length; at++) {
      if (text[at] === this.#quote) return at;
      if (text[at] === this.#escape) at++;
    }
    return -1;
  }

  /** A part of a quoted cell without what escapes a quote or itself. */
  #plain(part: string): string {
    if (this.#escape === "" || !part.includes(this.#escape)) return part;
    return part.replace(
      /\\([\s\S])/g,
      (both, unit) => unit === this.#quote || unit === this.#escape ? unit : both,
    );
  }

  /** The record at `start`, cell by cell; `end` is where its newline stands. */
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
          // Beyond, a quote was surely left open.
          if (reached - start > longestRecord) return unclosed;
          if (close < 0) return last ? unclosed : "more";
          cell += this.#plain(text.slice(from, close));
          from = close + 1;
          if (text[from] !== this.#quote) break;
          cell += this.#quote;
          from++;
        }
        // What follows a closing quote decides; it may not have come yet.
        if (from >= text.length && !last) return "more";
        cells.push(cell);
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
        if (next < 0) return { fault: "text stands after a closing quote" };
        at = next;
      } else {
        const newlineAt = text.indexOf(this.#newline, at);
        if (newlineAt < 0 && !last) return "more";
        const lineEnd = newlineAt < 0 ? text.length : newlineAt;
        const delimiterAt = this.#delimiterAt(text, at);
        if (delimiterAt < 0 || delimiterAt >= lineEnd) {
          cells.push(text.slice(at, this.#beforeReturn(text, at, lineEnd)));
          return { cells, end: lineEnd };
        }
        cells.push(text.slice(at, delimiterAt));
        at = this.#afterDelimiter(text, delimiterAt);
      }
    }
  }
}
