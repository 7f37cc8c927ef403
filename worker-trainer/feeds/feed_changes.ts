/** Finds the items of a feed that differ from the current ones. */
import type { Cell } from "../../functions/recommender/model/changed_items.ts";
import type { ItemRules, SentItem } from "../../functions/recommender/live/read_items.ts";
import type { LiveItem } from "../dataset/live_items_file.ts";
import type { DataFile } from "../dataset/open_rows.ts";
import { fileItems } from "./file_items.ts";

/** The current items: those of the files, with later changes. */
export interface CurrentItems {
  files: DataFile[];
  /** Changes by id, the last word on each cell. */
  changes: ReadonlyMap<string, LiveItem>;
}

export interface FeedChanges {
  /** The items that differ. */
  items: SentItem[];
  /** Numbers of items that do not, and of those that cannot be used. */
  unchanged: number;
  rejected: number;
  /** Ids that the files have. */
  known: ReadonlySet<string>;
}

/**
 * Compares a feed with the current items. Columns that the feed does not have are not compared, and
 * items that it does not have are not changed.
 * @throws {UnusableDataError} with a sentence, if a file cannot be used.
 */
export async function feedChanges(
  feed: DataFile,
  { files, changes }: CurrentItems,
  rules: ItemRules,
): Promise<FeedChanges> {
  const wanted = new Map<string, SentItem>();
  const { rejected, columns } = await fileItems(
    feed,
    rules,
    (item) => wanted.set(item.itemId, item),
  );
  const total = wanted.size;
  const textOf = ({ itemId, title = itemId, cells }: SentItem) =>
    JSON.stringify([title, ...columns.map((name) => cells.get(name) ?? null)]);
  const known = new Set<string>();
  const compare = (current: SentItem | undefined) => {
    const item = current && wanted.get(current.itemId);
    if (item && textOf(item) === textOf(current)) wanted.delete(item.itemId);
  };
  for (const file of files) {
    await fileItems(file, rules, (item) => {
      known.add(item.itemId);
      compare(changedItem(item, changes.get(item.itemId)));
    });
  }
  for (const [itemId, change] of changes) {
    if (!known.has(itemId)) compare(changedItem({ itemId, cells: new Map() }, change));
  }
  const items = [...wanted.values()];
  return { items, unchanged: total - items.length, rejected, known };
}

/** Returns an item after a change; undefined if that deleted it. */
function changedItem(item: SentItem, change: LiveItem | undefined): SentItem | undefined {
  if (!change) return item;
  if (change.deleted) return undefined;
  const cells = new Map<string, Cell>([
    ...item.cells,
    ...Object.entries(change.cells as Record<string, Cell>),
  ]);
  return { itemId: item.itemId, title: change.item_title ?? item.title, cells };
}
