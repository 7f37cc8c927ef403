/** Parses numbers in human notations, in the format that the column's cells show together. */
import { asciiDigits } from "./ascii_digits.ts";
import { isBlank } from "./blank_words.ts";
import { MULTIPLIED, multiplierOf, unitAfter, unitBefore } from "./units.ts";

/** Number format of a column. */
export interface NumberForm {
  /** Decimal sign; the other sign groups thousands. Null if each cell is parsed individually. */
  decimal: DecimalSign | null;
  /** Name of the unit that its numbers may have; null if none. */
  unit: string | null;
  /** Whether numbers in parentheses are negative; otherwise they are no numbers. */
  isAccounting: boolean;
}

/** Decimal signs that a mapping can choose. */
export const decimalSigns = [".", ","] as const;
export type DecimalSign = typeof decimalSigns[number];

/** Parses each cell individually, without a unit. */
export const PLAIN_NUMBERS: NumberForm = { decimal: null, unit: null, isAccounting: false };

const plain = /^[+-]?(\d+(?:\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Parses a number; returns null if the cell is blank, NaN if it is not a number. The column's form
 * determines the decimal sign. Numbers that do not fit it, and cells without a form, are parsed
 * individually: if point and comma occur, the later one is the decimal sign, and a repeated sign
 * groups thousands, so `1.234,5` and `1,234.5` are 1234.5, `3,5` is 3.5, `1,234,567` is over a
 * million. Spaces and apostrophes group thousands.
 */
export function parseNumber(cell: string, form: NumberForm = PLAIN_NUMBERS): number | null {
  const text = cell.trim();
  if (plain.test(text) && (form.decimal !== "," || !text.includes("."))) return Number(text);
  if (isBlank(text)) return null;
  const parts = partsOf(text);
  if (!parts || parts.unit !== null && parts.unit !== form.unit) return NaN;
  if (parts.isInParentheses && !form.isAccounting) return NaN;
  const value = valueOf(parts.body, form.decimal);
  const whole = parts.power === 0 ? value : Number(`${value}e${parts.power}`);
  return parts.isNegative ? -whole : whole;
}

/** The components of a number. */
export interface NumberParts {
  isNegative: boolean;
  /** As negative amounts and years are written. */
  isInParentheses: boolean;
  /** Digits and separators. */
  body: string;
  /** Power of ten that the number is multiplied by. */
  power: number;
  /** Name of the unit. */
  unit: string | null;
}

const BLANK = " \u00a0\u2009\u202f";
/** Maximum length of a number with its unit: the pattern takes cubic time on blanks. */
const LONGEST_NUMBER = 64;
const PARTS = new RegExp(
  String.raw`^([+−-])?\s*([^\d\s.,()+−-][^\d\s,()+−-]*)?\s*([+−-])?\s*` +
    String.raw`(\d[\d.,'’${BLANK}]*(?:e[+-]?\d+)?|[.,]\d+(?:e[+-]?\d+)?)\s*(\D.*)?$`,
  "i",
);

/** Result for the last text: a cell is usually parsed twice, as evidence and as a value. */
let last: { text: string; parts: NumberParts | undefined } | undefined;

/** Splits a trimmed cell into components; undefined if it is not a number. */
export function partsOf(text: string): NumberParts | undefined {
  if (text.length > LONGEST_NUMBER) return undefined;
  if (last?.text !== text) last = { text, parts: takenApart(text) };
  return last.parts;
}

/** The sign for no cents, as in `99.–` and `5,-`. */
const NO_CENTS = /(?<=\d)[.,][-–—]{1,2}(?=\s|$)/;

function takenApart(written: string): NumberParts | undefined {
  const text = asciiDigits(written).replace(NO_CENTS, "");
  const inside = text.startsWith("(") && text.endsWith(")") ? text.slice(1, -1).trim() : undefined;
  const found = PARTS.exec(inside ?? text);
  if (!found) return undefined;
  const [, first, before, second, body, after] = found;
  if (first && second) return undefined;
  const { power, rest } = multiplierOf(after?.trim() ?? "");
  const names = [
    ...(before === undefined ? [] : [unitBefore(before)]),
    ...(rest === "" ? [] : [unitAfter(rest)]),
  ];
  if (names.length > 1 || names.length === 1 && names[0] === undefined) return undefined;
  const sign = first ?? second;
  const isInParentheses = inside !== undefined;
  const isNegative = isInParentheses || sign === "-" || sign === "−";
  return {
    isNegative,
    isInParentheses,
    body: body.trim(),
    power,
    unit: names[0] ?? (power > 0 ? MULTIPLIED : null),
  };
}

const POINT_GROUPS = /^\d{1,3}(\.\d{3})+(,\d*)?$/;
/** Indian grouping (lakh and crore): `12,34,567`. */
const INDIAN_GROUPS = /^\d{1,2}(,\d{2})+,\d{3}(\.\d*)?$/;
const COMMA_GROUPS = /^\d{1,3}((,\d{3})+|(,\d{2})+,\d{3})(\.\d*)?$/;
const SPACED = new RegExp(String.raw`^\d{1,3}(?:(['’${BLANK}])\d{3})(?:\1\d{3})*(?:[.,]\d*)?$`);
const SPACES = new RegExp(`['’${BLANK}]`, "g");

function valueOf(body: string, decimal: DecimalSign | null): number {
  if (SPACED.test(body)) return Number(body.replace(SPACES, "").replace(",", "."));
  if (decimal === "." && COMMA_GROUPS.test(body)) return Number(body.replaceAll(",", ""));
  if (decimal === "," && POINT_GROUPS.test(body)) {
    return Number(body.replaceAll(".", "").replace(",", "."));
  }
  return aloneOf(body);
}

/** Parses a body individually. */
function aloneOf(text: string): number {
  if (INDIAN_GROUPS.test(text)) return Number(text.replaceAll(",", ""));
  const comma = text.lastIndexOf(",");
  const point = text.lastIndexOf(".");
  const decimal = comma > point ? "," : ".";
  const group = decimal === "," ? "." : ",";
  if (text.split(decimal).length > 2) return text.includes(group) ? NaN : grouped(text, decimal);
  const [whole, part] = text.split(decimal);
  const tail = part === undefined ? "" : `.${part}`;
  if (!whole.includes(group)) return plain.test(whole + tail) ? Number(whole + tail) : NaN;
  const head = grouped(whole, group);
  return isNaN(head) || !/^(\.\d*)?$/.test(tail) ? NaN : Number(whole.split(group).join("") + tail);
}

function grouped(text: string, group: string): number {
  const [first, ...rest] = text.split(group);
  const fits = /^\d{1,3}$/.test(first) && rest.every((part) => /^\d{3}$/.test(part));
  return fits ? Number(first + rest.join("")) : NaN;
}

/** Separators of a number; `small` and `large` have digits only, below 1,000 or not. */
export type NumberShape =
  | "small"
  | "large"
  /** The decimal sign is unambiguous. */
  | "decimal ."
  | "decimal ,"
  /** Ambiguous: `1.234` and `1,234` may be over a thousand or just over one. */
  | "open ."
  | "open ,"
  | "none";

/** Returns the shape of a number's body. */
export function shapeOf(body: string): NumberShape {
  if (/^\d+$/.test(body)) return body.length <= 3 ? "small" : "large";
  if (SPACED.test(body)) {
    return body.includes(".") ? "decimal ." : body.includes(",") ? "decimal ," : "none";
  }
  const point = body.includes(".");
  const comma = body.includes(",");
  if (point && comma) {
    return COMMA_GROUPS.test(body) ? "decimal ." : POINT_GROUPS.test(body) ? "decimal ," : "none";
  }
  if (/^[1-9]\d{0,2}[.,]\d{3}$/.test(body)) return point ? "open ." : "open ,";
  if (point && POINT_GROUPS.test(body) && !body.startsWith("0")) return "decimal ,";
  if (comma && COMMA_GROUPS.test(body) && !body.startsWith("0")) return "decimal .";
  return Number.isNaN(aloneOf(body)) ? "none" : point ? "decimal ." : comma ? "decimal ," : "none";
}
