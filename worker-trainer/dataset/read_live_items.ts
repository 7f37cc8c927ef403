/** Reads files of live items: the last word on each item. */
import { numberFormOf } from "../../functions/recommender/files/columns/column_numbers.ts";
import { emptyReceipt, type Receipt } from "../../functions/recommender/files/rows/receipt.ts";
import { listNotationOf } from "../../functions/recommender/files/values/list_forms.ts";
import { type CellForms, cellText } from "./cell_text.ts";
import type { FeatureColumn } from "./dataset.ts";
import type { ItemTable } from "./item_table.ts";
import { type LiveItem, liveItems } from "./live_items_file.ts";
import type { DataFile } from "./open_rows.ts";

/** The live items of a project. */
export interface LiveItems {
  receipts: Map<DataFile, Receipt>;
  deleted: Set<string>;
  changed: LiveItem[];
}

/** Reads the files of live items. */
export async function readLiveItems(files: readonly DataFile[]): Promise<LiveItems> {
  const live: LiveItems = { receipts: new Map(), deleted: new Set(), changed: [] };
  for (const file of files) {
    const receipt = emptyReceipt("CONTENT");
    for await (const item of liveItems(await file.open())) {
      receipt.rows++;
      receipt.used++;
      if (item.deleted) live.deleted.add(item.item_id);
      else live.changed.push(item);
    }
    live.receipts.set(file, { ...receipt, items: receipt.used });
  }
  return live;
}

/**
 * Changes and adds items.
 * @param titleColumns columns of the content files that are mapped to the title.
 */
export function changeItems(
  items: ItemTable,
  changed: readonly LiveItem[],
  titleColumns: readonly string[],
): void {
  if (changed.length === 0) return;
  const forms = new Map(items.columns.map((column) => [column.name, formsOf(column)]));
  for (const { item_id, item_title, cells } of changed) {
    const texts = new Map<string, string>();
    if (item_title !== null) titleColumns.forEach((name) => texts.set(name, item_title));
    for (const [name, value] of Object.entries(cells)) {
      const form = forms.get(name);
      if (form) texts.set(name, cellText(value, form));
    }
    items.change(item_id, { title: item_title, cells: texts });
  }
}

function formsOf({ values, choices }: FeatureColumn): CellForms {
  const numbers = numberFormOf(values, choices);
  return numbers ? { numbers } : { list: listNotationOf(values) };
}
