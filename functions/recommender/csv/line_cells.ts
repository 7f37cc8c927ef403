import type { Dialect } from "./dialect.ts";
import { longestCell } from "./limits.ts";

/**
 * Finds the cells of a line where they stand, making no text of any: of millions of rows that is
 * what reading costs. It knows plain lines only, those that `RecordReader` would give with the same
 * cells, and leaves all others to it.
 */
export class LineCells {
  /** Where each cell of the line found last begins. */
  readonly starts: Int32Array;
  /** Where it ends. */
  readonly ends: Int32Array;
  readonly #delimiter: number;
  /** NaN, which no character is, where quotes are text. */
  readonly #quote: number;
  /** Whether one character divides cells. */
  readonly #isPlain: boolean;
  /** What no plain line has: NaN where a backslash is text. */
  readonly #escape: number;

  /** @param width how many columns the file has. */
  constructor(
    dialect: Pick<Dialect, "delimiter" | "quote" | "escape">,
    readonly width: number,
  ) {
    this.starts = new Int32Array(width);
    this.ends = new Int32Array(width);
    this.#delimiter = dialect.delimiter.charCodeAt(0);
    this.#quote = dialect.quote.charCodeAt(0);
    this.#escape = (dialect.escape ?? "").charCodeAt(0);
    this.#isPlain = dialect.delimiter.length === 1 && dialect.delimiter !== " ";
  }

  /**
   * Finds the cells of the line from `start` to `end` of a text. False where it has more or fewer
   * than the file has columns, a quote that does not enclose a whole cell, a character that could
   * not be decoded, or more characters than a cell may have.
   */
  find(text: string, start: number, end: number): boolean {
    if (!this.#isPlain) return false;
    const [delimiter, quote] = [this.#delimiter, this.#quote];
    let cell = 0;
    let from = start;
    for (let at = start; at < end; at++) {
      const unit = text.charCodeAt(at);
      if (unit === delimiter) {
        if (cell === this.width) return false;
        this.starts[cell] = from;
        this.ends[cell++] = at;
        from = at + 1;
      } else if (unit === quote) {
        const close = at > from ? -1 : this.#closing(text, at + 1, end);
        if (close < 0 || cell === this.width) return false;
        this.starts[cell] = at + 1;
        this.ends[cell++] = close;
        if (close + 1 === end) return cell === this.width && end - start <= longestCell;
        at = close + 1;
        from = at + 1;
      } else if (unit === 0xfffd) {
        return false;
      }
    }
    if (cell !== this.width - 1) return false;
    this.starts[cell] = from;
    this.ends[cell] = end;
    return end - start <= longestCell;
  }

  /** The next quote, where a delimiter or the line's end follows it, else -1. */
  #closing(text: string, from: number, end: number): number {
    for (let at = from; at < end; at++) {
      const unit = text.charCodeAt(at);
      if (unit === 0xfffd || unit === this.#escape) return -1;
      if (unit !== this.#quote) continue;
      return at + 1 === end || text.charCodeAt(at + 1) === this.#delimiter ? at : -1;
    }
    return -1;
  }
}
