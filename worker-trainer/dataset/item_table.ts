import type { ContentRow, InteractionRow } from "../../functions/recommender/files/rows/rows.ts";
import type { Catalogue, FeatureColumn } from "./dataset.ts";
import type { ColumnChoices } from "../../functions/recommender/files/columns/decimal_comma.ts";
import { ItemIds } from "../../functions/recommender/files/columns/item_ids.ts";
import { titleKey } from "../../functions/recommender/text/same_title.ts";
import { IdTable } from "./id_table.ts";
import { RepeatedItems } from "./repeated_items.ts";

/** In place of an item: it was deleted, and its rows are left out. */
export const DELETED = -2;

/**
 * The catalogue while files are read: items of the content files, then those that only occur in
 * interactions, each in the order of its first row.
 */
export class ItemTable {
  #ids = new IdTable();
  /** Empty for an item without a title. */
  readonly #titles: string[] = [];
  readonly #features: FeatureColumn[] = [];
  readonly #columns: FeatureColumn[] = [];
  #described = 0;
  /** The first item with a title, by the title's key and by each spelling seen. */
  readonly #byTitle = new Map<string, number>();
  readonly #repeats = new RepeatedItems();
  /** The ids of the described items. */
  readonly ids = new ItemIds();
  /** Items with an id that only occur in interactions, and have no title yet. */
  readonly #untitled = new Set<number>();
  /** Ids of deleted items. */
  readonly #deleted = new Set<string>();

  /** Returns the column of this name, which several files may share; added empty if new. */
  column(name: string, choices?: ColumnChoices): FeatureColumn {
    const known = this.#columns.find((column) => column.name === name);
    if (known) return known;
    const values = new Array<string>(this.#ids.size).fill("");
    const added = { name, values, ...(choices && { choices }) };
    this.#columns.push(added);
    return added;
  }

  /** Returns the column of this name and marks it as a feature. */
  feature(name: string): FeatureColumn {
    const column = this.column(name);
    if (!this.#features.includes(column)) this.#features.push(column);
    return column;
  }

  /**
   * Adds a described item, or another row of one.
   * @param own its columns, and the index of each one's cell.
   * @returns false if the item was known.
   */
  describe(row: ContentRow, own: { column: FeatureColumn; place: number }[]): boolean {
    const key = titleKey(row.title);
    const item = row.isByTitle
      ? this.#byTitle.get(key) ?? this.#ids.add(row.id)
      : this.#ids.add(row.id);
    if (!this.#byTitle.has(key)) this.#byTitle.set(key, item);
    if (item < this.#titles.length) {
      this.#repeats.add(item, { row, own, title: this.#titles[item] });
      return false;
    }
    this.#described++;
    this.ids.add(row.id);
    this.#titles.push(row.title);
    for (const { column, place } of own) column.values.push(row.cells[place]);
    this.#fillColumns();
    return true;
  }

  /**
   * Returns the item of an interaction, added if new: by id, or by title, which means the first
   * described item with that title, else the item whose id equals it. `DELETED` if it is deleted.
   */
  named({ item: id, title }: Pick<InteractionRow, "item" | "title">): number {
    const known = id === "" ? this.titled(title) : -1;
    if (known === DELETED || this.#deleted.has(id)) return DELETED;
    const item = known >= 0 ? known : this.#ids.add(id || title);
    if (id === "" && known < 0) this.#byTitle.set(copied(titleKey(title)), item);
    if (item === this.#titles.length) {
      this.#titles.push(id === "" ? "" : copied(title));
      this.#fillColumns();
      if (id !== "" && title === "") this.#untitled.add(item);
    } else if (id !== "" && title !== "" && this.#untitled.delete(item)) {
      this.#titles[item] = copied(title);
    }
    return item;
  }

  /** Returns the item whose id is the text from `start` to `end`, or −1. */
  find(text: string, start: number, end: number): number {
    return this.#ids.find(text, start, end);
  }

  /** Number of items that content files describe. */
  get described(): number {
    return this.#described;
  }

  /** Returns whether a content file describes the item. */
  isDescribed(item: number): boolean {
    return item < this.#described;
  }

  /** Returns the item an interaction means by this title, −1, or `DELETED`. */
  titled(title: string): number {
    const met = this.#byTitle.get(title);
    if (met !== undefined) return met;
    const key = titleKey(title);
    const item = this.#byTitle.get(key) ?? this.#ids.find(title);
    if (item < 0) return item;
    this.#byTitle.set(copied(key), item);
    this.#byTitle.set(copied(title), item);
    return item;
  }

  /** Returns whether the item would take its title from an interaction. */
  lacksTitle(item: number): boolean {
    return this.#untitled.has(item);
  }

  /**
   * Leaves out deleted items, once the content files are read and before the interactions are: rows
   * that name them are left out, too.
   */
  delete(ids: ReadonlySet<string>): void {
    for (const id of ids) this.#deleted.add(id);
    this.#repeats.join(this.#titles, this.#features);
    const texts = this.#ids.texts();
    const kept = texts.map((id) => !ids.has(id));
    if (kept.every(Boolean)) return;
    const places = new Map<number, number>();
    this.#ids = new IdTable();
    texts.forEach((id, item) => {
      if (kept[item]) places.set(item, this.#ids.add(id));
    });
    for (const values of [this.#titles, ...this.#columns.map(({ values }) => values)]) {
      let end = 0;
      for (const item of places.keys()) values[end++] = values[item];
      values.length = end;
    }
    for (const [title, item] of this.#byTitle) {
      this.#byTitle.set(title, places.get(item) ?? DELETED);
    }
    this.#described = this.#ids.size;
  }

  /**
   * Changes an item, or adds it: described, if content files describe the items.
   * @param cells texts in place of the item's, by column; unknown columns are ignored.
   */
  change(id: string, { title, cells }: { title: string | null; cells: Map<string, string> }): void {
    this.#repeats.join(this.#titles, this.#features);
    const isDescribed = this.#described > 0;
    const item = this.#ids.add(id);
    if (item === this.#titles.length) {
      this.#titles.push("");
      this.#fillColumns();
      if (isDescribed) {
        this.#described++;
        this.ids.add(id);
      }
    }
    if (title !== null) {
      this.#titles[item] = title;
      const key = titleKey(title);
      if ((this.#byTitle.get(key) ?? DELETED) < 0) this.#byTitle.set(key, item);
    }
    for (const { name, values } of this.#columns) values[item] = cells.get(name) ?? values[item];
  }

  /** The columns of the content files. */
  get columns(): readonly FeatureColumn[] {
    return this.#columns;
  }

  catalogue(): Required<Catalogue> {
    const ids = this.#ids.texts();
    this.#repeats.join(this.#titles, this.#features);
    return {
      ids,
      titles: this.#titles.map((title, item) => title || ids[item]),
      described: this.#described,
      features: this.#features,
      columns: this.#columns,
    };
  }

  #fillColumns(): void {
    for (const { values } of this.#columns) {
      if (values.length < this.#titles.length) values.push("");
    }
  }
}

/** Returns a copy of the text: a slice would keep the whole text of the file alive. */
function copied(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text));
}
