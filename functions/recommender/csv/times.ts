/** Times as people write them, read by the order of day, month and year that the column shows. */
import { isBlank } from "./blank_words.ts";
import { monthOf } from "./month_names.ts";

/** The order of day, month and year, as a mapping chooses it. */
export const dateOrders = ["dmy", "mdy", "ymd"] as const;
export type DateOrder = typeof dateOrders[number];

/** How a column writes its times. */
export interface TimeForm {
  /** Of dates in figures, such as 1/2/2024 and 1/2/24; null where it is not known. */
  order: DateOrder | null;
  /** Whether twelve digits are a date and a time of day to the minute, not milliseconds. */
  isCompact: boolean;
}

/** Nothing is known of the column. */
export const PLAIN_TIMES: TimeForm = { order: null, isCompact: false };

const plain = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Returns a moment in seconds since 1970: null where the cell is blank, NaN where it is none. Numbers
 * are epochs, in seconds, milliseconds, microseconds or nanoseconds by their size (11, 14 and 17
 * digits bound them: seconds reach the year 5138), but 8 and 14 digits that make a date are one.
 * Dates are those of `DATE_FORMS`, in UTC where no zone is given.
 */
export function parseTime(cell: string, form: TimeForm = PLAIN_TIMES): number | null {
  const text = cell.trim();
  if (plain.test(text)) {
    const compact = compactTime(text, form.isCompact);
    return isNaN(compact) ? epochSeconds(Number(text)) : compact;
  }
  if (isBlank(text)) return null;
  const date = readDate(text);
  if (date === undefined) return NaN;
  return "seconds" in date ? date.seconds : secondsInOrder(date, form.order);
}

/** A form of dates that is read. */
interface DateForm {
  /** One of the 22nd of January 2019, as docs and refusals show it. */
  example: string;
  pattern: RegExp;
}

const CLOCK = String.raw`(?:(?:T|(?<=\d{4}):|,? +(?:(?:at|um|à) +)?)(?<h>\d{1,2})[:.](?<mi>\d{2})` +
  String.raw`(?:[:.](?<s>\d{2})(?:[.,](?<f>\d{1,9}))?)?(?:[ \u00a0\u202f]?(?<half>[ap])\.?m\.?)?)?`;
const ZONE = String.raw` ?(?<zone>Z|UTC|(?:GMT|UTC)?[+-]\d{2}:?\d{2}|[+-]\d{2}|GMT|` +
  String.raw`[ECMP][SD]T)?(?: \([^)]*\))?`;
const WEEKDAY = String.raw`(?:\p{L}{2,12}\.?,? +)?`;
const YEAR = String.raw`(?<y>\d{4}|'?\d{2})`;
const MONTH = String.raw`(?<mon>\p{L}{3,12})`;
const ENDS = `${CLOCK}${ZONE}$`;

/** The forms of dates beside plain numbers; what is in figures alone may have a time of day, too. */
export const DATE_FORMS: readonly DateForm[] = [
  form("2019-01-22", String.raw`(?<y>\d{4})([-/.])(?<mo>\d{1,2})\2(?<d>\d{1,2})${ENDS}`),
  form("22.01.2019", String.raw`(?<d>\d{1,2})\.(?<mo>\d{1,2})\.(?<y>\d{4}|\d{2})${ENDS}`),
  form("01/22/2019", String.raw`(?<a>\d{1,2})([-/])(?<b>\d{1,2})\2(?<c>\d{4}|\d{2})${ENDS}`),
  form(
    "22-Jan-2019",
    String.raw`${WEEKDAY}(?<d>\d{1,2})(?:st|nd|rd|th|\.)?(?: de | |-|/|\.)?${MONTH}\.?` +
      String.raw`(?: de |, ?| |-|/|\.)?${YEAR}${ENDS}`,
  ),
  form(
    "Jan 22, 2019",
    String.raw`${WEEKDAY}${MONTH}\.?[ -](?<d>\d{1,2})(?:st|nd|rd|th)?(?:,? |-|, ?)${YEAR}${ENDS}`,
  ),
  form(
    "Tue Jan 22 18:00:09 +0000 2019",
    String.raw`${WEEKDAY}(?<mon>\p{L}{3}) +(?<d>\d{1,2}) (?<h>\d{1,2}):(?<mi>\d{2}):(?<s>\d{2})` +
      String.raw`${ZONE} (?<y>\d{4})$`,
  ),
  form("2019-Jan-22", String.raw`(?<y>\d{4})([- /])${MONTH}\.?\2(?<d>\d{1,2})${ENDS}`),
  form(
    "20190122T180009Z",
    String
      .raw`(?<y>\d{4})(?<mo>\d{2})(?<d>\d{2})[T ](?<h>\d{2}):?(?<mi>\d{2}):?(?<s>\d{2})${ZONE}$`,
  ),
  form(
    "2019年1月22日",
    String.raw`(?<y>\d{4})[年년] ?(?<mo>\d{1,2})[月월] ?(?<d>\d{1,2})[日일]${ENDS}`,
  ),
];

function form(example: string, pattern: string): DateForm {
  return { example, pattern: new RegExp(`^${pattern}`, "iu") };
}

/** A date in figures whose order its column decides, such as 1/2/2024. */
export interface OrderedDate {
  /** The three figures as they stand. */
  figures: [number, number, number];
  /** Whether the last is a year for certain, by its four digits. */
  hasYear: boolean;
  /** Seconds of the time of day, less the zone's. */
  clock: number;
}

/** The form that the last date had, for the next is mostly of the same. */
let likely = DATE_FORMS[0];

/** What the last text said: a cell is evidence first, and read then. */
let last: { text: string; said: ReturnType<typeof dateIn> } | undefined;

/** Returns what a text says; undefined where it has no form of a date. Seconds may be NaN. */
export function readDate(text: string): OrderedDate | { seconds: number } | undefined {
  if (last?.text !== text) last = { text, said: dateIn(text) };
  return last.said;
}

function dateIn(text: string): OrderedDate | { seconds: number } | undefined {
  if (text.length > 80) return undefined;
  const parts = partsIn(text, likely) ?? other(text);
  if (!parts) return undefined;
  const clock = clockOf(parts);
  if (parts.a !== undefined) {
    const figures = [parts.a, parts.b, parts.c].map(Number) as OrderedDate["figures"];
    return { figures, hasYear: parts.c.length === 4, clock };
  }
  const month = parts.mon === undefined ? Number(parts.mo) : monthOf(parts.mon)!;
  return { seconds: daySeconds(yearOf(parts.y), month, Number(parts.d)) + clock };
}

function other(text: string): Record<string, string> | undefined {
  for (const candidate of DATE_FORMS) {
    const parts = candidate === likely ? undefined : partsIn(text, candidate);
    if (!parts) continue;
    likely = candidate;
    return parts;
  }
}

/** The parts of a date in a form; undefined where a word of it is no month, too. */
function partsIn(text: string, { pattern }: DateForm): Record<string, string> | undefined {
  const parts = pattern.exec(text)?.groups;
  return parts?.mon !== undefined && monthOf(parts.mon) === undefined ? undefined : parts;
}

/** The seconds of a date by an order; NaN where there is none, unless the figures say the same. */
export function secondsInOrder(
  { figures: [a, b, c], hasYear, clock }: OrderedDate,
  order: DateOrder | null,
): number {
  if (hasYear && a === b) return daySeconds(c, a, b) + clock;
  if (order === null || hasYear && order === "ymd") return NaN;
  const year = yearOf(String(order === "ymd" ? a : c).padStart(hasYear ? 4 : 2, "0"));
  const [day, month] = order === "dmy" ? [a, b] : order === "mdy" ? [b, a] : [c, b];
  return daySeconds(year, month, day) + clock;
}

/** Two digits are a year from 1969 to 2068, as POSIX has it. */
function yearOf(digits: string): number {
  const year = Number(digits.replace("'", ""));
  return digits.length > 3 ? year : year + (year < 69 ? 2000 : 1900);
}

function daySeconds(year: number, month: number, day: number): number {
  return secondsOf(1e4 * year + 100 * month + day, 0);
}

/** Seconds since midnight, less those that the zone is ahead of UTC; NaN where there is no such time. */
function clockOf({ h = "0", mi = "0", s = "0", f, half, zone }: Record<string, string>): number {
  const hour = half === undefined ? Number(h) : hourOfHalf(Number(h), half);
  if (hour > 24 || Number(mi) > 59 || Number(s) > 60) return NaN;
  const fraction = f ? Number(`0.${f}`) : 0;
  return hour * 3600 + Number(mi) * 60 + Number(s) + fraction - offset(zone);
}

function hourOfHalf(hour: number, half: string): number {
  if (hour < 1 || hour > 12) return NaN;
  return hour % 12 + (half.toLowerCase() === "p" ? 12 : 0);
}

/** Zones of RFC 5322 (4.3), in hours ahead of UTC. */
const HOURS: Record<string, number> = {
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
};

/** Seconds that a zone is ahead of UTC. */
function offset(zone: string | undefined): number {
  const named = HOURS[zone?.toUpperCase() ?? ""];
  if (named !== undefined) return 3600 * named;
  const parts = /([+-])(\d{2}):?(\d{2})?$/.exec(zone ?? "");
  if (!parts) return 0;
  return (parts[1] === "-" ? -1 : 1) * (Number(parts[2]) * 3600 + Number(parts[3] ?? 0) * 60);
}

/** The moment that 8, 14 or 12 digits are; NaN where they are none. */
export function compactTime(digits: string, isCompact: boolean): number {
  const { length } = digits;
  if (length !== 8 && length !== 14 && !(isCompact && length === 12)) return NaN;
  if (!/^(19|20)\d+$/.test(digits)) return NaN;
  return secondsOf(Number(digits.slice(0, 8)), Number(digits.slice(8).padEnd(6, "0")));
}

/** An epoch in seconds, whatever its unit, which its size tells. */
export function epochSeconds(value: number): number {
  const size = Math.abs(value);
  if (size < 1e11) return value;
  return value / (size < 1e14 ? 1e3 : size < 1e17 ? 1e6 : 1e9);
}

/** @param date `YYYYMMDD` and @param clock `hhmmss` as numbers; NaN where there is no such time. */
export function secondsOf(date: number, clock: number): number {
  const [y, mo, d] = [Math.floor(date / 1e4), Math.floor(date / 100) % 100, date % 100];
  const [h, mi, s] = [Math.floor(clock / 1e4), Math.floor(clock / 100) % 100, clock % 100];
  const day = Date.UTC(y, mo - 1, d);
  const inMonth = d > 0 && (d <= 28 || new Date(day).getUTCDate() === d);
  const real = y >= 100 && mo > 0 && mo <= 12 && inMonth;
  if (!real || h > 24 || mi > 59 || s > 60) return NaN;
  return day / 1000 + h * 3600 + mi * 60 + s;
}
