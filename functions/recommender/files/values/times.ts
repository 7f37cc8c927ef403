/** Parses times in human notations, in the order of day, month and year that the column shows. */
import { asciiDigits } from "./ascii_digits.ts";
import { isBlank } from "./blank_words.ts";
import { commonDate, commonYear, thaiYear } from "./era_dates.ts";
import { croatianMonthOf, monthOf } from "./month_names.ts";
import { turnedDate } from "./turned_dates.ts";

/** Orders of day, month and year that a mapping can choose. */
export const dateOrders = ["dmy", "mdy", "ymd"] as const;
export type DateOrder = typeof dateOrders[number];

/** Time format of a column. */
export interface TimeForm {
  /** Order of numeric dates, such as 1/2/2024 and 1/2/24; null if unknown. */
  order: DateOrder | null;
  /**
   * Numbers of digits, of `COMPACT_LENGTHS`, of which each number is a date, or no time; others are
   * epochs. Null if each cell is parsed individually.
   */
  compact: readonly number[] | null;
  /** Whether 0 and −1 mean that there is no time. */
  isZeroNone?: boolean;
  /** Whether numbers are days since the year 0, as Matlab counts them. */
  isDays?: boolean;
  /** Whether names of months are Croatian, so that `lis` is October and not, as in Polish, November. */
  isCroatian?: boolean;
}

/** Numbers of digits that may be a date: `YYYYMMDD`, with `hhmm`, with `hhmmss`. */
export const COMPACT_LENGTHS = [8, 12, 14] as const;

/** The date that databases write for none. */
export const NO_DATE = /^0000-00-00(?:[ T]00:00(?::00(?:\.0+)?)?Z?)?$/;

/** The format of an unknown column. */
export const PLAIN_TIMES: TimeForm = { order: null, compact: null };

/** Maximum length of a date with its time and zone. */
const LONGEST_TIME = 64;
const plain = /^[+-]?(\d+(?:\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Parses an instant to seconds since 1970; returns null if the cell is blank, NaN if it is not a
 * time. Numbers are epochs in seconds, milliseconds, microseconds or nanoseconds by their magnitude
 * (1e11, 1e14 and 1e17 separate them: seconds reach the year 5138), except those that the column
 * shows to be dates, or alone 8 and 14 digits that form one. Other dates have a form of
 * `DATE_FORMS`, in UTC without a zone.
 */
export function parseTime(cell: string, form: TimeForm = PLAIN_TIMES): number | null {
  const text = withPoint(cell.trim());
  if (plain.test(text)) return fromDays(plainSeconds(text, form.compact), form);
  if (isBlank(text) || NO_DATE.test(text)) return null;
  if (text.length > LONGEST_TIME) return NaN;
  const date = readDate(text);
  if (date === undefined) return NaN;
  if ("figures" in date) return secondsInOrder(date, form.order);
  return form.isCroatian && date.croatian !== undefined ? date.croatian : date.seconds;
}

/** Returns an epoch in seconds with a point before its decimals; other texts are unchanged. */
export function withPoint(text: string): string {
  return text.replace(/^(\d{9,}),(\d+)$/, "$1.$2");
}

function plainSeconds(text: string, compact: TimeForm["compact"]): number {
  const length = compactLength(text);
  if (compact?.includes(length)) return compactTime(text);
  const isAlone = compact === null && (length === 8 || length === 14);
  const date = isAlone ? compactTime(text) : NaN;
  return Number.isNaN(date) ? epochSeconds(Number(text)) : date;
}

/** Days from the year 0 to 1980, to 2064, and to 1970. */
const [DAYS_TO_1980, DAYS_TO_2064, DAYS_TO_1970] = [723_181, 753_862, 719_529];

/** Whether a number may be a day since the year 0; as seconds it is of 9 January 1970. */
export function isLongDay(number: number): boolean {
  return number >= DAYS_TO_1980 && number < DAYS_TO_2064;
}

/** Returns the seconds since 1970 of a number, which is days in a column of days. */
export function fromDays(number: number, { isDays }: Pick<TimeForm, "isDays">): number {
  return isDays && isLongDay(number) ? (number - DAYS_TO_1970) * 86_400 : number;
}

/** A supported date notation. */
interface DateForm {
  /** The example 22 January 2019, as shown in docs and error messages. */
  example: string;
  pattern: RegExp;
}

/**
 * Names of zones, in hours ahead of UTC: those of RFC 5322 (4.3), and others that mean one offset.
 * `BST` and `IST` mean several, and are not read.
 */
export const ZONES: Record<string, number> = {
  UTC: 0,
  GMT: 0,
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
  AKST: -9,
  AKDT: -8,
  HST: -10,
  WET: 0,
  WEST: 1,
  CET: 1,
  CEST: 2,
  MEZ: 1,
  MESZ: 2,
  EET: 2,
  EEST: 3,
  MSK: 3,
  SAST: 2,
  PKT: 5,
  HKT: 8,
  SGT: 8,
  JST: 9,
  KST: 9,
  AEST: 10,
  AEDT: 11,
  NZST: 12,
  NZDT: 13,
};

/** Minutes or seconds; a single digit only after a colon or a word. */
const SIXTY = String.raw`\d{2}|(?<=[:時时分시분] ?)\d`;
/** Words between a date and its time of day. */
const AT = String
  .raw`(?:at|um|à|a las|a les|alle(?: ore)?|às|om|kl\.?|klo|kell|v|o|ob|u|в|о|у|la|lúc|plkst\.?|στις|` +
  "בשעה|في|pukul)";
/** Halves of the day before the hour, and after it. */
const [BEFORE_NOON, AFTER_NOON] = ["上午|午前|오전|凌晨|清晨|早上", "下午|午後|오후|中午|晚上"];
const HALF = String.raw`[ap]\.? ?m\.?|[πμ]\.? ?μ\.?|[صم]`;
const CLOCK =
  String.raw`(?:(?:T|(?<=\d{4}):|,? +(?:${AT} +)?)(?<part>${BEFORE_NOON}|${AFTER_NOON})? ?` +
  String.raw`(?<h>\d{1,2})(?:[:.時时]| ?h ?|시 ?)(?<mi>${SIXTY})(?:[分분]| min(?= ))?` +
  String
    .raw`(?:(?:[:. ]|(?<=[分분]))(?<s>${SIXTY})(?: s|[秒초])?(?:[.,](?<f>\d{1,9}))?)?(?: ?(?<half>${HALF})(?!\p{L}))?` +
  String.raw`(?: ?(?:Uhr|ч\.?|h|hrs)(?!\p{L}))?)?`;
const ZONE = String.raw` ?(?<zone>Z|(?:GMT|UTC)?[+-]\d{2}:?\d{2}|[+-]\d{2}|` +
  String.raw`${Object.keys(ZONES).join("|")})?(?: \([^)]*\))?`;
const WEEKDAY = String.raw`(?:(?:יום )?[\p{L}\p{M}-]{2,16}\.?,? +(?:den +)?)?`;
/** Weekdays behind a date in Chinese, Japanese and Korean. */
const WEEKDAY_AFTER = String.raw`(?: ?(?:.曜日?|星期.|[週周].|.요일|[(（].[)）]))?`;
const YEAR = String.raw`(?<y>\d{4}|'?\d{2})(?: ?(?:г|р)\.?(?!\p{L})|\.)?`;
const MONTH = String.raw`(?<mon>[\p{L}\p{M}]{3,16})`;
/** Suffixes and signs of an ordinal day. */
const ORDINAL = "(?:st|nd|rd|th|er|º|°|\\.)?";
const ENDS = `${CLOCK}${ZONE}$`;

/** Supported date notations in addition to numbers; numeric dates may have a time of day, too. */
export const DATE_FORMS: readonly DateForm[] = [
  form(
    "2019-01-22",
    String.raw`(?<y>\d{4})([-/]|\. ?)(?<mo>\d{1,2})\2(?<d>\d{1,2})\.?${ENDS}`,
  ),
  form(
    "22.01.2019",
    // With blanks between, two digits may be the year or the day: 19. 1. 22. is Korean.
    String.raw`(?<d>\d{1,2})(\. ?)(?<mo>\d{1,2})\2(?<y>\d{4}|(?<=\.)\d{2})(?: ?г\.|\.)?${ENDS}`,
  ),
  form("01/22/2019", String.raw`(?<a>\d{1,2})([-/])(?<b>\d{1,2})\2(?<c>\d{4}|\d{2})${ENDS}`),
  form(
    "22-Jan-2019",
    String.raw`${WEEKDAY}(?<d>\d{1,2})${ORDINAL}(?: de | of | |-|/|\.)?${MONTH}\.?` +
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
  form("2019-Jan-22", String.raw`(?<y>\d{4})\.?([- /])${MONTH}\.?\2(?<d>\d{1,2})\.?${ENDS}`),
  form(
    "20190122T180009Z",
    String
      .raw`(?<y>\d{4})(?<mo>\d{2})(?<d>\d{2})[T ](?<h>\d{2}):?(?<mi>\d{2}):?(?<s>\d{2})${ZONE}$`,
  ),
  form(
    "2019年1月22日",
    String.raw`(?<y>\d{4})[年년] ?(?<mo>\d{1,2})[月월] ?(?<d>\d{1,2})[日일]${WEEKDAY_AFTER}${ENDS}`,
  ),
];

function form(example: string, pattern: string): DateForm {
  return { example, pattern: new RegExp(`^${pattern}`, "iu") };
}

/** A numeric date whose order its column determines, such as 1/2/2024. */
export interface OrderedDate {
  /** The three figures in the order of the text. */
  figures: [number, number, number];
  /** Whether the last figure is a year, since it has four digits. */
  hasYear: boolean;
  /** Time of day in seconds, less the zone's offset. */
  clock: number;
  /** Whether its digits are Thai: then two digits of a year are of the Buddhist era. */
  isThai?: true;
}

/** A date whose order its notation tells. */
export interface PlainDate {
  /** In seconds since 1970; NaN if it is invalid. */
  seconds: number;
  /** The same in Croatian; undefined if its month has no Croatian name. */
  croatian?: number;
  /** Whether it is Croatian: by its month's name, or by a point behind the year. */
  isCroatian?: boolean;
}

/** A year of a Croatian date, `7. listopada 2019.`; Polish and Czech write no point behind it. */
const YEAR_POINT = /\p{L}\.? \d{4}\./u;

const THAI_DIGIT = /[๐-๙]/;

/** Notation of the last date: most dates of a column have the same. */
let likely = DATE_FORMS[0];

/** Result for the last text: a cell is usually parsed twice, as evidence and as a value. */
let last: { text: string; result: ReturnType<typeof dateIn> } | undefined;

/** Parses a date; undefined if the text has no date notation. Seconds may be NaN. */
export function readDate(text: string): OrderedDate | PlainDate | undefined {
  if (last?.text !== text) last = { text, result: dateIn(text) };
  return last.result;
}

function dateIn(written: string): OrderedDate | PlainDate | undefined {
  if (written.length > 80) return undefined;
  const text = asciiDigits(written).replace(/[\u00a0\u202f]/g, " ");
  const parts = partsOf(text) ?? partsOf(turnedDate(text)) ?? partsOf(commonDate(text));
  if (!parts) return undefined;
  const clock = clockOf(parts);
  if (parts.a !== undefined) {
    const figures = [parts.a, parts.b, parts.c].map(Number) as OrderedDate["figures"];
    const isThai = THAI_DIGIT.test(written);
    return { figures, hasYear: parts.c.length === 4, clock, ...(isThai && { isThai }) };
  }
  const secondsIn = (month: number) => daySeconds(yearOf(parts.y), month, Number(parts.d)) + clock;
  if (parts.mon === undefined) return { seconds: secondsIn(Number(parts.mo)) };
  const [month, croatian] = [monthOf(parts.mon), croatianMonthOf(parts.mon)];
  return {
    seconds: secondsIn((month ?? croatian)!),
    ...(croatian !== undefined && {
      croatian: secondsIn(croatian),
      isCroatian: month === undefined || month !== croatian && YEAR_POINT.test(text),
    }),
  };
}

/** Returns the parts of a date in any notation, the likely one first. */
function partsOf(text: string | undefined): Record<string, string> | undefined {
  if (text === undefined) return undefined;
  const parts = partsIn(text, likely);
  if (parts) return parts;
  for (const candidate of DATE_FORMS) {
    const parts = candidate === likely ? undefined : partsIn(text, candidate);
    if (!parts) continue;
    likely = candidate;
    return parts;
  }
}

/** Matches a notation; undefined also if a word is not a month. */
function partsIn(text: string, { pattern }: DateForm): Record<string, string> | undefined {
  const parts = pattern.exec(text)?.groups;
  if (parts?.mon === undefined) return parts;
  return monthOf(parts.mon) ?? croatianMonthOf(parts.mon) ? parts : undefined;
}

/**
 * Returns the seconds of a date in an order; NaN if it is invalid or unknown, unless day and month
 * are equal.
 */
export function secondsInOrder(
  { figures: [a, b, c], hasYear, clock, isThai }: OrderedDate,
  order: DateOrder | null,
): number {
  if (hasYear && a === b) return daySeconds(c, a, b) + clock;
  if (order === null || hasYear && order === "ymd") return NaN;
  const digits = String(order === "ymd" ? a : c).padStart(hasYear ? 4 : 2, "0");
  const year = isThai ? thaiYear(digits) : yearOf(digits);
  const [day, month] = order === "dmy" ? [a, b] : order === "mdy" ? [b, a] : [c, b];
  return daySeconds(year, month, day) + clock;
}

/** Two-digit years are 1969 to 2068, as in POSIX. */
function yearOf(digits: string): number {
  const year = Number(digits.replace("'", ""));
  return digits.length > 3 ? year : year + (year < 69 ? 2000 : 1900);
}

function daySeconds(year: number, month: number, day: number): number {
  return secondsOf(1e4 * year + 100 * month + day, 0);
}

/** Returns seconds since midnight, less the zone's offset; NaN if the time is invalid. */
function clockOf(
  { h = "0", mi = "0", s = "0", f, part, half = part, zone }: Record<string, string>,
): number {
  const hour = half === undefined ? Number(h) : hourOfHalf(Number(h), half);
  if (hour > 24 || Number(mi) > 59 || Number(s) > 60) return NaN;
  const fraction = f ? Number(`0.${f}`) : 0;
  return hour * 3600 + Number(mi) * 60 + Number(s) + fraction - offset(zone);
}

const AFTER = new RegExp(`^(?:[pμم]|${AFTER_NOON})`, "iu");

function hourOfHalf(hour: number, half: string): number {
  if (hour < 1 || hour > 12) return NaN;
  return hour % 12 + (AFTER.test(half) ? 12 : 0);
}

/** Returns the offset of a zone, in seconds ahead of UTC. */
function offset(zone: string | undefined): number {
  const named = ZONES[zone?.toUpperCase() ?? ""];
  if (named !== undefined) return 3600 * named;
  const parts = /([+-])(\d{2}):?(\d{2})?$/.exec(zone ?? "");
  if (!parts) return 0;
  return (parts[1] === "-" ? -1 : 1) * (Number(parts[2]) * 3600 + Number(parts[3] ?? 0) * 60);
}

/** Returns the length of a number of digits alone that may be a date; 0 for any other text. */
export function compactLength(text: string): number {
  const isOne = COMPACT_LENGTHS.some((length) => length === text.length);
  return isOne && /^\d+$/.test(text) ? text.length : 0;
}

/** Parses a date of 8, 12 or 14 digits; NaN if it is not one. */
export function compactTime(digits: string): number {
  if (!/^(19|20)/.test(digits)) return NaN;
  return secondsOf(Number(digits.slice(0, 8)), Number(digits.slice(8).padEnd(6, "0")));
}

/** Converts an epoch to seconds; its magnitude determines its unit. */
export function epochSeconds(value: number): number {
  const size = Math.abs(value);
  if (size < 1e11) return value;
  return value / (size < 1e14 ? 1e3 : size < 1e17 ? 1e6 : 1e9);
}

/**
 * Returns seconds since 1970, or NaN. @param date `YYYYMMDD` as a number, also with a year of the
 * Buddhist era. @param clock `hhmmss` as a number.
 */
export function secondsOf(date: number, clock: number): number {
  const [mo, d] = [Math.floor(date / 100) % 100, date % 100];
  const y = commonYear(Math.floor(date / 1e4));
  const [h, mi, s] = [Math.floor(clock / 1e4), Math.floor(clock / 100) % 100, clock % 100];
  const day = Date.UTC(y, mo - 1, d);
  const inMonth = d > 0 && (d <= 28 || new Date(day).getUTCDate() === d);
  const real = y >= 100 && mo > 0 && mo <= 12 && inMonth;
  if (!real || h > 24 || mi > 59 || s > 60) return NaN;
  return day / 1000 + h * 3600 + mi * 60 + s;
}
