/** A number with this many digits may exceed the precision of a double. */
const MANY_DIGITS = /\d{16}/;
const WHOLE = /^-?\d+$/;

/** Words that some programs write instead of `null`; strings are matched to skip them. */
const NO_NUMBER = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

/**
 * Parses JSON; integers that a double cannot represent become texts of their digits, and a bare
 * `NaN` becomes null. Returns undefined if the text is not JSON.
 */
export function parseJson(text: string): unknown {
  try {
    return MANY_DIGITS.test(text) ? JSON.parse(text, exactly) : JSON.parse(text);
  } catch {
    const mended = text.replace(NO_NUMBER, (found) => found[0] === '"' ? found : "null");
    return mended === text ? undefined : parseJson(mended);
  }
}

/** Reviver that uses the source text of values (TC39, "JSON.parse source text access"). */
function exactly(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  if (typeof value !== "number" || Number.isSafeInteger(value) || source === undefined) {
    return value;
  }
  return WHOLE.test(source) ? source : value;
}
