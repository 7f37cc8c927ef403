/** Terms of the texts of a catalogue: the first step of content models. */
import { isBlank } from "../../functions/recommender/files/values/blank_words.ts";
import {
  columnNumbers,
  numberFormOf,
} from "../../functions/recommender/files/columns/column_numbers.ts";
import {
  listForm,
  listFormOf,
  type ListNotation,
  listNotationOf,
} from "../../functions/recommender/files/values/list_forms.ts";
import { type NumberForm, parseNumber } from "../../functions/recommender/files/values/numbers.ts";
import { withoutMarks } from "../../functions/recommender/text/marks.ts";
import type { ColumnChoices } from "../../functions/recommender/files/columns/decimal_comma.ts";
import type { Catalogue, FeatureColumn } from "../dataset/dataset.ts";

/** How the text of a column is split into terms. */
export type FieldKind = "title" | "categories" | "number" | "text";

/** A field and how its cells are split into terms, decided from its columns; plain data. */
export interface FieldForm {
  name: string;
  kind: FieldKind;
  /** The columns of the catalogue that it reads; none of a title. */
  columns: string[];
  /** Whether its columns are flags: the terms are the names of the columns that are 1 or true. */
  isFlags?: true;
  /** Notation of the lists of categories; absent if each cell is one category. */
  list?: ListNotation;
  /** Format of its cells, if they are numbers. */
  numbers?: NumberForm;
  /** Bounds between the bins of numbers; absent if each number is a category. */
  edges?: number[];
}

/** A field as terms by item; terms may repeat. */
export interface Field extends FieldForm {
  terms: string[][];
}

/**
 * Returns the fields of a catalogue: its titles, then its feature columns in their order. Flags,
 * which are columns of 0 and 1, are one field in the place of the first of them.
 */
export function fieldsOf({ ids, titles, features }: Catalogue): Field[] {
  return [
    {
      ...TITLE,
      terms: titles.map((title, i) => words(titleText({ id: ids[i], title }))),
    },
    ...grouped(features).map((columns) => {
      const form = fieldForm(columns);
      const read = termReader(form);
      return { ...form, terms: ids.map((_, i) => read(columns.map(({ values }) => values[i]))) };
    }),
  ];
}

const TITLE: FieldForm = { name: "title", kind: "title", columns: [] };

/** Returns the title as a text; a title that only repeats the id carries no information. */
export function titleText({ id, title }: { id: string; title: string }): string {
  return title === id ? "" : title;
}

/** Returns how a field is read. @param columns all flags, or one other column. */
function fieldForm(columns: FeatureColumn[]): FieldForm {
  const field = { name: namesOf(columns), columns: columns.map(({ name }) => name) };
  const [{ values, choices }] = columns;
  if (isFlag(values)) return { ...field, kind: "categories", isFlags: true };
  const kind = fieldKind(values, choices);
  if (kind === "text") return { ...field, kind };
  const numbers = numberFormOf(values, choices);
  if (!numbers) return { ...field, kind, list: listNotationOf(values) };
  if (kind === "categories") return { ...field, kind, numbers };
  const edges = edgesOf(values.map((value) => parseNumber(value, numbers) ?? NaN));
  return { ...field, kind, numbers, edges };
}

/** Returns the names of the fields that `fieldsOf` returns. */
export function fieldNames({ features }: Pick<Catalogue, "features">): string[] {
  return ["title", ...grouped(features).map(namesOf)];
}

/** Groups the feature columns by field: flags together, each other column alone. */
function grouped(features: FeatureColumn[]): FeatureColumn[][] {
  const flags = features.filter(({ values }) => isFlag(values));
  return features.filter((column) => column === flags[0] || !flags.includes(column))
    .map((column) => column === flags[0] ? flags : [column]);
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
export function fieldKind(values: readonly string[], choices?: ColumnChoices): FieldKind {
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

/**
 * Returns a function that splits an item's field into terms. Its argument is the list of the item's
 * cells, in the order of the field's columns; for a title, its text.
 */
export function termReader(
  { kind, columns, isFlags, list, numbers, edges }: FieldForm,
): (cells: readonly string[]) => string[] {
  if (isFlags) return (cells) => columns.filter((_, c) => YES.test(cells[c]));
  if (edges) return ([cell]) => binsOf(parseNumber(cell, numbers) ?? NaN, edges);
  if (kind === "categories") {
    const { read } = list ? listForm(list) : WHOLE;
    return ([cell]) => read(cell).map((member) => member.toLowerCase());
  }
  if (kind === "title") return ([cell]) => words(cell);
  return ([cell]) => {
    const single = words(cell);
    return [...single, ...single.slice(1).map((word, w) => `${single[w]} ${word}`)];
  };
}

/** Returns the words of a text: runs of letters and digits, in lower case, without accents. */
export function words(text: string): string[] {
  return withoutMarks(text).toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

const BINS = 10;

/** Returns the bounds between ten bins of equal population. */
function edgesOf(numbers: number[]): number[] {
  const sorted = Float64Array.from(numbers.filter(Number.isFinite)).sort();
  return Array.from(
    { length: BINS - 1 },
    (_, b) => sorted[Math.floor((b + 1) * sorted.length / BINS)],
  );
}

/** Returns the two overlapping bins that a number falls into: close values share at least one. */
function binsOf(number: number, edges: number[]): string[] {
  if (!Number.isFinite(number)) return [];
  const bin = edges.filter((edge) => number >= edge).length;
  return [`bin ${bin}`, `bin ${bin + 1}`];
}
