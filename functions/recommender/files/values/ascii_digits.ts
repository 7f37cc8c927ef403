/** Digits of other scripts, as people in Cairo, Tehran, Delhi, Bangkok and Tokyo write them. */

/** Code points of the zeros: Arabic, Persian, Devanagari, Bengali, Thai, full width. */
const ZEROS = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xff10];
const DIGIT = /[٠-٩۰-۹०-९০-৯๐-๙０-９]/gu;
const SIGNS: Record<string, string> = {
  "٫": ".",
  "٬": ",",
  "．": ".",
  "，": ",",
  "،": ",",
  "／": "/",
  "：": ":",
  "－": "-",
};
const SIGN = new RegExp(`[${Object.keys(SIGNS).join("")}]`, "gu");
/** Marks of the direction of writing, which are not shown. */
const MARKS = /[\u200e\u200f\u061c\u2066-\u2069]/gu;

/** Returns a number or time with ASCII digits and signs; a text without such digits is unchanged. */
export function asciiDigits(text: string): string {
  if (text.search(DIGIT) < 0) return text;
  return text
    .replace(MARKS, "")
    .replace(DIGIT, (digit) => {
      const code = digit.codePointAt(0)!;
      return String(code - ZEROS.findLast((zero) => zero <= code)!);
    })
    .replace(SIGN, (sign) => SIGNS[sign]);
}
