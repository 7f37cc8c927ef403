import type { ContentMapping } from "../../functions/recommender/files/mapping.ts";
import { type ContentRow, contentRows } from "../../functions/recommender/files/rows/rows.ts";
import {
  type ItemRules,
  readItems,
  type SentItem,
} from "../../functions/recommender/live/read_items.ts";
import { type DataFile, OtherForms, readRows } from "../dataset/open_rows.ts";

/** Summary of an item file that was read. */
export interface FileItems {
  /** Items that could not be used. */
  rejected: number;
  /** Columns of the file that are columns of the project's items. */
  columns: string[];
}

/**
 * Calls `use` with each item of an item file, in order, with its title and its cells in known
 * columns, validated by the rules of items in API requests. Of an item that occurs repeatedly only
 * the first occurrence is used.
 * @throws {UnusableDataError} with a sentence, if the file cannot be used.
 */
export async function fileItems(
  file: DataFile,
  rules: ItemRules,
  use: (item: SentItem) => void,
): Promise<FileItems> {
  const known = await formsOf(file);
  const mapping = file.mapping as ContentMapping;
  const seen = new Set<string>();
  const read: FileItems = { rejected: 0, columns: [] };
  const receipt = await readRows<ContentRow>(file, ({ columns, forms }) => {
    const own = columns.map((name, place) => ({ name, place }))
      .filter(({ name }) => rules.columns.has(name));
    read.columns = own.map(({ name }) => name);
    return {
      parse: contentRows(mapping, columns, forms),
      use({ id, title, cells }) {
        if (seen.has(id)) return;
        seen.add(id);
        const columns = Object.fromEntries(own.map(({ name, place }) => [name, cells[place]]));
        const { items: [item] } = readItems([{ item_id: id, item_title: title, columns }], rules);
        if (item) use(item);
        else read.rejected++;
      },
    };
  }, { forms: known });
  return { ...read, rejected: read.rejected + receipt.rows - receipt.used };
}

/**
 * Reads the whole file once and returns the notation of its columns (of numbers, dates and lists)
 * where it differs from what the head of the file suggests.
 */
async function formsOf(file: DataFile) {
  try {
    await readRows<ContentRow>(file, ({ columns, forms }) => ({
      parse: contentRows(file.mapping as ContentMapping, columns, forms),
      use() {},
    }));
  } catch (error) {
    if (error instanceof OtherForms) return error.forms;
    throw error;
  }
}
