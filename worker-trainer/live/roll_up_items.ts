/** Rolls a project's live items up into one file before a training reads them. */
import type { ISql, Sql } from "postgres";
import { blobBytes } from "../../functions/recommender/blobs/blob_bytes.ts";
import type { Blobs } from "../../functions/recommender/blobs/blobs.ts";
import {
  joinedItem,
  LIVE_ITEMS_DIALECT,
  LIVE_ITEMS_MAPPING,
  type LiveItem,
  liveItemLine,
  liveItems,
} from "../dataset/live_items_file.ts";
import { withNotedBlob } from "../runtime/noted_blob.ts";
import { transaction } from "../runtime/transaction.ts";
import { Measured, replaceFiles, type StoredFile } from "./rolled_file.ts";

/** Items read from the table at once. */
const ITEMS_PER_READ = 500;

/** Sequence numbers `from`, exclusive, to `to`, inclusive. */
interface Range {
  from: number;
  to: number;
}

/**
 * Writes the live items changed so far to the project's file of live items, if there are any that
 * it lacks, and advances the project's `items_rolled_to`, which it returns. Earlier changes of the
 * same items are joined with them.
 * @param options.further changes that are not in the table, later than all that are.
 * @throws {Error} if another process did so at the same time.
 */
export async function rollUpItems(
  sql: Sql,
  projectId: number,
  { blobs, further = [] }: { blobs: Blobs; further?: readonly LiveItem[] },
): Promise<number | undefined> {
  const range = await unrolled(sql, projectId, { always: further.length > 0 });
  if (!range) return;
  const changed = await changedItems(sql, projectId, range);
  for (const item of further) {
    const before = changed.get(item.item_id);
    changed.set(item.item_id, before ? joinedItem(before, item) : item);
  }
  const joined = await itemsFile(sql, projectId);
  await withNotedBlob(sql, async (blob) => {
    const measured = new Measured();
    await blobs.put(blob.name, measured.encoded(lines(measured)));
    await transaction(sql, async (sql) => {
      const isUnchanged = await advance(sql, projectId, range);
      const file = {
        file_type: "CONTENT" as const,
        file_name: `live items to ${range.to}.jsonl`,
        dialect: LIVE_ITEMS_DIALECT,
        mapping: LIVE_ITEMS_MAPPING,
        items_to: range.to,
      };
      if (
        !isUnchanged || !await replaceFiles(sql, projectId, { blob, joined, measured, file })
      ) {
        throw new Error("The project's live items changed while they were written to a file.");
      }
    });
  });
  return range.to;

  async function* lines(measured: Measured): AsyncGenerator<string> {
    const left = new Map(changed);
    for (const { storage_path } of joined) {
      const bytes = await blobBytes(blobs, storage_path);
      if (!bytes) continue;
      for await (const item of liveItems(bytes)) {
        const after = left.get(item.item_id);
        left.delete(item.item_id);
        yield liveItemLine(after ? joinedItem(item, after) : item);
        measured.rows++;
      }
    }
    for (const item of left.values()) yield liveItemLine(item);
    measured.rows += left.size;
  }
}

/**
 * Returns the range of the changes that are not in the file; undefined if there are none.
 * @param options.always returns a range even if there are none; it has a new number as its end.
 */
async function unrolled(
  sql: Sql,
  projectId: number,
  { always }: { always: boolean },
): Promise<Range | undefined> {
  return await transaction(sql, async (sql) => {
    await sql`select recommender.lock_live_items(${projectId})`;
    if (always) {
      const [range] = await sql<(Range | undefined)[]>`
        select items_rolled_to::float8 as from,
          nextval('recommender.live_items_seq')::float8 as to
        from recommender.recommender_projects where id = ${projectId}`;
      return range;
    }
    const [range] = await sql<(Range | undefined)[]>`
      select p.items_rolled_to::float8 as from, max(i.seq)::float8 as to
      from recommender.recommender_projects p
        join recommender.live_items i on i.project_id = p.id and i.seq > p.items_rolled_to
      where p.id = ${projectId}
      group by p.id`;
    return range;
  });
}

/**
 * Returns the items changed in a range, by id. An item that has changed once more is left out: its
 * number is above the range now.
 */
async function changedItems(
  sql: Sql,
  projectId: number,
  { from, to }: Range,
): Promise<Map<string, LiveItem>> {
  const items = new Map<string, LiveItem>();
  for (let after = from;;) {
    const rows = await sql<(LiveItem & { seq: number })[]>`
      select item_id, title as item_title, cells, deleted, seq::float8 as seq
      from recommender.live_items
      where project_id = ${projectId} and seq > ${after} and seq <= ${to}
      order by seq
      limit ${ITEMS_PER_READ}`;
    if (rows.length === 0) return items;
    for (const { seq, ...item } of rows) {
      items.set(item.item_id, item);
      after = seq;
    }
  }
}

/** Returns the project's file of live items; none before the first. */
async function itemsFile(sql: Sql, projectId: number): Promise<StoredFile[]> {
  return await sql<StoredFile[]>`
    select id, storage_path from recommender.uploaded_files
    where project_id = ${projectId} and items_to is not null`;
}

/** Notes that the file has the items; returns false if another process did, or it was deleted. */
async function advance(sql: ISql, projectId: number, { from, to }: Range): Promise<boolean> {
  const { count } = await sql`
    update recommender.recommender_projects set items_rolled_to = ${to}
    where id = ${projectId} and items_rolled_to = ${from}`;
  return count === 1;
}
