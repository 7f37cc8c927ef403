import type { ContentRow, InteractionRow } from "../../functions/recommender/files/rows/rows.ts";
import type { Catalogue, FeatureColumn } from "./dataset.ts";
import type { ColumnChoices } from "../../functions/recommender/files/columns/decimal_comma.ts";
import { ItemIds } from "../../functions/recommender/files/columns/item_ids.ts";
import { titleKey } from "../../functions/recommender/text/same_title.ts";
import { IdTable } from "./id_table.ts";
import { RepeatedItems } from "./repeated_items.ts";

/**
 * The catalogue while files are read: items of the content files, then those that only occur in
 * interactions, each in the order of its first row.
 */
export class ItemTable {
  readonly #ids = new IdTable();
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
   * described item with that title, else the item whose id equals it.
   */
  named({ item: id, title }: Pick<InteractionRow, "item" | "title">): number {
    const known = id === "" ? this.titled(title) : -1;
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

  /** Returns the item an interaction means by this title, or −1. */
  titled(title: string): number {
    const met = this.#byTitle.get(title);
    if (met !== undefined) return met;
    const key = titleKey(title);
    const item = this.#byTitle.get(key) ?? this.#ids.find(title);
    if (item < 0) return -1;
    this.#byTitle.set(copied(key), item);
    this.#byTitle.set(copied(title), item);
    return item;
  }

  /** Returns whether the item would take its title from an interaction. */
  lacksTitle(item: number): boolean {
    return this.#untitled.has(item);
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
