/** Parses columns of numbers and of dates in the format that all of their values show. */
import type { ColumnChoices } from "./decimal_comma.ts";
import { NumberEvidence } from "../values/number_evidence.ts";
import { type NumberForm, parseNumber } from "../values/numbers.ts";
import { TimeEvidence } from "../values/time_evidence.ts";
import { parseTime } from "../values/times.ts";

/** Minimum fraction of values that must be numbers, or dates; the others become missing. */
const NEARLY_ALL = 0.95;

/** Returns the values as numbers, NaN if missing; undefined if too many are not numbers. */
export function columnNumbers(
  values: readonly string[],
  choices: ColumnChoices = {},
): Float64Array<ArrayBuffer> | undefined {
  const form = formOf(values, choices);
  return form && parseAll(values, (value) => parseNumber(value, form));
}

/** Returns the format of a column of numbers; undefined if too many values are not numbers. */
export function numberFormOf(
  values: readonly string[],
  choices: ColumnChoices = {},
): NumberForm | undefined {
  const form = formOf(values, choices);
  if (!form || !parseAll(values, (value) => parseNumber(value, form))) return undefined;
  const { decimal, unit, isAccounting } = form;
  return { decimal, unit, isAccounting };
}

/** Returns the number format that the values show; undefined if they are codes. */
function formOf(
  values: readonly string[],
  { decimal_sign, isDecimalComma }: ColumnChoices,
): NumberForm | undefined {
  const evidence = new NumberEvidence();
  for (const value of values) evidence.add(value);
  const form = evidence.decide(decimal_sign, isDecimalComma);
  return form.isCode ? undefined : form;
}

/**
 * Returns the values in seconds since 1970, NaN if missing; undefined if too many are not dates,
 * and "open" if they are dates whose day and month cannot be distinguished.
 */
export function columnTimes(
  values: readonly string[],
  { date_order }: ColumnChoices = {},
): Float64Array<ArrayBuffer> | "open" | undefined {
  const evidence = new TimeEvidence();
  for (const value of values) evidence.add(value);
  const form = evidence.decide(date_order);
  const times = parseAll(values, (value) => parseTime(value, form));
  if (times || !form.open) return times;
  return parseAll(values, (value) => parseTime(value, { ...form, order: "dmy" })) && "open";
}

function parseAll(
  values: readonly string[],
  parse: (text: string) => number | null,
): Float64Array<ArrayBuffer> | undefined {
  const numbers = new Float64Array(values.length).fill(NaN);
  let [read, unread] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const number = parse(values[i]);
    if (number === null) continue;
    if (Number.isFinite(number)) {
      numbers[i] = number;
      read++;
    } else if (++unread > (1 - NEARLY_ALL) * values.length) return undefined;
  }
  return read > 0 && read >= NEARLY_ALL * (read + unread) ? numbers : undefined;
}
