/** Joins repeated rows of an item with its first row. */
import {
  columnNumbers,
  columnTimes,
} from "../../functions/recommender/files/columns/column_numbers.ts";
import { listFormOf } from "../../functions/recommender/files/values/list_forms.ts";
import type { ContentRow } from "../../functions/recommender/files/rows/rows.ts";
import type { FeatureColumn } from "./dataset.ts";

/** A repeated row of an item. */
interface Repeat {
  row: ContentRow;
  own: { column: FeatureColumn; place: number }[];
  /** The item's title in its first row. */
  title: string;
}

/**
 * Collects repeated rows of items. The most common title is used, the first non-empty value of a
 * column, and all members of a feature that is a list or a category.
 */
export class RepeatedItems {
  /** Number of rows by item and title; rows without a title are not counted. */
  readonly #titles = new Map<number, Map<string, number>>();
  /** Values of repeated rows, by column and item. */
  readonly #values = new Map<FeatureColumn, Map<number, string[]>>();

  /** Adds a repeated row of an item. */
  add(item: number, { row, own, title }: Repeat): void {
    const isOwn = row.isByTitle || title !== row.id;
    const titles = this.#titles.get(item) ?? new Map(isOwn ? [[title, 1]] : []);
    this.#titles.set(item, titles);
    if (row.isByTitle || row.title !== row.id) {
      titles.set(row.title, (titles.get(row.title) ?? 0) + 1);
    }
    for (const { column, place } of own) {
      const cell = row.cells[place];
      if (cell === "") continue;
      if (column.values[item] === "") {
        column.values[item] = cell;
        continue;
      }
      if (column.values[item] === cell) continue;
      const byItem = this.#values.get(column) ?? new Map<number, string[]>();
      this.#values.set(column, byItem);
      const further = byItem.get(item) ?? [];
      byItem.set(item, further);
      if (!further.includes(cell)) further.push(cell);
    }
  }

  /** Writes the most common titles to `titles`, and joins the values of features that are lists. */
  join(titles: string[], features: readonly FeatureColumn[]): void {
    for (const [item, counts] of this.#titles) {
      // Ties go to the first.
      let most = 0;
      for (const [title, count] of counts) {
        if (count <= most) continue;
        most = count;
        titles[item] = title;
      }
    }
    for (const column of features) {
      const further = this.#values.get(column);
      if (further) joinValues(column, further);
    }
    this.#titles.clear();
    this.#values.clear();
  }
}

/** Maximum words of a list member; longer texts are sentences. */
const LONGEST = 4;
/** Minimum share of members that are not sentences. */
const MOST_SHORT = 0.9;

/** Joins values of repeated rows to the first ones, if the column holds lists or categories. */
function joinValues(
  { values, choices }: FeatureColumn,
  further: ReadonlyMap<number, readonly string[]>,
): void {
  const all = [...values, ...[...further.values()].flat()];
  if (columnNumbers(all, choices) || columnTimes(all, choices)) return;
  const { read, write, isNotation } = listFormOf(all);
  const members = all.flatMap(read);
  const short = members.filter((member) => member.split(/\s+/).length <= LONGEST).length;
  if (!isNotation && short < MOST_SHORT * members.length) return;
  for (const [item, cells] of further) {
    values[item] = write([...new Set([values[item], ...cells].flatMap(read))]);
  }
}
