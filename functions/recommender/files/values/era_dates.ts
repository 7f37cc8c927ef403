/** Dates whose year counts from an era: the Buddhist one in Thailand, those of emperors in Japan. */

/** Years by which the Buddhist era, in Thailand, is ahead of the common one. */
const BUDDHIST = 543;
/** Years that only the Buddhist era has in this century and the one before. */
const [FIRST_BUDDHIST, LAST_BUDDHIST] = [1900 + BUDDHIST, 2099 + BUDDHIST];

/** Returns the year of the common era: 2562 of the Buddhist one is 2019. */
export function commonYear(year: number): number {
  return year >= FIRST_BUDDHIST && year <= LAST_BUDDHIST ? year - BUDDHIST : year;
}

/**
 * Returns the year of the common era of a Thai date. Two digits from 43 on are of the Buddhist era,
 * which counts 2543 in the year 2000; fewer are of the common one.
 */
export function thaiYear(digits: string): number {
  const year = Number(digits);
  if (digits.length > 2) return commonYear(year);
  return year >= 2000 + BUDDHIST - 2500 ? 2500 + year - BUDDHIST : 2000 + year;
}

/** The months in Thai, in full and abbreviated. */
export const THAI_MONTHS =
  "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม"
    .split(" ");
export const THAI_ABBREVIATIONS = "ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค."
  .split(" ");

/** A weekday, day, month, era and year, and the time of day with its words. */
const THAI =
  /^(?:วัน)?[\p{L}\p{M}.]{0,12}?(?:ที่)? ?(\d{1,2})[ -]([ก-๙.]{4,10}?)[ -]*(?:พ\.ศ\.|ค\.ศ\.)? ?(\d{4}|\d{2})(?:,? (?:เวลา )?(\d.*?)(?: ?น\.)?)?$/u;

/** Emperors' eras with their sign, and the year before their first. */
export const ERAS: Record<string, [sign: string, before: number]> = {
  令和: ["R", 2018],
  平成: ["H", 1988],
  昭和: ["S", 1925],
};
const BEFORE = new Map(
  Object.entries(ERAS).flatMap(([name, [sign, before]]) =>
    [[name, before], [sign, before]] as [string, number][]
  ),
);
const JAPANESE = new RegExp(
  `^(${Object.keys(ERAS).join("|")}) ?(\\d{1,2}|元)年 ?(\\d{1,2})月 ?(\\d{1,2})日(.*)$`,
  "u",
);
const SHORT = /^([RHS])(\d{1,2})([./-]|年)(\d{1,2})(?:\3|月)(\d{1,2})日?((?: .*)?)$/u;

/**
 * Returns a date of such an era as one of the common era, in a notation that needs no column to be
 * read; undefined if it is none. Digits must be ASCII.
 */
export function commonDate(text: string): string | undefined {
  return thaiDate(text) ?? japaneseDate(text);
}

function thaiDate(text: string): string | undefined {
  const [, day, name, year, clock] = THAI.exec(text) ?? [];
  if (day === undefined) return undefined;
  const month = 1 + Math.max(THAI_MONTHS.indexOf(name), THAI_ABBREVIATIONS.indexOf(name));
  if (month === 0) return undefined;
  return `${thaiYear(year)}-${month}-${day}${clock === undefined ? "" : ` ${clock}`}`;
}

function japaneseDate(text: string): string | undefined {
  const [, era, year, month, day, rest] = JAPANESE.exec(text.normalize("NFKC")) ??
    SHORT.exec(text)?.filter((_, i) => i !== 3) ?? [];
  if (era === undefined) return undefined;
  const common = BEFORE.get(era)! + (year === "元" ? 1 : Number(year));
  return `${common}年${month}月${day}日${rest}`;
}
