/**
 * Parses numbers and times in their most common format in place: the same results as `numbers.ts`
 * and `times.ts`, about ten times faster. Other formats are left to them.
 */
import { epochSeconds, secondsOf } from "./times.ts";

/** Powers of ten up to the number of digits that a double always represents. */
const POWERS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
const ZERO = "0".charCodeAt(0);
const POINT = ".".charCodeAt(0);

/** Parses up to 15 digits with at most one point; returns NaN for anything else. */
export function plainNumber(text: string, start: number, end: number): number {
  let value = 0;
  let point = -1;
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    const digit = unit - ZERO;
    if (digit >= 0 && digit <= 9) value = 10 * value + digit;
    else if (unit === POINT && point < 0) point = at;
    else return NaN;
  }
  const digits = end - start - (point < 0 ? 0 : 1);
  if (digits === 0 || digits > 15) return NaN;
  // Both are exact, so the quotient is the double next to the decimal number (Clinger 1990).
  return point < 0 ? value : value / POWERS[end - 1 - point];
}

/** Whether a plain number contains no point. */
export function isDigits(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (text.charCodeAt(at) === POINT) return false;
  return true;
}

/** Positions of the digits; `T` may replace the space. */
const LAYOUT = "0000-00-00 00:00:00";
const DATE = 10;
const BLANK = " ".charCodeAt(0);
const T = "T".charCodeAt(0);
const MOST_DECIMALS = 9;

/**
 * Parses a plain number, or a date with or without time as in `LAYOUT`, optional decimals of a
 * second and zone UTC; returns NaN for anything else.
 */
export function plainTime(text: string, start: number, end: number): number {
  if (text[start + 4] !== "-") {
    // Digits that may be a compact date, with or without time.
    const digits = end - start;
    if (digits === 8 || digits === 12 || digits === 14) return NaN;
    return epochSeconds(plainNumber(text, start, end));
  }
  const length = end - utcLength(text, end) - start;
  if (length !== DATE && length < LAYOUT.length) return NaN;
  let digits = 0;
  for (let i = 0; i < Math.min(length, LAYOUT.length); i++) {
    const unit = text.charCodeAt(start + i);
    const layout = LAYOUT.charCodeAt(i);
    const digit = unit - ZERO;
    if (layout === ZERO && digit >= 0 && digit <= 9) digits = 10 * digits + digit;
    else if (layout === ZERO || unit !== layout && !(layout === BLANK && unit === T)) return NaN;
  }
  if (length === DATE) return secondsOf(digits, 0);
  const seconds = secondsOf(Math.floor(digits / 1e6), digits % 1e6);
  const after = start + LAYOUT.length;
  const decimals = start + length - after - 1;
  if (decimals < 0) return seconds;
  if (text[after] !== "." || decimals > MOST_DECIMALS) return NaN;
  return seconds + plainNumber(text, after, after + 1 + decimals);
}

/** Returns the length of the UTC designator that ends at `end`, or 0. */
function utcLength(text: string, end: number): number {
  if (text[end - 1] === "Z") return 1;
  const name = text[end - 6] === "+" ? "+00:00" : text[end - 4] === " " ? " UTC" : "";
  return name !== "" && text.endsWith(name, end) ? name.length : 0;
}
