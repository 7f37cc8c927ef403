import type { Dialect } from "../dialect.ts";
import { longestCell } from "../limits.ts";

/**
 * Finds the cells of a line in place, without creating strings, which is the main cost of reading
 * millions of rows. Handles only plain lines, those for which `RecordReader` returns the same
 * cells; all others are left to it.
 */
export class LineCells {
  /** Start of each cell in the line found last. */
  readonly starts: Int32Array;
  /** End of each cell. */
  readonly ends: Int32Array;
  readonly #delimiter: number;
  /** −1, which no character equals, if quotes are plain text. */
  readonly #quote: number;
  /** The width, or −1, which no line has, if the delimiter is not a single plain character. */
  readonly #width: number;
  /** Escape character, which no plain line contains; −1 if there is none. */
  readonly #escape: number;

  /** @param width number of columns of the file. */
  constructor(
    dialect: Pick<Dialect, "delimiter" | "quote" | "escape">,
    readonly width: number,
  ) {
    this.starts = new Int32Array(width);
    this.ends = new Int32Array(width);
    this.#delimiter = dialect.delimiter.charCodeAt(0);
    this.#quote = dialect.quote === "" ? -1 : dialect.quote.charCodeAt(0);
    this.#escape = dialect.escape ? dialect.escape.charCodeAt(0) : -1;
    const isPlain = dialect.delimiter.length === 1 && dialect.delimiter !== " ";
    this.#width = isPlain ? width : -1;
  }

  /**
   * Finds the cells of the line from `start` to `end`. Returns false if their number differs from
   * `width`, a quote does not enclose a whole cell, a character could not be decoded, or the line
   * is longer than a cell may be.
   */
  find(text: string, start: number, end: number): boolean {
    const { starts, ends } = this;
    // Read once: this loop runs for each character.
    const delimiter = this.#delimiter;
    const quote = this.#quote;
    const escape = this.#escape;
    const width = this.#width;
    let cell = 0;
    let from = start;
    for (let at = start; at < end; at++) {
      const unit = text.charCodeAt(at);
      if (unit === delimiter) {
        if (cell === width) return false;
        starts[cell] = from;
        ends[cell++] = at;
        from = at + 1;
      } else if (unit === quote) {
        const close = at > from ? -1 : this.#closing(text, at + 1, end);
        if (close < 0 || cell === width) return false;
        starts[cell] = at + 1;
        ends[cell++] = close;
        if (close + 1 === end) return cell === width && end - start <= longestCell;
        at = close + 1;
        from = at + 1;
      } else if (unit === 0xfffd || unit === escape) {
        return false;
      }
    }
    if (cell !== width - 1) return false;
    starts[cell] = from;
    ends[cell] = end;
    return end - start <= longestCell;
  }

  /**
   * Returns the index of the next quote if a delimiter or the end of the line follows, otherwise
   * −1.
   */
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
