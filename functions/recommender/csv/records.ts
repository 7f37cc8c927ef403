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
  #text = "";
  #line = 1;

  /** @param options.limited whether a line or a cell over its limit is an error; it is, by default. */
  constructor(
    dialect: Pick<Dialect, "delimiter" | "quote" | "newline">,
    { limited = true }: { limited?: boolean } = {},
  ) {
    this.#limited = limited;
    this.#delimiter = dialect.delimiter;
    this.#quote = dialect.quote;
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
      if (stop > at && !this.take?.(text, at, stop)) {
        const record = quoteAt < lineEnd
          ? this.#quoted(text, at, last)
          : { cells: text.slice(at, stop).split(this.#delimiter), end };
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

  /** The record at `start`, cell by cell; `end` is where its newline stands. */
  #quoted(
    text: string,
    start: number,
    last: boolean,
  ): { cells: string[]; end: number } | { fault: string } | "more" {
    const cells: string[] = [];
    const unclosed = { fault: "a quote is opened and not closed" };
    for (let at = start;;) {
      if (text[at] === this.#quote) {
        let cell = "";
        let from = at + 1;
        for (;;) {
          const close = text.indexOf(this.#quote, from);
          const reached = close < 0 ? text.length : close;
          // Beyond, a quote was surely left open.
          if (reached - start > longestRecord) return unclosed;
          if (close < 0) return last ? unclosed : "more";
          cell += text.slice(from, close);
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
        if (text[at] !== this.#delimiter) return { fault: "text stands after a closing quote" };
        at++;
      } else {
        const newlineAt = text.indexOf(this.#newline, at);
        if (newlineAt < 0 && !last) return "more";
        const lineEnd = newlineAt < 0 ? text.length : newlineAt;
        const delimiterAt = text.indexOf(this.#delimiter, at);
        if (delimiterAt < 0 || delimiterAt >= lineEnd) {
          cells.push(text.slice(at, this.#beforeReturn(text, at, lineEnd)));
          return { cells, end: lineEnd };
        }
        cells.push(text.slice(at, delimiterAt));
        at = delimiterAt + 1;
      }
    }
  }
}
