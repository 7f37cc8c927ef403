/** Tolerant parser for literals of JSON, Python and Postgres. */

/** A text, a list or an object; numbers and unquoted words are texts. */
export type Literal = string | Literal[] | ReadonlyMap<string, Literal>;

/** Maximum nesting; deeper literals are not parsed. */
const MOST_LEVELS = 8;
const CLOSING: Record<string, string> = { "[": "]", "(": ")", "{": "}" };
const ESCAPES: Record<string, string> = { n: "\n", t: "\t", r: "\r" };

/**
 * Parses a literal of JSON, Python or Postgres; returns undefined if the text is not exactly one.
 * Unquoted words extend to the next comma.
 */
export function literalOf(text: string): Literal | undefined {
  const reader = new LiteralReader(text);
  const value = reader.value(0);
  return value !== undefined && reader.isAtEnd() ? value : undefined;
}

class LiteralReader {
  #at = 0;

  constructor(readonly text: string) {}

  isAtEnd(): boolean {
    this.#skipBlanks();
    return this.#at === this.text.length;
  }

  value(level: number): Literal | undefined {
    this.#skipBlanks();
    // Python writes u'a' for texts and b'a' for bytes.
    if (/^[uUbBrR]['"]/.test(this.text.slice(this.#at, this.#at + 2))) this.#at++;
    const sign = this.text[this.#at];
    if (sign in CLOSING) return level < MOST_LEVELS ? this.#group(sign, level) : undefined;
    if (sign === "'" || sign === '"') return this.#quoted(sign);
    return this.#word();
  }

  /** Parses a list, or an object if a colon follows the first member. */
  #group(sign: string, level: number): Literal | undefined {
    this.#at++;
    const members: Literal[] = [];
    const named = new Map<string, Literal>();
    for (;;) {
      this.#skipBlanks();
      if (this.#at >= this.text.length) return undefined;
      if (this.#take(CLOSING[sign])) return named.size > 0 ? named : members;
      const member = this.value(level + 1);
      if (member === undefined) return undefined;
      this.#skipBlanks();
      if (sign === "{" && typeof member === "string" && this.#take(":")) {
        const value = this.value(level + 1);
        if (value === undefined) return undefined;
        named.set(member, value);
      } else {
        members.push(member);
      }
      this.#skipBlanks();
      const next = this.text[this.#at];
      // numpy separates quoted texts by spaces.
      const isNext = next === CLOSING[sign] || next === "'" || next === '"' ||
        /^[uUbB]['"]/.test(this.text.slice(this.#at, this.#at + 2));
      if (!this.#take(",") && !isNext) return undefined;
    }
  }

  /** Parses a quoted text, with quotes escaped by a backslash or doubled. */
  #quoted(quote: string): string | undefined {
    let text = "";
    for (this.#at++; this.#at < this.text.length; this.#at++) {
      const sign = this.text[this.#at];
      if (sign === "\\") {
        const escaped = this.text[++this.#at] ?? "";
        const code = escaped === "u" ? this.text.slice(this.#at + 1, this.#at + 5) : "";
        if (/^[\da-f]{4}$/i.test(code)) {
          text += String.fromCharCode(parseInt(code, 16));
          this.#at += 4;
        } else text += ESCAPES[escaped] ?? escaped;
      } else if (sign !== quote) text += sign;
      else if (this.text[this.#at + 1] === quote && text !== "") {
        text += quote;
        this.#at++;
      } else {
        this.#at++;
        return text;
      }
    }
    return undefined;
  }

  #word(): string | undefined {
    const word = /[^,:[\](){}]*/y;
    word.lastIndex = this.#at;
    const [found] = word.exec(this.text)!;
    if (found.trim() === "") return undefined;
    this.#at += found.length;
    return found.trim();
  }

  #take(sign: string): boolean {
    if (this.text[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }

  #skipBlanks(): void {
    while (/\s/.test(this.text[this.#at] ?? "")) this.#at++;
  }
}
