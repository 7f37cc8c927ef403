/**
 * Half-open interval that a value denotes on the axis of a column: `start` included, `end`
 * excluded. A year or day has its duration, and a number ends at the next float64, so all
 * comparisons are the same.
 */
export interface Span {
  start: number;
  end: number;
}

/** Returns the span of a number or numeric text; undefined for other values. */
export function numberSpan(value: string | number | boolean): Span | undefined {
  if (typeof value === "boolean" || String(value).trim() === "") return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? point(number) : undefined;
}

/** A possibly truncated ISO 8601 date: a year, month, day, or an instant, in UTC without a zone. */
const DATE = new RegExp(
  String.raw`^([1-9]\d{3})(?:-(\d{2})(?:-(\d{2})` +
    String.raw`(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?) ?(Z|[+-]\d{2}:\d{2})?)?)?)?$`,
);

/**
 * Returns the span of a year, month, day or instant, in seconds since 1970: `1999`, `"1999-05"`,
 * `"1999-05-03"`, `"1999-05-03T10:00:00Z"`. Other numbers are seconds, or milliseconds if too large
 * for seconds. Undefined for other values.
 */
export function dateSpan(value: string | number | boolean): Span | undefined {
  const parts = DATE.exec(String(value).trim().replace(COMPACT, "$1-$2-$3"));
  if (!parts) return numberSpan(value) && point(epoch(Number(value)));
  const [, year, month = "01", day = "01", clock = "00:00", zone = "Z"] = parts;
  const start = Date.parse(`${year}-${month}-${day}T${clock}${zone}`) / 1000;
  // A day that the month does not have rolls over to the next month, or is no date at all.
  const real = new Date(Date.parse(`${year}-${month}-${day}T00:00Z`)).getUTCDate() === Number(day);
  if (!real || Number.isNaN(start)) return undefined;
  if (parts[4] !== undefined) return point(start);
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  if (parts[3] !== undefined) return { start, end: Date.UTC(y, m - 1, d + 1) / 1000 };
  if (parts[2] !== undefined) return { start, end: Date.UTC(y, m, 1) / 1000 };
  return { start, end: Date.UTC(y + 1, 0, 1) / 1000 };
}

/** Eight digits of a valid date, as accepted in files. */
const COMPACT = /^((?:19|20)\d{2})(\d{2})(\d{2})$/;

/** Converts to seconds: numbers from 1e11 on are milliseconds. 1e11 seconds is in the year 5138. */
function epoch(value: number): number {
  return Math.abs(value) < 1e11 ? value : value / 1e3;
}

/** Returns the span of a single number, which ends at the next larger float64. */
function point(start: number): Span {
  if (start === 0) return { start, end: Number.MIN_VALUE };
  const number = Float64Array.of(start);
  const bits = new BigInt64Array(number.buffer);
  bits[0] += start > 0 ? 1n : -1n;
  return { start, end: number[0] };
}

/** Sorts spans in ascending order and merges those that overlap or touch. */
export function joinedSpans(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  const ordered = spans.filter(({ start, end }) => start < end)
    .toSorted((a, b) => a.start - b.start);
  for (const { start, end } of ordered) {
    const last = joined.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else joined.push({ start, end });
  }
  return joined;
}
