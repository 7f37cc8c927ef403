/** The file format of live items: JSON lines with fixed members, which need no mapping to be read. */
import { TextLineStream } from "@std/streams";
import { COMMON, type Dialect } from "../../functions/recommender/files/dialect.ts";
import type { FileBytes } from "../../functions/recommender/files/file_bytes.ts";
import type { ContentMapping } from "../../functions/recommender/files/mapping.ts";
import type { Cell } from "../../functions/recommender/model/changed_items.ts";

/** The changes of an item, as trainings read them. */
export interface LiveItem {
  item_id: string;
  /** Null if it is as in the files. */
  item_title: string | null;
  /** Values by column, in place of the files'; dates as ISO 8601. */
  cells: Record<string, Cell>;
  deleted: boolean;
}

/** The mapping under which the file is listed. */
export const LIVE_ITEMS_MAPPING: ContentMapping = { item_id: "item_id", item_title: "item_title" };

export const LIVE_ITEMS_DIALECT: Dialect = { ...COMMON, format: "jsonl" };

/** Returns an item's line. */
export function liveItemLine({ item_id, item_title, cells, deleted }: LiveItem): string {
  return JSON.stringify({ item_id, item_title, cells, deleted }) + "\n";
}

/** Yields the items of a file. */
export async function* liveItems(file: FileBytes): AsyncGenerator<LiveItem> {
  const lines: ReadableStream<string> = (await file.open())
    .pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
    .pipeThrough(new TextLineStream());
  for await (const line of lines) {
    if (line !== "") yield JSON.parse(line);
  }
}

/** Returns the changes of an item after earlier ones of it. */
export function joinedItem(before: LiveItem, after: LiveItem): LiveItem {
  return {
    ...after,
    item_title: after.item_title ?? before.item_title,
    cells: { ...before.cells, ...after.cells },
  };
}
