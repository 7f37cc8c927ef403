/** Characters of a file that its encoding could not decode. */

/** Maximum ratio of these to the letters beyond ASCII around them, for damage of single cells. */
const MOST = 0.05;

/** Counts replacement characters (U+FFFD) while a file is read. */
export class Undecoded {
  count = 0;
  /** Line of the first record that has one; undefined if there is none. */
  line?: number;
  /** Whether the first record is still to be found. */
  isSought = false;
  #letters = 0;

  /** Counts the characters of a decoded piece of the file. */
  add(text: string): void {
    // A piece of ASCII has one byte a character, so this costs nothing.
    if (!text.includes("\ufffd")) return;
    this.count += text.match(/\ufffd/g)!.length;
    this.#letters += text.match(/[\u0080-\uffff]/g)!.length;
    this.isSought = this.line === undefined;
  }

  /** Looks for the first record, while `isSought`. */
  seek({ line, cells }: { line: number; cells: readonly string[] }): void {
    if (!cells.some((cell) => cell.includes("\ufffd"))) return;
    this.line = line;
    this.isSought = false;
  }

  /** Whether the number indicates a wrong encoding rather than single damaged cells. */
  get isMuch(): boolean {
    return this.count > MOST * (this.#letters - this.count);
  }

  /** Returns a note for the file's owner; empty if all was decoded. */
  notes(encoding: string): string[] {
    if (this.count === 0) return [];
    const many = this.count === 1 ? "1 character" : `${this.count} characters`;
    const where = this.line === undefined ? "" : `, the first on line ${this.line}`;
    return [
      `${many} could not be read as ${encoding} and stand as \ufffd${where}; if letters look wrong, ` +
      "choose another encoding.",
    ];
  }
}
