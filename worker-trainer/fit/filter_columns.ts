/** The columns of the content file as typed arrays, so that answers can be filtered by them. */
import { parseNumber, parseTime } from "../../functions/recommender/csv/values.ts";
import { fold } from "../../functions/recommender/model/folded_text.ts";
import type { Column, Manifest } from "../../functions/recommender/model/model.ts";
import { stringTable } from "../../functions/recommender/model/string_table.ts";
import type { FeatureColumn } from "../dataset/dataset.ts";
import { kindOf, pieces } from "./features.ts";

export interface FilterColumns {
  columns: Column[];
  manifest: Required<Pick<Manifest, "columns" | "unfilterable">>;
}

/** Different values that a column of texts or lists may have. */
const MOST_TERMS = 10_000;
/** Bytes of all columns together: an edge has little memory. */
const MOST_BYTES = 16 * 2 ** 20;
/** Share of the values that must be numbers, or dates, for a column to hold them; others are missing. */
const NEARLY_ALL = 0.95;

/**
 * Makes columns of numbers and dates to arrays, and texts and lists to codes of a dictionary, in the
 * order given, as long as there is room. A column is a list by the rule that content models split
 * it by; spellings that differ in case or accents alone are one term.
 *
 * @param raw each of one text an item, empty where there is none.
 */
export function filterColumns(raw: readonly FeatureColumn[], room = MOST_BYTES): FilterColumns {
  const columns: Column[] = [];
  const unfilterable: FilterColumns["manifest"]["unfilterable"] = [];
  let left = room;
  for (const column of raw) {
    const made = numberColumn(column) ?? termColumn(column);
    if ("reason" in made) {
      unfilterable.push(made);
      continue;
    }
    const bytes = bytesOf(made);
    if (bytes > left) {
      const reason = `It takes ${inMegabytes(bytes)}, and of the ${inMegabytes(room)} for all ` +
        `columns ${inMegabytes(left)} are left.`;
      unfilterable.push({ name: column.name, reason });
      continue;
    }
    left -= bytes;
    columns.push(made);
  }
  const described = columns.map(({ name, kind }) => ({ name, kind }));
  return { columns, manifest: { columns: described, unfilterable } };
}

/** The column as numbers, or else as dates; undefined where it holds neither. */
function numberColumn({ name, values }: FeatureColumn): Column | undefined {
  for (const [kind, parse] of [["number", parseNumber], ["date", parseTime]] as const) {
    let [read, unread] = [0, 0];
    const numbers = Float64Array.from(values, (value) => {
      const number = parse(value) ?? undefined;
      if (number === undefined) return NaN;
      if (Number.isFinite(number)) read++;
      else unread++;
      return Number.isFinite(number) ? number : NaN;
    });
    if (read > 0 && read >= NEARLY_ALL * (read + unread)) {
      const short = Float32Array.from(numbers);
      const exact = short.every((number, i) => Number.isNaN(number) || number === numbers[i]);
      return { name, kind, values: exact ? short : numbers };
    }
  }
}

function termColumn({ name, values }: FeatureColumn): Column | { name: string; reason: string } {
  const parts = kindOf(values) === "categories" ? pieces : (value: string) => value ? [value] : [];
  const codeOf = new Map<string, number>();
  const terms: string[] = [];
  const codes: number[] = [];
  const offsets = new Uint32Array(values.length + 1);
  values.forEach((value, i) => {
    const own = new Set<number>();
    for (const part of parts(value)) {
      const folded = fold(part);
      let code = codeOf.get(folded);
      if (code === undefined) {
        codeOf.set(folded, code = codeOf.size);
        // Terms beyond the limit are counted only.
        if (code < MOST_TERMS) terms.push(part);
      }
      own.add(code);
    }
    if (codeOf.size <= MOST_TERMS) { for (const code of own) codes.push(code); }
    offsets[i + 1] = codes.length;
  });
  if (terms.length === 0) return { name, reason: "It is empty." };
  if (codeOf.size > MOST_TERMS) {
    const reason = `It has ${codeOf.size} different values, and at most ${MOST_TERMS} can be kept.`;
    return { name, reason };
  }
  const kind = offsets.some((end, i) => i > 0 && end - offsets[i - 1] > 1) ? "list" : "text";
  return { name, kind, terms: stringTable(terms), offsets, codes: Uint16Array.from(codes) };
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
