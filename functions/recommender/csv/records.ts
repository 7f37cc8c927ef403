import type { Dialect } from "./dialect.ts";

/** One record of a file. */
export interface CsvRecord {
  /** Line of the file, from 1, on which it begins. */
  line: number;
  /** Texts as they stand, quotes resolved, nothing trimmed. */
  cells: string[];
  /** Why the record cannot be read; `cells` then hold its line undivided. */
  fault?: string;
}

/** Characters a record may have: beyond, a quote was surely left open. */
export const longestRecord = 1 << 20;

/**
 * Cuts text, given piece by piece, into records (RFC 4180, section 2). Lines that are empty are no
 * records. Where quoting is broken (text after a closing quote, a quote never closed) only the line
 * it begins on is lost and reading goes on with the next, so one stray quote costs one row.
 */
export class RecordReader {
  readonly #delimiter: string;
  readonly #quote: string;
  readonly #newline: string;
  #text = "";
  #line = 1;

  constructor(dialect: Pick<Dialect, "delimiter" | "quote" | "newline">) {
    this.#delimiter = dialect.delimiter;
    this.#quote = dialect.quote;
    this.#newline = dialect.newline === "\r" ? "\r" : "\n";
  }

  /** The records that `text` completes. */
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
      if (newlineAt < 0 && !last) break;
      const lineEnd = newlineAt < 0 ? text.length : newlineAt;
      if (quoteAt < at) quoteAt = this.#nextQuote(text, at);
      let end = lineEnd;
      if (quoteAt >= lineEnd) {
        const line = this.#withoutReturn(text, at, lineEnd);
        if (line !== "") yield { line: this.#line, cells: line.split(this.#delimiter) };
      } else {
        const quoted = this.#quoted(text, at, last);
        if (quoted === "more") break;
        if ("fault" in quoted) {
          const line = this.#withoutReturn(text, at, lineEnd);
          yield { line: this.#line, cells: [line], fault: quoted.fault };
        } else {
          yield { line: this.#line, cells: quoted.cells };
          end = quoted.end;
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

  #nextQuote(text: string, from: number): number {
    const at = this.#quote === "" ? -1 : text.indexOf(this.#quote, from);
    return at < 0 ? Infinity : at;
  }

  #withoutReturn(text: string, start: number, end: number): string {
    const returns = this.#newline === "\n" && end > start && text[end - 1] === "\r";
    return text.slice(start, returns ? end - 1 : end);
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
          cells.push(this.#withoutReturn(text, at, lineEnd));
          return { cells, end: lineEnd };
        }
        cells.push(text.slice(at, delimiterAt));
        at = delimiterAt + 1;
      }
    }
  }
}
