/** Converts values of typed formats to cells, the text that the parsing rules read. */

/** Path of a value in a record: the keys that lead to it. */
export type Path = readonly string[];

/** Nested objects become columns down to this depth; deeper values become JSON text. */
const DEEPEST = 4;

/** Returns a value as a cell: numbers as digits, null as "", lists and deeper objects as JSON. */
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

/** JSON replacer for types that JSON does not have. */
function plain(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return typeof value === "bigint" ? String(value) : value;
}

/** Returns the paths of a record's values in order, including those in nested objects. */
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

/** Returns the value at a path, or undefined. */
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
