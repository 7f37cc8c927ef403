/** Terms of the texts of a catalogue: the first step of content models. */
import { isBlank } from "../../functions/recommender/files/values/blank_words.ts";
import { columnNumbers } from "../../functions/recommender/files/columns/column_numbers.ts";
import { listFormOf } from "../../functions/recommender/files/values/list_forms.ts";
import { withoutMarks } from "../../functions/recommender/text/marks.ts";
import type { Choices } from "../../functions/recommender/files/mapping.ts";
import type { Catalogue, FeatureColumn } from "../dataset/dataset.ts";

/** How the text of a column is split into terms. */
export type FieldKind = "title" | "categories" | "number" | "text";

/** A field as terms by item; terms may repeat. */
export interface Field {
  name: string;
  kind: FieldKind;
  terms: string[][];
}

/**
 * Returns the fields of a catalogue: its titles, then its feature columns in their order. Columns
 * of 0 and 1 are one field, in the place of the first, whose terms are the columns that say 1.
 */
export function fieldsOf({ ids, titles, features }: Catalogue): Field[] {
  // A title that only repeats the id carries no information.
  const names = titles.map((title, i) => title === ids[i] ? "" : title);
  return [
    { name: "title", kind: "title" as const, terms: names.map(words) },
    ...grouped(features).map((columns) => {
      const [column] = columns;
      if (isFlag(column.values)) return flagField(columns, ids.length);
      const kind = fieldKind(column.values, column.choices);
      return { name: column.name, kind, terms: termsOf(column, kind) };
    }),
  ];
}

/** Returns the names of the fields that `fields` returns. */
export function fieldNames({ features }: Pick<Catalogue, "features">): string[] {
  return ["title", ...grouped(features).map(namesOf)];
}

/** Groups the feature columns by field: flags together, each other column alone. */
function grouped(features: FeatureColumn[]): FeatureColumn[][] {
  const flags = features.filter(({ values }) => isFlag(values));
  return features.filter((column) => column === flags[0] || !flags.includes(column))
    .map((column) => column === flags[0] ? flags : [column]);
}

function flagField(flags: FeatureColumn[], items: number): Field {
  const terms = Array.from(
    { length: items },
    (_, i) => flags.filter(({ values }) => YES.test(values[i])).map(({ name }) => name),
  );
  return { name: namesOf(flags), kind: "categories", terms };
}

function namesOf(columns: FeatureColumn[]): string {
  return columns.map(({ name }) => name).join(", ");
}

const YES = /^\s*(1|true)\s*$/i;
const YES_OR_NO = /^\s*([01]|true|false)?\s*$/i;

/** Returns whether a column is a flag: 0 and 1, or true and false. */
function isFlag(values: readonly string[]): boolean {
  return values.every((value) => YES_OR_NO.test(value)) && values.some((value) => YES.test(value));
}

/**
 * Returns the kind of a column: number if nearly all of its values are numbers, with many different
 * ones; categories if its values are lists in brackets, or have short members that mostly recur;
 * else text.
 */
export function fieldKind(values: readonly string[], choices?: Choices): FieldKind {
  const given = values.filter((value) => value.trim() !== "");
  if (given.length === 0) return "text";
  const numbers = columnNumbers(given, choices)?.filter(Number.isFinite);
  if (numbers && new Set(numbers).size > BINS) return "number";
  const { read, isNotation } = numbers ? WHOLE : listFormOf(given);
  if (isNotation) return "categories";
  const all = given.flatMap(read).map((member) => member.toLowerCase());
  const short = all.filter((piece) => words(piece).length <= 4);
  const different = new Set(all).size;
  const recur = different <= all.length / 2 || given.some((value) => value.includes("|"));
  return short.length >= 0.9 * all.length && recur ? "categories" : "text";
}

/** Reads numbers: each is one member, as the comma of `1,000+` separates none. */
const WHOLE = {
  read: (value: string) => isBlank(value.trim()) ? [] : [value.trim()],
  isNotation: false,
};

function termsOf({ values, choices }: FeatureColumn, kind: FieldKind): string[][] {
  if (kind === "number") return binned(columnNumbers(values, choices)!);
  if (kind === "categories") {
    const { read } = columnNumbers(values, choices) ? WHOLE : listFormOf(values);
    return values.map((value) => read(value).map((member) => member.toLowerCase()));
  }
  return values.map((value) => {
    const single = words(value);
    return [...single, ...single.slice(1).map((word, w) => `${single[w]} ${word}`)];
  });
}

/** Returns the words of a text: runs of letters and digits, in lower case, without accents. */
export function words(text: string): string[] {
  return withoutMarks(text).toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

const BINS = 10;

/**
 * Returns for each number the two of ten overlapping bins of equal population that it falls into,
 * so that close values share at least one.
 */
function binned(values: Float64Array): string[][] {
  const numbers = Array.from(values);
  const sorted = Float64Array.from(numbers.filter(Number.isFinite)).sort();
  const edges = Array.from(
    { length: BINS - 1 },
    (_, b) => sorted[Math.floor((b + 1) * sorted.length / BINS)],
  );
  return numbers.map((number) => {
    if (!Number.isFinite(number)) return [];
    const bin = edges.filter((edge) => number >= edge).length;
    return [`bin ${bin}`, `bin ${bin + 1}`];
  });
}
