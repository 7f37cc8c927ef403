/** Words that stand for nothing in exports of databases and data frames. */
const blanks = /^(|null|none|nan|na|n\/a|\\n|-)$/i;
const plain = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** An id, a title, a feature: text always (`00123` stays), without the white space around it. */
export function parseText(cell: string): string {
  return cell.trim();
}

/**
 * A number: null where the cell is blank, NaN where it is none. The decimal sign is a point or a
 * comma. Of both, the later is the decimal sign; a comma or point that comes several times groups
 * thousands: `1.234,5` and `1,234.5` are 1234.5, `3,5` is 3.5, `1,234,567` is a million and more.
 */
export function parseNumber(cell: string): number | null {
  const text = cell.trim();
  if (plain.test(text)) return Number(text);
  if (blanks.test(text)) return null;
  const comma = text.lastIndexOf(",");
  const point = text.lastIndexOf(".");
  const decimal = comma > point ? "," : ".";
  const group = decimal === "," ? "." : ",";
  if (text.split(decimal).length > 2) {
    const groupsOnly = text.includes(group) ? NaN : grouped(text, decimal);
    return groupsOnly;
  }
  const [whole, part] = text.split(decimal);
  const tail = part === undefined ? "" : `.${part}`;
  if (!whole.includes(group)) return plain.test(whole + tail) ? Number(whole + tail) : NaN;
  const head = grouped(whole, group);
  return isNaN(head) || !/^(\.\d*)?$/.test(tail) ? NaN : Number(whole.split(group).join("") + tail);
}

function grouped(text: string, group: string): number {
  const [first, ...rest] = text.split(group);
  const fits = /^[+-]?\d{1,3}$/.test(first) && rest.every((part) => /^\d{3}$/.test(part));
  return fits ? Number(first + rest.join("")) : NaN;
}

/**
 * A moment in seconds since 1970: null where the cell is blank, NaN where it is none. Numbers are
 * epochs, in seconds, milliseconds, microseconds or nanoseconds by their size (11, 14 and 17 digits
 * bound them: seconds reach the year 5138), but eight digits that make a date are one. Dates are
 * `YYYY-MM-DD`, also with `/`, or `DD.MM.YYYY`, with a time of day after `T` or a blank or none, in
 * UTC where no zone is given. `1/2/2024` is two dates, so it is none.
 */
export function parseTime(cell: string): number | null {
  const text = cell.trim();
  if (plain.test(text)) {
    const compact = /^(19|20)\d{6}$/.test(text) ? moment(text, compactDate) : NaN;
    return isNaN(compact) ? epochSeconds(Number(text)) : compact;
  }
  if (blanks.test(text)) return null;
  const iso = moment(text, isoDate);
  return isNaN(iso) ? moment(text, dottedDate) : iso;
}

const clock = String
  .raw`(?:(?:T| +)(?<h>\d{1,2}):(?<mi>\d{2})(?::(?<s>\d{2})(?:[.,](?<f>\d{1,9}))?)?)?`;
const zone = String.raw` ?(?<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?`;
const isoDate = new RegExp(
  String.raw`^(?<y>\d{4})([-/])(?<mo>\d{1,2})\2(?<d>\d{1,2})${clock}${zone}$`,
  "i",
);
const dottedDate = new RegExp(
  String.raw`^(?<d>\d{1,2})\.(?<mo>\d{1,2})\.(?<y>\d{4})${clock}${zone}$`,
  "i",
);
const compactDate = /^(?<y>\d{4})(?<mo>\d{2})(?<d>\d{2})$/;

/** An epoch in seconds, whatever its unit, which its size tells. */
export function epochSeconds(value: number): number {
  const size = Math.abs(value);
  if (size < 1e11) return value;
  return value / (size < 1e14 ? 1e3 : size < 1e17 ? 1e6 : 1e9);
}

function moment(text: string, pattern: RegExp): number {
  const parts = pattern.exec(text)?.groups;
  if (!parts) return NaN;
  const [date, clock] = [[parts.y, parts.mo, parts.d], [parts.h, parts.mi, parts.s]]
    .map((three) => three.reduce((digits, two) => 100 * digits + Number(two ?? 0), 0));
  const fraction = parts.f ? Number(`0.${parts.f}`) : 0;
  return secondsOf(date, clock) + fraction - offset(parts.zone);
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

/** Seconds that a zone is ahead of UTC. */
function offset(zone: string | undefined): number {
  const parts = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone ?? "");
  if (!parts) return 0;
  return (parts[1] === "-" ? -1 : 1) * (Number(parts[2]) * 3600 + Number(parts[3] ?? 0) * 60);
}
