/**
 * JSON parser for untrusted input, with limits and in steps: `JSON.parse` takes up to half a second
 * for a megabyte of brackets and cannot be interrupted. One scan counts the entries and finds where
 * long arrays and objects can be split; the pieces are then parsed separately.
 */
import type { Steps } from "../load/lane.ts";
import { Problem } from "../problem.ts";

/** Maximum nesting of arrays and objects. */
export const MOST_LEVELS = 32;
/** Maximum number of array entries and object members, plus one for each array and object. */
export const MOST_ENTRIES = 100_000;
/** Maximum number of members of one object; distinct names are the most expensive to parse. */
export const MOST_MEMBERS = 1_000;
/** Maximum length of a string, in characters. */
export const LONGEST_TEXT = 262_144;

/** Characters parsed in one step; longer arrays and objects are split into pieces. */
const PIECE = 32 * 1024;
/** Characters scanned in one step. */
const SCANNED = 8 * PIECE;

/** Cost of scanning and of parsing a character, in units of half a millisecond. */
const COST = { scanned: 10 / 5e5, parsed: 150 / 5e5 };

/** Half-open range of positions. */
type Span = [from: number, to: number];

/** An array or object longer than a piece, with its parts. */
interface LongValue {
  span: Span;
  parts: Part[];
}

/** Consecutive entries, or one long entry with the text before it, such as a member's name. */
type Part = Span | { before: Span; long: LongValue };

/**
 * Parses a JSON text in steps and returns its value.
 * @throws {Problem} `invalid_input` above a limit. @throws {SyntaxError} if it is not JSON.
 */
export function* jsonValueSteps(text: string): Steps<unknown> {
  const scan = new Scan(text);
  while (scan.at < text.length) {
    yield Math.min(SCANNED, text.length - scan.at) * COST.scanned;
    scan.to(scan.at + SCANNED);
  }
  const { root } = scan;
  if (!root) {
    yield Math.min(text.length, SCANNED) * COST.parsed;
    return parseExactly(text);
  }
  checkBlank(text, [0, root.span[0]]);
  checkBlank(text, [root.span[1] + 1, text.length]);
  return yield* valueOf(text, root);
}

/** Parses a JSON text in one step, for texts of up to about 64 KiB. */
export function jsonValue(text: string): unknown {
  new Scan(text).to(text.length);
  return parseExactly(text);
}

/** Matches numbers that may have too many digits for a double. */
const MANY_DIGITS = /\d{16}/;
const WHOLE = /^-?\d+(\.\d+)?$/;
/** Matches numbers that may be too large for a double. */
const LARGE_EXPONENT = /(?:^|[:,[\s])-?\d+(?:\.\d+)?[eE]\+?\d{3}/;

/**
 * Parses a JSON text. Whole numbers beyond 2⁵³ are returned as the string of their digits: a double
 * would be rounded, and as an id it would name another item or user. So are numbers too large for a
 * double, which would otherwise be passed on as null.
 */
function parseExactly(text: string): unknown {
  if (!MANY_DIGITS.test(text) && !LARGE_EXPONENT.test(text)) return JSON.parse(text);
  const keepDigits = (_name: string, value: unknown, context: { source?: string } = {}) => {
    if (typeof value !== "number" || Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value;
    const { source } = context;
    return source !== undefined && (WHOLE.test(source) || !Number.isFinite(value)) ? source : value;
  };
  return JSON.parse(text, keepDigits as Parameters<typeof JSON.parse>[1]);
}

/** The scan of a text. It recognises only strings, brackets and commas. */
class Scan {
  at = 0;
  /** The top-level value, if it is an array or object longer than a piece. */
  root: LongValue | undefined;
  readonly #text: string;
  #entries = 0;
  /** Start of the current string, or -1. */
  #quote = -1;
  /** For each open array or object: its start, its last split and comma, and its parts. */
  readonly #open: number[] = [];
  readonly #cut: number[] = [];
  readonly #comma: number[] = [];
  readonly #parts: Part[][] = [];
  /** Number of commas so far. */
  readonly #commas: number[] = [];
  /** Whether the last split is the end of a long entry, after which only a comma may follow. */
  readonly #isBehind: boolean[] = [];
  #depth = -1;

  constructor(text: string) {
    this.#text = text;
  }

  /** Scans up to position `end`. */
  to(end: number): void {
    const text = this.#text;
    let i = this.at;
    const last = Math.min(end, text.length);
    for (; i < last; i++) {
      const code = text.charCodeAt(i);
      if (this.#quote >= 0) {
        if (code === BACKSLASH) i++;
        else if (code === QUOTE) {
          if (i - this.#quote > LONGEST_TEXT) {
            throw overLimit(`${LONGEST_TEXT} characters in one text`);
          }
          this.#quote = -1;
        }
      } else if (code === QUOTE) this.#quote = i;
      else if (code === COMMA) this.#separate(i);
      else if (code === LIST || code === OBJECT) this.#begin(i);
      // In ASCII a closing bracket is two code points after its opening one.
      else if (code === LIST + 2 || code === OBJECT + 2) this.#end(i, code - 2);
    }
    this.at = i;
  }

  #count(): void {
    if (++this.#entries > MOST_ENTRIES) {
      throw overLimit(`${MOST_ENTRIES} entries and members in all`);
    }
  }

  #begin(at: number): void {
    this.#count();
    const depth = ++this.#depth;
    if (depth >= MOST_LEVELS) {
      throw overLimit(`${MOST_LEVELS} levels of lists and objects`);
    }
    this.#open[depth] = this.#cut[depth] = this.#comma[depth] = at;
    this.#commas[depth] = 0;
    this.#isBehind[depth] = false;
    if (this.#parts[depth]?.length !== 0) this.#parts[depth] = [];
  }

  #separate(at: number): void {
    this.#count();
    const depth = this.#depth;
    if (depth < 0) throw new SyntaxError("There is a comma outside of lists and objects.");
    if (
      ++this.#commas[depth] >= MOST_MEMBERS && this.#text.charCodeAt(this.#open[depth]) === OBJECT
    ) {
      throw overLimit(`${MOST_MEMBERS} members of one object`);
    }
    this.#comma[depth] = at;
    if (this.#isBehind[depth]) {
      checkBlank(this.#text, [this.#cut[depth] + 1, at]);
      this.#isBehind[depth] = false;
      this.#cut[depth] = at;
    } else if (at - this.#cut[depth] >= PIECE) this.#cutAt(at);
  }

  /** Ends a part that started at the last split. */
  #cutAt(at: number): void {
    const depth = this.#depth;
    this.#parts[depth].push([this.#cut[depth] + 1, at]);
    this.#cut[depth] = at;
  }

  #end(at: number, opener: number): void {
    const depth = this.#depth;
    const start = this.#open[depth];
    if (depth < 0 || this.#text.charCodeAt(start) !== opener) {
      throw new SyntaxError("There is a closing bracket without its opening one.");
    }
    if (at - start < PIECE) {
      this.#depth--;
      return;
    }
    if (this.#isBehind[depth]) checkBlank(this.#text, [this.#cut[depth] + 1, at]);
    else this.#cutAt(at);
    const long: LongValue = { span: [start, at], parts: this.#parts[depth] };
    this.#parts[depth] = [];
    this.#depth--;
    if (depth === 0) {
      if (this.root) throw new SyntaxError("There is more than one JSON value.");
      this.root = long;
      return;
    }
    const comma = this.#comma[depth - 1];
    if (comma > this.#cut[depth - 1]) this.#cutAt(comma);
    this.#parts[depth - 1].push({ before: [comma + 1, start], long });
    this.#cut[depth - 1] = at;
    this.#isBehind[depth - 1] = true;
  }
}

const [QUOTE, BACKSLASH, COMMA, LIST, OBJECT] = [...'"\\,[{'].map((sign) => sign.charCodeAt(0));

/** Returns the value of an array or object from its parts. */
function* valueOf(text: string, { span, parts }: LongValue): Steps<unknown> {
  const isList = text[span[0]] === "[";
  const list: unknown[] = [];
  const object: Record<string, unknown> = {};
  for (const part of parts) {
    if (!Array.isArray(part)) {
      const before = text.slice(...part.before);
      if (isList) {
        checkBlank(text, part.before);
        list.push(yield* valueOf(text, part.long));
      } else {
        const [name] = Object.keys(JSON.parse(`{${before}0}`));
        setMember(object, name, yield* valueOf(text, part.long));
      }
      continue;
    }
    const piece = text.slice(...part);
    yield piece.length * COST.parsed;
    const entries = isList
      ? parseExactly(`[${piece}]`) as unknown[]
      : Object.entries(parseExactly(`{${piece}}`) as Record<string, unknown>);
    if (entries.length === 0 && parts.length > 1) throw new SyntaxError("An entry is missing.");
    if (isList) { for (const entry of entries) list.push(entry); }
    else for (const [name, value] of entries as [string, unknown][]) setMember(object, name, value);
  }
  return isList ? list : object;
}

/** Like `JSON.parse`: `__proto__` is an ordinary name, and the last of equal names wins. */
function setMember(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== "__proto__") object[name] = value;
  else {
    Object.defineProperty(object, name, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
}

function checkBlank(text: string, span: Span): void {
  if (!/^[ \t\n\r]*$/.test(text.slice(...span))) throw new SyntaxError("A comma is missing.");
}

function overLimit(what: string): Problem {
  const detail = `is over the limit of ${what}`;
  return new Problem("invalid_input", `This JSON ${detail}.`, {
    errors: [{ pointer: "/", detail }],
  });
}
