/** Date, time to the second, its decimals, and the sign, hours and minutes of the zone. */
const ISO =
  /^([1-9]\d{3})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(?:Z|([+-])(\d\d):?(\d\d))?)?$/;

/**
 * Returns a time in seconds since 1970: a number unchanged, or a date in ISO 8601, in UTC if it
 * names no zone. NaN if it is missing or neither.
 */
export function secondsOf(time: number | string | null | undefined): number {
  if (typeof time === "number") return time;
  const found = typeof time === "string" && ISO.exec(time);
  if (!found) return NaN;
  const [year, month, day, hour, minute, second] = found.slice(1, 7)
    .map((digits) => Number(digits ?? 0));
  if (month < 1 || month > 12 || day < 1 || day > 31) return NaN;
  if (hour > 23 || minute > 59 || second > 59) return NaN;
  const decimals = Number(found[7] ?? 0);
  const offset = 3600 * Number(found[9] ?? 0) + 60 * Number(found[10] ?? 0);
  const utc = Date.UTC(year, month - 1, day, hour, minute, second) / 1000 + decimals;
  return found[8] === "-" ? utc + offset : utc - offset;
}
