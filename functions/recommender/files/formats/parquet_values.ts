/** Converts Parquet values to text without loss: timestamps to the last digit, decimals exactly. */
import type { ParquetParsers, SchemaElement } from "hyparquet";
import { cellText } from "./cell_text.ts";

/** Parsers of typed values for the library; JSON stays text. */
export const exactParsers: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (value: bigint) => moment(value, 3),
  timestampFromMicroseconds: (value: bigint) => moment(value, 6),
  timestampFromNanoseconds: (value: bigint) => moment(value, 9),
  dateFromDays: (days: number) => moment(BigInt(days) * 86_400n, 0).slice(0, 10),
  jsonFromBytes: (bytes: Uint8Array) => bytes && new TextDecoder().decode(bytes),
} as Partial<ParquetParsers>;

/** Maximum seconds of a `Date` before or after 1970. */
const LAST = 8_640_000_000_000n;

/** Formats an instant as ISO 8601 in UTC; one outside the range of `Date` as its number. */
function moment(value: bigint | number | null | undefined, decimals: number): string {
  if (value === null || value === undefined) return "";
  const unit = 10n ** BigInt(decimals);
  const units = BigInt(value);
  const part = ((units % unit) + unit) % unit;
  const seconds = (units - part) / unit;
  if (seconds > LAST || seconds < -LAST) return String(units);
  const fraction = part === 0n ? "" : `.${String(part).padStart(decimals, "0")}`;
  return new Date(Number(seconds) * 1000).toISOString().replace(".000Z", `${fraction}Z`);
}

/** How to format the values of a column, by its element of the schema. */
export type Formats = Map<SchemaElement, (value: unknown) => string>;

/**
 * Makes the library return decimals and times of day as plain integers, by changing `schema`;
 * returns how to format the values of each such column.
 */
export function formatsOf(schema: SchemaElement[]): Formats {
  const formats: Formats = new Map();
  for (const element of schema) {
    const format = formatOf(element);
    if (!format) continue;
    delete element.converted_type;
    delete element.logical_type;
    formats.set(element, format);
  }
  return formats;
}

function formatOf(
  { converted_type, logical_type, scale = 0, type }: SchemaElement,
): ((value: unknown) => string) | undefined {
  const isDecimal = converted_type === "DECIMAL" || logical_type?.type === "DECIMAL";
  if (isDecimal && type !== "BYTE_ARRAY") return (value) => decimalText(value, scale);
  const unit = logical_type?.type === "TIME"
    ? logical_type.unit
    : { TIME_MILLIS: "MILLIS", TIME_MICROS: "MICROS" }[converted_type as string];
  if (unit) return (value) => clockText(value, DECIMALS[unit as keyof typeof DECIMALS]);
}

/** Decimals of a second, by the unit of a time. */
const DECIMALS = { MILLIS: 3, MICROS: 6, NANOS: 9 };

/** Formats a time of day: `18:00:09.5`. */
function clockText(value: unknown, decimals: number): string {
  if (typeof value !== "bigint" && typeof value !== "number") return cellText(value);
  return moment(value, decimals).replace(/^.*T|Z$/g, "").replace(/(\.\d*?)0+$/, "$1");
}

function decimalText(value: unknown, scale: number): string {
  const whole = value instanceof Uint8Array
    ? BigInt.asIntN(8 * value.length, BigInt(`0x${value.toHex() || "0"}`))
    : typeof value === "bigint" || typeof value === "number"
    ? BigInt(value)
    : null;
  if (whole === null) return cellText(value);
  const digits = String(whole < 0n ? -whole : whole).padStart(scale + 1, "0");
  const sign = whole < 0n ? "-" : "";
  if (scale === 0) return sign + digits;
  const part = digits.slice(-scale).replace(/0+$/, "");
  return sign + digits.slice(0, -scale) + (part === "" ? "" : `.${part}`);
}

/** Returns the shortest decimal that rounds to this float32: 1.1, not 1.100000023841858. */
export function floatText(value: unknown): string {
  if (typeof value !== "number" || !Number.isFinite(value)) return cellText(value);
  for (let digits = 6; digits < 9; digits++) {
    const near = Number(value.toPrecision(digits));
    if (Math.fround(near) === value) return String(near);
  }
  return String(value);
}
