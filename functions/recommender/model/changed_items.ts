/**
 * A model with the items that were added, changed or deleted since its training. Only small tables
 * are copied: the weights stay as they are, and so do the scores of the training's items.
 */
import { beginsAs, fold } from "./folded_text.ts";
import type {
  AddedRows,
  Column,
  ItemTable,
  Model,
  NumberColumn,
  SparseRows,
  TermColumn,
} from "./model.ts";
import { finished, type Steps } from "./steps.ts";
import { indexOfString, stringAt, stringCount } from "./string_table.ts";
import { changedStrings, without } from "./changed_strings.ts";
import { COST } from "./work.ts";

/** Value of an item in a column; dates are seconds since 1970. */
export type Cell = number | string | string[] | null;

/** An item that was added, changed or deleted since the training. */
export interface ChangedItem {
  /** Null: that of the training, or else the id. */
  title: string | null;
  /** Values by column; columns that are not named keep those of the training. */
  cells: ReadonlyMap<string, Cell>;
  deleted: boolean;
}

/** Scores of an added item with items of the training: see `AddedRows`. */
export interface AddedItemRow {
  items: readonly number[];
  weights: readonly number[];
  /** On the scale of the model's `similar`; null if the model has none. */
  similar: readonly number[] | null;
}

/** Changes since a training, by item id, in the order of the changes. */
export interface ItemChanges {
  items: ReadonlyMap<string, ChangedItem>;
  /** Rows of added items: an item without one is in the catalogue, but has no score. */
  rows: ReadonlyMap<string, AddedItemRow>;
}

/** Changes by index in the changed model. */
interface Indexed {
  /** Items of the training whose values changed, and added ones. */
  changed: Map<number, ChangedItem>;
  deleted: Set<number>;
  /** Ids of added items, by index less the number of items of the training. */
  added: string[];
}

/**
 * Returns the model with the changed items. Added items have the indices after those of the training,
 * and no popularity. Deleted ones keep their index, for histories that contain them; they are found
 * by no look-up, and `deleted` flags them.
 */
export function withChangedItems(model: Model, changes: ItemChanges): Model {
  return finished(changedItemsSteps(model, changes));
}

/** `withChangedItems`, in steps. */
export function* changedItemsSteps(model: Model, { items, rows }: ItemChanges): Steps<Model> {
  const changes = yield* indexed(model, items);
  const { deleted, added } = changes;
  if (deleted.size === 0 && changes.changed.size === 0) return model;
  const first = model.items.popularity.length;
  const changedItems = yield* itemsWith(model.items, changes);
  const columns = model.columns && (yield* columnsWith(model.columns, { ...changes, first }));
  yield (first + added.length) * COST.copied;
  const flags = new Uint8Array(first + added.length);
  for (const item of deleted) flags[item] = 1;
  return {
    ...model,
    items: changedItems,
    ...(columns && { columns }),
    ...(deleted.size > 0 && { deleted: flags }),
    ...(added.length > 0 && {
      weights: withEmptyRows(model.weights, added.length),
      ...(model.similar && { similar: withEmptyRows(model.similar, added.length) }),
      added: yield* addedRows(model, { first, added, rows }),
    }),
  };
}

/** Number of changed items, or of terms, processed per step. */
const PER_STEP = 2_000;

function* indexed({ items: { ids } }: Model, items: ItemChanges["items"]): Steps<Indexed> {
  const changes: Indexed = { changed: new Map(), deleted: new Set(), added: [] };
  let place = 0;
  for (const [id, item] of items) {
    if (place++ % PER_STEP === 0) yield PER_STEP * COST.lookup;
    const known = indexOfString(ids, id);
    if (item.deleted) {
      if (known >= 0) changes.deleted.add(known);
    } else {
      const index = known >= 0 ? known : stringCount(ids) + changes.added.push(id) - 1;
      changes.changed.set(index, item);
    }
  }
  return changes;
}

function* itemsWith(
  { ids, titles, popularity, popularOrder, firstSeen }: ItemTable,
  { changed, deleted, added }: Indexed,
): Steps<ItemTable> {
  const first = popularity.length;
  yield changed.size * COST.changed + first * COST.copied;
  const renamed = new Map<number, string>();
  for (const [item, { title }] of changed) {
    if (item < first && title !== null && title !== stringAt(titles, item)) {
      renamed.set(item, title);
    }
  }
  const extended = new Uint32Array(first + added.length);
  extended.set(popularity);
  const precedes = (a: number, b: number) => extended[b] - extended[a] || a - b;
  const names = added.map((id, place) => changed.get(first + place)!.title ?? id);
  const titleChanges = { added: names, replaced: renamed, left: deleted };
  const changedTitles = yield* changedStrings(titles, titleChanges, { precedes });
  if (renamed.size === 0) beginsAs(changedTitles, titles);
  const changedIds = yield* changedStrings(ids, { added, left: deleted });
  yield first * COST.copied;
  return {
    ids: changedIds,
    titles: changedTitles,
    popularity: added.length > 0 ? extended : popularity,
    popularOrder: concatenated(
      without(popularOrder, [...deleted]),
      Uint32Array.from(added.keys(), (place) => first + place),
    ),
    ...(firstSeen && { firstSeen }),
  };
}

function concatenated(a: Uint32Array, b: Uint32Array): Uint32Array {
  if (b.length === 0) return a;
  const both = new Uint32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

type Changes = Indexed & { first: number };

function* columnsWith(columns: Column[], changes: Changes): Steps<Column[]> {
  const all: Column[] = [];
  for (const column of columns) {
    yield (changes.deleted.size + changes.changed.size) * COST.changed;
    // Values of deleted items are left out, so that summaries and filters leave them out.
    const cells = new Map<number, Cell>([...changes.deleted].map((item) => [item, null]));
    for (const [item, { cells: own }] of changes.changed) {
      const cell = own.get(column.name);
      if (cell !== undefined) cells.set(item, cell);
    }
    if (cells.size === 0 && changes.added.length === 0) {
      all.push(column);
      continue;
    }
    const items = changes.first + changes.added.length;
    const changed = { cells, items };
    yield items * COST.copied + cells.size * COST.changed;
    all.push(
      "values" in column ? numbersWith(column, changed) : yield* termsWith(column, changed),
    );
  }
  return all;
}

interface ColumnChanges {
  cells: ReadonlyMap<number, Cell>;
  /** Number of items of the changed column. */
  items: number;
}

function numbersWith(column: NumberColumn, { cells, items }: ColumnChanges): NumberColumn {
  const isExact = [...cells.values()].every((cell) =>
    typeof cell !== "number" || Math.fround(cell) === cell
  );
  const values = column.values instanceof Float32Array && isExact
    ? new Float32Array(items)
    : new Float64Array(items);
  values.set(column.values);
  values.fill(NaN, column.values.length);
  for (const [item, cell] of cells) values[item] = typeof cell === "number" ? cell : NaN;
  return { ...column, values };
}

function* termsWith(column: TermColumn, { cells, items }: ColumnChanges): Steps<TermColumn> {
  const { terms, offsets } = column;
  const codeOf = new Map<string, number>();
  for (let code = 0; code < stringCount(terms); code++) {
    if (code % PER_STEP === 0) yield PER_STEP * COST.changed;
    codeOf.set(fold(stringAt(terms, code)), code);
  }
  const newTerms: string[] = [];
  const codes = new Map<number, number[]>();
  let left = 0;
  for (const [item, cell] of cells) {
    if (left <= 0) yield (left = PER_STEP) * COST.changed;
    const own = textsOf(cell);
    left -= own.length + 1;
    const found = own.map((text) => {
      const key = fold(text);
      if (!codeOf.has(key)) codeOf.set(key, stringCount(terms) + newTerms.push(text) - 1);
      return codeOf.get(key)!;
    });
    codes.set(item, [...new Set(found)]);
  }
  yield items * COST.copied + column.codes.length * COST.copied + codes.size * COST.changed;
  const known = offsets.length - 1;
  const size = [...codes].reduce(
    (sum, [item, own]) => sum + own.length - (item < known ? offsets[item + 1] - offsets[item] : 0),
    offsets[known],
  );
  const Codes = codeOf.size > 2 ** 16 ? Uint32Array : Uint16Array;
  const newCodes = new Codes(size);
  const newOffsets = new Uint32Array(items + 1);
  let start = 0;
  /** Copies the items from `start` to `end`, exclusive; added ones are empty. */
  const copy = (end: number) => {
    const shift = newOffsets[start] - offsets[Math.min(start, known)];
    const last = Math.min(end, known);
    if (start < last) {
      newCodes.set(column.codes.subarray(offsets[start], offsets[last]), newOffsets[start]);
    }
    for (let i = start + 1; i <= end; i++) newOffsets[i] = offsets[Math.min(i, known)] + shift;
    start = Math.max(start, end);
  };
  for (const item of [...codes.keys()].sort((a, b) => a - b)) {
    copy(item);
    newCodes.set(codes.get(item)!, newOffsets[item]);
    newOffsets[item + 1] = newOffsets[item] + codes.get(item)!.length;
    start = item + 1;
  }
  copy(items);
  const isList = column.kind === "list" || [...codes.values()].some((own) => own.length > 1);
  return {
    ...column,
    kind: isList ? "list" : "text",
    terms: yield* changedStrings(terms, { added: newTerms }),
    offsets: newOffsets,
    codes: newCodes,
  };
}

function textsOf(cell: Cell): string[] {
  if (cell === null) return [];
  return Array.isArray(cell) ? cell : [String(cell)];
}

/** Returns the rows followed by empty ones; their entries are not copied. */
function withEmptyRows(rows: SparseRows, count: number): SparseRows {
  const offsets = new Uint32Array(rows.offsets.length + count);
  offsets.set(rows.offsets);
  offsets.fill(rows.offsets.at(-1)!, rows.offsets.length);
  return { ...rows, offsets };
}

function* addedRows(
  { similar }: Model,
  { first, added, rows }: { first: number; added: string[]; rows: ItemChanges["rows"] },
): Steps<AddedRows> {
  const own = added.map((id) => rows.get(id));
  const weights = yield* symmetricRows(own.map((row) => entriesOf(row, row?.weights)), first);
  if (!similar) return { first, weights };
  const alike = own.map((row) => entriesOf(row, row?.similar));
  return { first, weights, similar: yield* symmetricRows(alike, first) };
}

/** Entries of a row, unsorted. */
interface Entries {
  items: readonly number[];
  values: readonly number[];
}

function entriesOf(row?: AddedItemRow, values?: readonly number[] | null): Entries {
  return row && values ? { items: row.items, values } : { items: [], values: [] };
}

/** Number of entries of rows processed per step. */
const ENTRIES_PER_STEP = 1 << 15;

/**
 * Returns the rows of added items, preceded by their transpose: the rows of the other items. Entries
 * of items that the model does not have are left out.
 */
function* symmetricRows(rows: Entries[], first: number): Steps<SparseRows> {
  yield first * COST.copied;
  const offsets = new Uint32Array(first + rows.length + 1);
  const places: number[][] = [];
  yield* byEntries(rows, ({ items, values }, row) => {
    const own = [...items.keys()].filter((place) =>
      items[place] >= 0 && items[place] < first && Number.isFinite(values[place])
    ).sort((a, b) => items[a] - items[b]);
    for (const place of own) offsets[items[place] + 1]++;
    offsets[first + row + 1] = own.length;
    places.push(own);
  });
  yield first * COST.copied;
  for (let row = 0; row < first + rows.length; row++) offsets[row + 1] += offsets[row];
  const columns = new Uint32Array(offsets.at(-1)!);
  const values = new Float32Array(columns.length);
  const next = offsets.slice();
  const put = (row: number, column: number, value: number) => {
    columns[next[row]] = column;
    values[next[row]++] = value;
  };
  yield* byEntries(rows, (entries, row) => {
    for (const place of places[row]) {
      put(first + row, entries.items[place], entries.values[place]);
      put(entries.items[place], first + row, entries.values[place]);
    }
  });
  return { offsets, columns, values };
}

/** Calls `visit` for each row, in steps of about `ENTRIES_PER_STEP` entries. */
function* byEntries(
  rows: Entries[],
  visit: (entries: Entries, row: number) => void,
): Steps<void> {
  let left = 0;
  for (const [row, entries] of rows.entries()) {
    if (left <= 0) yield (left = ENTRIES_PER_STEP) * COST.placed;
    left -= entries.items.length + 1;
    visit(entries, row);
  }
}
