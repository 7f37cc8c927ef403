/**
 * What a value stands for on the axis of a column: from `start` to below `end`. A year or a day is as
 * long as it is, and a number ends at the next one, so that all comparisons are made in one way.
 */
export interface Span {
  start: number;
  end: number;
}

/** The span of a number, which may come as text; undefined where it is none. */
export function numberSpan(value: string | number | boolean): Span | undefined {
  if (typeof value === "boolean" || String(value).trim() === "") return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? point(number) : undefined;
}

/** A date as it may be cut short: a year, a month, a day, or a moment in UTC unless it has a zone. */
const DATE = new RegExp(
  String.raw`^([1-9]\d{3})(?:-(\d{2})(?:-(\d{2})` +
    String.raw`(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?) ?(Z|[+-]\d{2}:\d{2})?)?)?)?$`,
);

/**
 * The span of a year, a month, a day or a moment, in seconds since 1970: `1999`, `"1999-05"`,
 * `"1999-05-03"`, `"1999-05-03T10:00:00Z"`; other numbers are seconds, or milliseconds where they
 * are too large for it. Undefined where it is none of these.
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

/** Eight digits that make a date are one, as in the files. */
const COMPACT = /^((?:19|20)\d{2})(\d{2})(\d{2})$/;

/** Seconds, of a number that may be milliseconds: seconds of eleven digits reach the year 5138. */
function epoch(value: number): number {
  return Math.abs(value) < 1e11 ? value : value / 1e3;
}

/** The span that holds one number alone: it ends at the next larger one in 64 bits. */
function point(start: number): Span {
  if (start === 0) return { start, end: Number.MIN_VALUE };
  const number = Float64Array.of(start);
  const bits = new BigInt64Array(number.buffer);
  bits[0] += start > 0 ? 1n : -1n;
  return { start, end: number[0] };
}

/** The same in ascending order and apart from one another: those that touch become one. */
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
