/** Splits a file into JSON texts before parsing: by line, or into the elements of an array. */
import { CsvError } from "../csv_error.ts";
import { lineTooLong, longestRecord, tooLong } from "../limits.ts";

/** Text of one JSON value. */
export interface JsonElement {
  /** Line of the file, or index in the array; from 1. */
  line: number;
  text: string;
}

/** Splits text, fed chunk by chunk, into JSON texts. */
export interface JsonSplitter {
  /** @throws {CsvError} `too_large`; `damaged` if text follows the end of an array. */
  push(text: string): Generator<JsonElement>;
  /**
   * Yields the last texts, at the end of the input.
   * @throws {CsvError} `damaged` if an array is not closed.
   */
  end(): Generator<JsonElement>;
}

/** One JSON value per line (JSON Lines); empty lines are skipped. */
export class JsonLines implements JsonSplitter {
  #text = "";
  #line = 1;

  *push(text: string): Generator<JsonElement> {
    const all = this.#text + text;
    let at = 0;
    for (let end = all.indexOf("\n"); end >= 0; end = all.indexOf("\n", at)) {
      yield* this.#element(all.slice(at, end), false);
      this.#line++;
      at = end + 1;
    }
    this.#text = all.slice(at);
    if (this.#text.length > longestRecord) throw lineTooLong(this.#line, this.#text.length, true);
  }

  *end(): Generator<JsonElement> {
    yield* this.#element(this.#text, true);
    this.#text = "";
  }

  *#element(line: string, last: boolean): Generator<JsonElement> {
    if (line.length > longestRecord) throw lineTooLong(this.#line, line.length, !last);
    const text = line.trim();
    if (text !== "") yield { line: this.#line, text };
  }
}

const [QUOTE, BACKSLASH, OPEN, CLOSE] = ['"', "\\", "[{", "]}"];
const BETWEEN = /[\s,]/;

/**
 * Elements of one array, or values that follow one another across lines. Only brackets and strings
 * are tracked, so an invalid element affects no other.
 */
export class JsonArray implements JsonSplitter {
  #text = "";
  #place = 1;
  /** Index in the text to resume at; the text before it belongs to the current element. */
  #at = 0;
  #depth = 0;
  #inString = false;
  #isOpen = false;
  #isOver = false;

  *push(text: string): Generator<JsonElement> {
    this.#text += text;
    let start = 0;
    let at = this.#at;
    for (; at < this.#text.length; at++) {
      const unit = this.#text[at];
      if (this.#inString) {
        if (unit === BACKSLASH) at++;
        else if (unit === QUOTE) this.#inString = false;
        continue;
      }
      if (at === start && this.#depth === 0) {
        const isEnd = this.#isOpen && unit === "]";
        if (this.#isOver && !BETWEEN.test(unit)) throw goesOn();
        if (isEnd || BETWEEN.test(unit) || !this.#isOpen && unit === "[") {
          this.#isOver ||= isEnd;
          this.#isOpen ||= unit === "[";
          start = at + 1;
          continue;
        }
      }
      if (unit === QUOTE) this.#inString = true;
      else if (OPEN.includes(unit)) this.#depth++;
      else if (this.#depth > 0 && CLOSE.includes(unit)) {
        if (--this.#depth > 0) continue;
        yield this.#element(start, at + 1);
        start = at + 1;
      } else if (this.#depth === 0 && (unit === "," || unit === "]")) {
        yield this.#element(start, at);
        start = at--;
      }
    }
    this.#text = this.#text.slice(start);
    this.#at = at - start;
    if (this.#text.length > longestRecord) {
      throw tooLong("an element", {
        line: this.#place,
        length: this.#text.length,
        most: longestRecord,
      });
    }
  }

  *end(): Generator<JsonElement> {
    if (this.#isOpen && !this.#isOver) throw cutOff(this.#place);
    const text = this.#text.trim();
    if (text !== "") yield { line: this.#place, text };
    this.#text = "";
  }

  #element(start: number, end: number): JsonElement {
    return { line: this.#place++, text: this.#text.slice(start, end) };
  }
}

function cutOff(place: number): CsvError {
  return new CsvError(
    "damaged",
    `The JSON array is not closed by "]": the file was cut off at element ${place}, or a quote or ` +
      "bracket is left open there. Export it again.",
  );
}

function goesOn(): CsvError {
  return new CsvError(
    "damaged",
    "The JSON array ends before the file does: write all rows into one array, or one object a " +
      "line (JSON Lines).",
  );
}
