/** Numbers as people write them, read by the form that the column's cells show together. */
import { isBlank } from "./blank_words.ts";
import { unitAfter, unitBefore } from "./units.ts";

/** How a column writes its numbers. */
export interface NumberForm {
  /** The decimal sign; the other of the two groups thousands. Null where each cell is read alone. */
  decimal: DecimalSign | null;
  /** The unit that its numbers may have, by name; null where none may. */
  unit: string | null;
}

/** Decimal signs, as a mapping chooses them. */
export const decimalSigns = [".", ","] as const;
export type DecimalSign = typeof decimalSigns[number];

/** Each cell is read alone, and has no unit. */
export const PLAIN_NUMBERS: NumberForm = { decimal: null, unit: null };

const plain = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Returns a number: null where the cell is blank, NaN where it is none. The column's form says which
 * of point and comma is the decimal sign; what does not fit it, and a cell read alone, goes by itself:
 * of both the later is the decimal sign, one that comes several times groups thousands: `1.234,5` and
 * `1,234.5` are 1234.5, `3,5` is 3.5, `1,234,567` is a million and more. Blanks and apostrophes group
 * thousands, parentheses are a minus.
 */
export function parseNumber(cell: string, form: NumberForm = PLAIN_NUMBERS): number | null {
  const text = cell.trim();
  if (plain.test(text) && (form.decimal !== "," || !text.includes("."))) return Number(text);
  if (isBlank(text)) return null;
  const parts = partsOf(text);
  if (!parts || parts.unit !== null && parts.unit !== form.unit) return NaN;
  const value = valueOf(parts.body, form.decimal);
  return parts.isNegative ? -value : value;
}

/** A cell taken apart. */
export interface NumberParts {
  isNegative: boolean;
  /** Digits and signs between them. */
  body: string;
  /** The unit's name. */
  unit: string | null;
}

const BLANK = " \u00a0\u2009\u202f";
const PARTS = new RegExp(
  String.raw`^([+−-])?\s*([^\d\s.,()+−-][^\d\s,()+−-]*)?\s*([+−-])?\s*` +
    String.raw`(\d[\d.,'’${BLANK}]*(?:e[+-]?\d+)?|[.,]\d+(?:e[+-]?\d+)?)\s*(\D.*)?$`,
  "i",
);

/** The parts of the last text: a cell is evidence first, and read then. */
let last: { text: string; parts: NumberParts | undefined } | undefined;

/** Takes a cell without white space around it apart; undefined where it is no number. */
export function partsOf(text: string): NumberParts | undefined {
  if (last?.text !== text) last = { text, parts: takenApart(text) };
  return last.parts;
}

function takenApart(text: string): NumberParts | undefined {
  const inside = text.startsWith("(") && text.endsWith(")") ? text.slice(1, -1).trim() : undefined;
  const found = PARTS.exec(inside ?? text);
  if (!found) return undefined;
  const [, first, before, second, body, after] = found;
  if (first && second) return undefined;
  const names = [
    ...(before === undefined ? [] : [unitBefore(before)]),
    ...(after === undefined ? [] : [unitAfter(after.trim())]),
  ];
  if (names.length > 1 || names.length === 1 && names[0] === undefined) return undefined;
  const sign = first ?? second;
  const isNegative = inside !== undefined || sign === "-" || sign === "−";
  return { isNegative, body: body.trim(), unit: names[0] ?? null };
}

const POINT_GROUPS = /^\d{1,3}(\.\d{3})+(,\d*)?$/;
/** Lakhs and crores: `12,34,567`. */
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

/** The number that a body is by itself. */
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

/** What a number's signs tell of its column; `small` and `large` are digits alone, below 1,000 or not. */
export type NumberShape =
  | "small"
  | "large"
  /** Which sign is the decimal one. */
  | "decimal ."
  | "decimal ,"
  /** `1.234` and `1,234`, which may be a thousand and more, or a little more than one. */
  | "open ."
  | "open ,"
  | "none";

/** Returns what a number's body tells. */
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
