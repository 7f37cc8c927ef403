import type { ContentRow, InteractionRow } from "../../functions/recommender/csv/rows.ts";
import type { Catalogue, FeatureColumn } from "./dataset.ts";
import type { Choices } from "../../functions/recommender/csv/mapping.ts";
import { ItemIds } from "../../functions/recommender/csv/item_ids.ts";
import { titleKey } from "../../functions/recommender/same_title.ts";
import { IdTable } from "./id_table.ts";
import { RepeatedItems } from "./repeated_items.ts";

/**
 * The catalogue while files are read: the items that content files describe, then those that only
 * interactions name, each in order of its first row.
 */
export class ItemTable {
  readonly #ids = new IdTable();
  /** Empty where an item has none of its own. */
  readonly #titles: string[] = [];
  readonly #features: FeatureColumn[] = [];
  readonly #columns: FeatureColumn[] = [];
  #described = 0;
  /** By a title's key, and by each spelling that was met, the first item that bears it. */
  readonly #byTitle = new Map<string, number>();
  readonly #repeats = new RepeatedItems();
  /** The ids of the described items. */
  readonly ids = new ItemIds();
  /** Items that only interactions name, by id, and without a title so far. */
  readonly #untitled = new Set<number>();

  /** The column of a name, which several files may share; a new one is empty so far. */
  column(name: string, choices?: Choices): FeatureColumn {
    const known = this.#columns.find((column) => column.name === name);
    if (known) return known;
    const values = new Array<string>(this.#ids.size).fill("");
    const added = { name, values, ...(choices && { choices }) };
    this.#columns.push(added);
    return added;
  }

  /** The column of a name, which is a feature from now on. */
  feature(name: string): FeatureColumn {
    const column = this.column(name);
    if (!this.#features.includes(column)) this.#features.push(column);
    return column;
  }

  /**
   * Adds a described item, or a further row of one.
   * @param own which columns it has, and in which cells.
   * @returns false where the item came before.
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
   * The item that an interaction names, added where it is new: by id, or by title, where the first
   * described item that bears it is meant, else the one whose id reads like it.
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

  /** The item of this id, from `start` to `end` of a text; −1 where there is none. */
  find(text: string, start: number, end: number): number {
    return this.#ids.find(text, start, end);
  }

  /** Whether a content file describes the item. */
  isDescribed(item: number): boolean {
    return item < this.#described;
  }

  /** The item that an interaction means by this title; −1 where there is none. */
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

  /** Whether the item would have its title from a row that gives one. */
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

/** The same text in memory of its own: what is cut from a file's text keeps all of that alive. */
function copied(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text));
}
