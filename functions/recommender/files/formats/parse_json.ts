/** A number with this many digits may exceed the precision of a double. */
const MANY_DIGITS = /\d{16}/;
const WHOLE = /^-?\d+$/;

/**
 * Words that some programs write instead of `null`; strings are matched to skip them, also one that
 * does not end, since each of its quotes would be tried as the start of another.
 */
const NO_NUMBER = /"(?:[^"\\]|\\.)*"?|-?\b(?:NaN|Infinity)\b/g;

/** Maximum nesting of a value: writing one of many thousand levels as a cell exceeds the stack. */
const MOST_LEVELS = 100;

/**
 * Parses JSON; integers that a double cannot represent become texts of their digits, and a bare
 * `NaN` becomes null. Returns undefined if the text is not JSON, or is
 * nested deeper than `MOST_LEVELS`.
 */
export function parseJson(text: string): unknown {
  try {
    const value = MANY_DIGITS.test(text) ? JSON.parse(text, exactly) : JSON.parse(text);
    return isDeeper(value, MOST_LEVELS) ? undefined : value;
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

/** Whether a value has more than `levels` levels of arrays and objects. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  for (const name in value) {
    if (isDeeper((value as Record<string, unknown>)[name], levels - 1)) return true;
  }
  return false;
}
