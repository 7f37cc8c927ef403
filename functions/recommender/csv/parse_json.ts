/** Numbers of so many digits may not be what a double holds. */
const MANY_DIGITS = /\d{16}/;
const WHOLE = /^-?\d+$/;

/** What some programs write where JSON has `null`, and strings, which may hold the same words. */
const NO_NUMBER = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

/**
 * The value of a JSON text; whole numbers that a double does not hold are texts of their digits,
 * and a bare `NaN` is null. Undefined where the text is none.
 */
export function parseJson(text: string): unknown {
  try {
    return MANY_DIGITS.test(text) ? JSON.parse(text, exactly) : JSON.parse(text);
  } catch {
    const mended = text.replace(NO_NUMBER, (found) => found[0] === '"' ? found : "null");
    return mended === text ? undefined : parseJson(mended);
  }
}

/** A reviver by the source text of each value (TC39's "JSON.parse source text access"). */
function exactly(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  if (typeof value !== "number" || Number.isSafeInteger(value) || source === undefined) {
    return value;
  }
  return WHOLE.test(source) ? source : value;
}
