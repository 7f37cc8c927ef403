/** Values of formats that have types, as the texts that the rules of rows read. */

/** A place in a record: the keys on the way to it. */
export type Path = readonly string[];

/** Objects within objects are columns of their own down to this depth; what lies deeper is a text. */
const DEEPEST = 4;

/**
 * The cell that holds a value: digits of numbers as they are, an empty text for nothing, a list or
 * what lies deeper as JSON.
 */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      return Number.isNaN(value) ? "" : String(value);
    case "object":
      if (Array.isArray(value) && value.length === 0) return "";
      if (value instanceof Uint8Array) return new TextDecoder().decode(value);
      return JSON.stringify(value, plain);
    default:
      return String(value);
  }
}

/** What JSON has no word for. */
function plain(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return typeof value === "bigint" ? String(value) : value;
}

/** The places of a record's values, in their order; those of objects within are told by their keys. */
export function pathsOf(record: object): Path[] {
  const paths: Path[] = [];
  const walk = (value: unknown, path: Path) => {
    if (path.length < DEEPEST && isObject(value) && Object.keys(value).length > 0) {
      for (const [key, inner] of Object.entries(value)) walk(inner, [...path, key]);
    } else paths.push(path);
  };
  for (const [key, value] of Object.entries(record)) walk(value, [key]);
  return paths;
}

/** The value at a place; undefined where there is none. */
export function valueAt(record: unknown, path: Path): unknown {
  let value = record;
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
