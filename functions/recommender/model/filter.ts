/**
 * Filters items by the columns of the content file, for example
 * `{genre: "Drama", year: {gte: 1990, lte: 1999}, language: ["en", "fr"]}`.
 */
import { fold, foldedTexts } from "./folded_text.ts";
import type { Column, Model, NumberColumn, TermColumn } from "./model.ts";
import { dateSpan, joinedSpans, numberSpan, type Span } from "./span.ts";
import { finished, type Steps } from "./steps.ts";
import { stringCount } from "./string_table.ts";
import { conditionUnits, COST } from "./work.ts";

/** Conditions by column, joined by AND. */
export type Filter = Record<string, Condition>;

/** A value, any of several values, or a range. A list column matches if any of its terms does. */
export type Condition = FilterValue | FilterValue[] | Range;

/** Texts are compared ignoring case and accents. */
export type FilterValue = string | number | boolean;

/** Bounds, joined by AND. */
export type Range = { [bound in typeof BOUNDS[number]]?: FilterValue };

const BOUNDS = ["eq", "gt", "gte", "lt", "lte"] as const;

/** A filter that is invalid for a model. */
export class FilterError extends Error {
  override name = "FilterError";
  constructor(
    message: string,
    /** JSON pointer into the filter. */
    readonly pointer: string,
    /** Names of the filterable columns. */
    readonly columns: string[],
  ) {
    super(message);
  }
}

/** Number of items checked per step; fewer if they have many terms. */
const ITEMS_PER_STEP = 65_536;
const TERMS_PER_STEP = 1 << 20;

/**
 * Returns the items that do not pass a filter, in one pass over typed arrays per condition. Numbers
 * and dates are compared with the column's values; a date may be a year, month, day or instant
 * (`1999`, `"1999-05"`, `"1999-05-03"`, `"1999-05-03T10:00:00Z"`) or seconds or milliseconds since
 * 1970, and `lte: 1999` includes that whole year. An item without a value passes no condition. A
 * text that no item has is not an error: no item passes.
 * @returns a flag per item of the catalogue, 1 if it is excluded: `excluded` of `rank`.
 * @throws {FilterError} if a column is unknown or not filterable, or a condition does not fit it.
 */
export function excludedBy(model: Model, filter: Filter): Uint8Array {
  return finished(excludedSteps(model, filter));
}

/** `excludedBy`, in steps. */
export function* excludedSteps(model: Model, filter: Filter): Steps<Uint8Array> {
  const excluded = new Uint8Array(model.items.popularity.length);
  for (const [name, condition] of Object.entries(filter)) {
    const column = columnNamed(model, name);
    const fault = (detail: string, key?: string) =>
      new FilterError(
        `The filter on "${name}" ${detail}`,
        key === undefined ? pointerTo(name) : `${pointerTo(name)}/${key}`,
        filterable(model),
      );
    yield (Array.isArray(condition) ? condition.length : 1) * COST.value;
    if ("values" in column) {
      yield* excludeNumbers(excluded, column, joinedSpans(spansOf(column, condition, fault)));
    } else {
      yield* excludeTerms(excluded, column, yield* codesWanted(column, condition, fault));
    }
  }
  return excluded;
}

/** @param spans disjoint, in ascending order. */
function* excludeNumbers(excluded: Uint8Array, column: NumberColumn, spans: Span[]): Steps<void> {
  const { values } = column;
  const starts = Float64Array.from(spans, ({ start }) => start);
  const ends = Float64Array.from(spans, ({ end }) => end);
  for (let first = 0; first < excluded.length; first += ITEMS_PER_STEP) {
    const last = Math.min(first + ITEMS_PER_STEP, excluded.length);
    yield conditionUnits(column, { items: last - first, values: spans.length });
    for (let item = first; item < last; item++) {
      const value = values[item];
      // Only the last span that starts at or before the value can contain it.
      let low = 0;
      let high = starts.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (starts[middle] <= value) low = middle + 1;
        else high = middle;
      }
      if (low === 0 || !(value < ends[low - 1])) excluded[item] = 1;
    }
  }
}

/** @param wanted 1 for each code that passes. */
function* excludeTerms(excluded: Uint8Array, column: TermColumn, wanted: Uint8Array): Steps<void> {
  const { offsets, codes } = column;
  for (let first = 0, last = 0; first < excluded.length; first = last) {
    const most = offsets[first] + TERMS_PER_STEP;
    while (last < excluded.length && last < first + ITEMS_PER_STEP && offsets[last] < most) last++;
    const terms = offsets[last] - offsets[first];
    yield conditionUnits(column, { items: last - first, values: 1, terms });
    for (let item = first; item < last; item++) {
      let passes = false;
      for (let e = offsets[item]; e < offsets[item + 1] && !passes; e++) {
        passes = wanted[codes[e]] === 1;
      }
      if (!passes) excluded[item] = 1;
    }
  }
}

type Fault = (detail: string, key?: string) => FilterError;

function columnNamed(model: Model, name: string): Column {
  const column = model.columns?.find((column) => column.name === name);
  if (column) return column;
  const columns = filterable(model);
  const reason = model.manifest.unfilterable?.find((column) => column.name === name)?.reason;
  const known = columns.length === 0
    ? "This model has no filterable column."
    : `Filter by ${columns.map((column) => `"${column}"`).join(", ")}.`;
  throw new FilterError(
    reason === undefined
      ? `The items have no column "${name.slice(0, 200)}". ${known}`
      : `The column "${name}" cannot be filtered by: ${reason} ${known}`,
    pointerTo(name),
    columns,
  );
}

function filterable(model: Model): string[] {
  return (model.columns ?? []).map(({ name }) => name);
}

function pointerTo(name: string): string {
  return `/${name.slice(0, 200).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

function* codesWanted(
  { kind, terms }: TermColumn,
  condition: Condition,
  fault: Fault,
): Steps<Uint8Array> {
  const wanted = new Uint8Array(stringCount(terms));
  const codes = yield* codesOf(terms);
  for (const [key, value] of valuesOf(condition, kind, fault)) {
    if (!isValue(value)) throw fault("takes texts.", key);
    const code = codes.get(fold(String(value).trim()));
    if (code !== undefined) wanted[code] = 1;
  }
  return wanted;
}

/** Returns the values of a condition on a text column, which has no order. */
function valuesOf(
  condition: Condition,
  kind: TermColumn["kind"],
  fault: Fault,
): [key: string | undefined, value: unknown][] {
  if (Array.isArray(condition)) return entriesOf(condition, fault);
  if (typeof condition !== "object" || condition === null) return [[undefined, condition]];
  const bounds = boundsOf(condition, fault);
  const other = bounds.find(([bound]) => bound !== "eq");
  if (other) {
    throw fault(
      `has "${other[0]}", which takes numbers or dates, and this is a column of ${
        kind === "list" ? "lists" : "texts"
      }: give a value or a list of values.`,
      other[0],
    );
  }
  return bounds;
}

const codeMaps = new WeakMap<TermColumn["terms"], Map<string, number>>();

/**
 * Returns the codes of a column's terms by folded text; built on first use and cached with the
 * model.
 */
function* codesOf(terms: TermColumn["terms"]): Steps<Map<string, number>> {
  const known = codeMaps.get(terms);
  if (known) return known;
  const codes = new Map<string, number>();
  for (const { text, first, starts } of yield* foldedTexts(terms)) {
    yield starts.length * COST.found;
    for (let i = 0; i < starts.length - 1; i++) {
      codes.set(text.slice(starts[i], starts[i + 1] - 1), first + i);
    }
  }
  codeMaps.set(terms, codes);
  return codes;
}

/** Returns the spans of the column's axis that pass: a value passes if it is in any of them. */
function spansOf({ kind }: NumberColumn, condition: Condition, fault: Fault): Span[] {
  const spanOf = (value: unknown, key?: string): Span => {
    const span = isValue(value) ? (kind === "date" ? dateSpan : numberSpan)(value) : undefined;
    if (span) return span;
    const shown = JSON.stringify(value)?.slice(0, 200);
    throw fault(
      kind === "date"
        ? `needs dates such as "1999-05-03" or seconds since 1970; ${shown} is neither.`
        : `needs numbers; ${shown} is not a number.`,
      key,
    );
  };
  if (Array.isArray(condition)) {
    return entriesOf(condition, fault).map(([key, value]) => spanOf(value, key));
  }
  if (typeof condition !== "object" || condition === null) return [spanOf(condition)];
  const bounds = boundsOf(condition, fault);
  return [rangeSpan(bounds.map(([bound, value]) => [bound, spanOf(value, bound)]))];
}

function rangeSpan(bounds: [bound: keyof Range, span: Span][]): Span {
  let [low, high] = [-Infinity, Infinity];
  for (const [bound, { start, end }] of bounds) {
    if (bound === "eq" || bound === "gte") low = Math.max(low, start);
    if (bound === "gt") low = Math.max(low, end);
    if (bound === "eq" || bound === "lte") high = Math.min(high, end);
    if (bound === "lt") high = Math.min(high, start);
  }
  return { start: low, end: high };
}

function entriesOf(list: unknown[], fault: Fault): [key: string, value: unknown][] {
  if (list.length === 0) throw fault("is an empty list, which no item matches: omit it.");
  return list.map((value, place) => [String(place), value]);
}

function boundsOf(range: Range, fault: Fault): [bound: keyof Range, value: unknown][] {
  const entries = Object.entries(range);
  const other = entries.find(([bound]) => !(BOUNDS as readonly string[]).includes(bound));
  if (other || entries.length === 0) {
    throw fault(`takes ${BOUNDS.join(", ")}, a value or a list of values.`);
  }
  return entries as [keyof Range, unknown][];
}

function isValue(value: unknown): value is FilterValue {
  return typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
}
