/** Columns of the content file as typed arrays, for filters on recommendations. */
import {
  columnNumbers,
  columnTimes,
} from "../../functions/recommender/files/columns/column_numbers.ts";
import {
  listFormOf,
  type ListReader,
} from "../../functions/recommender/files/values/list_forms.ts";
import { fold } from "../../functions/recommender/model/folded_text.ts";
import type { Column, Manifest } from "../../functions/recommender/model/model.ts";
import { stringTable } from "../../functions/recommender/model/string_table.ts";
import type { FeatureColumn } from "../dataset/dataset.ts";
import { fieldKind } from "./features.ts";

export interface FilterColumns {
  columns: Column[];
  manifest: Required<Pick<Manifest, "columns" | "unfilterable">>;
}

/** Maximum number of distinct values of a column of texts or lists. */
const MOST_TERMS = 10_000;
/** Maximum bytes of all columns together, because edge runtimes have little memory. */
const MOST_BYTES = 16 * 2 ** 20;

/**
 * Converts columns of numbers and dates to arrays, and texts and lists to dictionary codes, in
 * their order, as long as they fit. Whether a column is a list is decided as in content models;
 * spellings that differ only in case or accents are one term.
 *
 * @param raw columns with a text for each item, empty if missing.
 */
export function filterColumns(raw: readonly FeatureColumn[], room = MOST_BYTES): FilterColumns {
  const columns: Column[] = [];
  const unfilterable: FilterColumns["manifest"]["unfilterable"] = [];
  let left = room;
  for (const column of raw) {
    const result = numberColumn(column) ?? termColumn(column);
    if ("reason" in result) {
      unfilterable.push(result);
      continue;
    }
    const bytes = bytesOf(result);
    if (bytes > left) {
      const reason = `It takes ${inMegabytes(bytes)}, but of the ${inMegabytes(room)} for all ` +
        `columns ${inMegabytes(left)} are left.`;
      unfilterable.push({ name: column.name, reason });
      continue;
    }
    left -= bytes;
    columns.push(result);
  }
  const described = columns.map(({ name, kind }) => ({ name, kind }));
  return { columns, manifest: { columns: described, unfilterable } };
}

/** Returns the column as numbers or dates, or why it cannot be; undefined if it holds neither. */
function numberColumn(
  { name, values, choices }: FeatureColumn,
): Column | { name: string; reason: string } | undefined {
  const found = columnNumbers(values, choices);
  const times = found ? undefined : columnTimes(values, choices);
  if (times === "open") {
    const reason =
      "It is not clear whether the day or the month comes first in its dates: choose it in the " +
      "mapping, by date_order.";
    return { name, reason };
  }
  const numbers = found ?? times;
  if (!numbers) return undefined;
  const short = Float32Array.from(numbers);
  const exact = short.every((number, i) => Number.isNaN(number) || number === numbers[i]);
  return { name, kind: found ? "number" : "date", values: exact ? short : numbers };
}

function termColumn({ name, values }: FeatureColumn): Column | { name: string; reason: string } {
  const tooMany = {
    name,
    reason: `It has more than ${MOST_TERMS} different values, which is the limit.`,
  };
  const { read } = listFormOf(values);
  if (hasTooManyTexts(values, read)) return tooMany;
  const parts = fieldKind(values) === "categories" ? read : (value: string) => value ? [value] : [];
  const dictionary = new Dictionary();
  const codes: number[] = [];
  const offsets = new Uint32Array(values.length + 1);
  for (let i = 0; i < values.length; i++) {
    for (const part of parts(values[i])) {
      const code = dictionary.codeOf(part);
      if (codes.indexOf(code, offsets[i]) < 0) codes.push(code);
    }
    if (dictionary.terms.length > MOST_TERMS) return tooMany;
    offsets[i + 1] = codes.length;
  }
  const { terms } = dictionary;
  if (terms.length === 0) return { name, reason: "It is empty." };
  const kind = offsets.some((end, i) => i > 0 && end - offsets[i - 1] > 1) ? "list" : "text";
  return { name, kind, terms: stringTable(terms), offsets, codes: Uint16Array.from(codes) };
}

/** Returns whether there are too many distinct texts other than lists: an early exit for titles. */
function hasTooManyTexts(values: readonly string[], read: ListReader): boolean {
  const dictionary = new Dictionary();
  for (const value of values) {
    if (read(value)[0] === value) dictionary.codeOf(value);
    if (dictionary.terms.length > MOST_TERMS) return true;
  }
  return false;
}

/** Assigns codes to terms in the order of appearance; case and accents are ignored. */
class Dictionary {
  /** In their first spelling. */
  readonly terms: string[] = [];
  #bySpelling = new Map<string, number>();
  #byFolded = new Map<string, number>();

  codeOf(term: string): number {
    let code = this.#bySpelling.get(term);
    if (code !== undefined) return code;
    const folded = fold(term);
    code = this.#byFolded.get(folded);
    if (code === undefined) {
      this.#byFolded.set(folded, code = this.terms.length);
      this.terms.push(term);
    }
    this.#bySpelling.set(term, code);
    return code;
  }
}

function bytesOf(column: Column): number {
  if ("values" in column) return column.values.byteLength;
  const { terms, offsets, codes } = column;
  return [terms.bytes, terms.offsets, terms.order, offsets, codes]
    .reduce((sum, array) => sum + array.byteLength, 0);
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}
