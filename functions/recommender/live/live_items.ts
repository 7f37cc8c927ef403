/**
 * Live items: items that calls or a feed add, change or delete between two trainings. Changes of a
 * project are serialized, so the order of `seq` is that of the commits, and readers ask for the
 * changes after the last number they have seen.
 */
import type { Sql, TransactionSql } from "postgres";
import { Problem } from "../../http/problem.ts";
import type { Cell } from "../model/changed_items.ts";
import type { SentItem } from "./read_items.ts";

/** Maximum number of items that may differ from the serving version at a time. */
export const MOST_LIVE_ITEMS = 10_000;
/** Maximum of their titles and columns together, in UTF-8 bytes as JSON: services read them all. */
export const MOST_LIVE_BYTES = 16 * 1024 * 1024;

/** A live item as stored: dates as ISO 8601. */
export interface LiveItem {
  seq: number;
  itemId: string;
  /** Null: that of the training, or else the id. */
  title: string | null;
  cells: ReadonlyMap<string, Cell>;
  deleted: boolean;
}

/** The row of an added item in a version: see `AddedItemRow`. */
export interface LiveItemRow {
  seq: number;
  itemId: string;
  items: number[];
  weights: number[];
  similar: number[] | null;
}

/** Changes since earlier numbers, each in the order of `seq`. */
export interface LiveItemChanges {
  items: LiveItem[];
  rows: LiveItemRow[];
}

/** Version of a project whose live items are read, and the last numbers seen of both tables. */
export interface ReadAfter {
  ownerId: string;
  projectId: number;
  version: string;
  itemsAfter: number;
  rowsAfter: number;
}

/** Returns the next changes after the last numbers seen; none if these were the last. */
export async function liveItemsAfter(
  sql: Sql,
  { ownerId, projectId, version, itemsAfter, rowsAfter }: ReadAfter,
): Promise<LiveItemChanges> {
  const [found] = await sql<{ items: ItemTuple[]; item_rows: RowTuple[] }[]>`
    select items, item_rows
    from recommender.next_live_items(
      ${ownerId}, ${projectId}, ${version}, ${itemsAfter}, ${rowsAfter}
    )`;
  const { items = [], item_rows: rows = [] } = found ?? {};
  return {
    items: items.map(([seq, itemId, title, cells, deleted]) => ({
      ...{ seq, itemId, title, deleted },
      cells: new Map(Object.entries(cells)),
    })),
    rows: rows.map(([seq, itemId, items, weights, similar]) => ({
      ...{ seq, itemId, items, weights, similar },
    })),
  };
}

type ItemTuple = [
  seq: number,
  itemId: string,
  title: string | null,
  cells: Record<string, Cell>,
  deleted: boolean,
];
type RowTuple = [
  seq: number,
  itemId: string,
  items: number[],
  weights: number[],
  similar: number[] | null,
];

/** The version that serves a project, which its live items differ from. */
export interface ServingItems {
  projectId: number;
  /** Number of the last change that the version's training read. */
  learned: number;
  /** Whether the version's training had an item. */
  has(itemId: string): boolean;
  /** Whether the version's training had an item with these values. */
  hasValues(item: SentItem): boolean;
}

/** Numbers of items by what a call changed. */
export interface PutResult {
  /** Not in the catalogue before. */
  new: number;
  changed: number;
  unchanged: number;
}

/**
 * Adds and changes items; of items sent several times each time counts, in their order.
 * @throws {Problem} 409 if more than `MOST_LIVE_ITEMS` or `MOST_LIVE_BYTES` would differ, 404 if the
 * project was deleted.
 */
export async function putLiveItems(
  sql: TransactionSql,
  serving: ServingItems,
  sent: readonly SentItem[],
): Promise<PutResult> {
  const known = await lockedItems(sql, serving.projectId, sent.map(({ itemId }) => itemId));
  const result = { new: 0, changed: 0, unchanged: 0 };
  const changed = new Map<string, StoredItem>();
  for (const item of sent) {
    const { itemId, title, cells } = item;
    const before = known.get(itemId);
    const isThere = before ? !before.deleted : serving.has(itemId);
    if (isThere && (before ? hasValues(before, item) : serving.hasValues(item))) {
      result.unchanged++;
      continue;
    }
    result[isThere ? "changed" : "new"]++;
    const after = {
      title: title ?? before?.title ?? null,
      cells: { ...before?.cells, ...Object.fromEntries(cells) },
      deleted: false,
    };
    known.set(itemId, after);
    changed.set(itemId, after);
  }
  await store(sql, serving, changed);
  return result;
}

/**
 * Deletes items; returns the number of those that were in the catalogue.
 * @throws {Problem} 409 if more than `MOST_LIVE_ITEMS` or `MOST_LIVE_BYTES` would differ, 404 if the
 * project was deleted.
 */
export async function deleteLiveItems(
  sql: TransactionSql,
  serving: Pick<ServingItems, "projectId" | "learned" | "has">,
  itemIds: readonly string[],
): Promise<number> {
  const known = await lockedItems(sql, serving.projectId, itemIds);
  const changed = new Map<string, StoredItem>();
  for (const itemId of itemIds) {
    const before = known.get(itemId);
    if (before ? before.deleted : !serving.has(itemId)) continue;
    changed.set(itemId, { title: null, cells: {}, ...before, deleted: true });
  }
  await store(sql, serving, changed);
  return changed.size;
}

/** Returns the number of live items that a version's training has not read. */
export async function countLiveItems(
  sql: Sql | TransactionSql,
  { projectId, learned }: Pick<ServingItems, "projectId" | "learned">,
): Promise<number> {
  const [{ count }] = await sql<{ count: number }[]>`
    select count(*)::integer as count from recommender.live_items
    where project_id = ${projectId} and seq > ${learned}`;
  return count;
}

interface StoredItem {
  title: string | null;
  cells: Record<string, Cell>;
  deleted: boolean;
}

/** Returns the live items among these, and locks the project's until the transaction ends. */
async function lockedItems(
  sql: TransactionSql,
  projectId: number,
  itemIds: readonly string[],
): Promise<Map<string, StoredItem>> {
  await sql`select recommender.lock_live_items(${projectId})`;
  const rows = await sql<(StoredItem & { item_id: string })[]>`
    select item_id, title, cells, deleted from recommender.live_items
    where project_id = ${projectId} and item_id in (
      select jsonb_array_elements_text(${JSON.stringify(itemIds)}::text::jsonb)
    )`;
  return new Map(rows.map(({ item_id, ...item }) => [item_id, item]));
}

function hasValues(before: StoredItem, { title, cells }: SentItem): boolean {
  const named = new Map(Object.entries(before.cells));
  return (title === undefined || title === before.title) &&
    [...cells].every(([name, cell]) =>
      named.has(name) && JSON.stringify(named.get(name)) === JSON.stringify(cell)
    );
}

async function store(
  sql: TransactionSql,
  { projectId, learned }: Pick<ServingItems, "projectId" | "learned">,
  changed: ReadonlyMap<string, StoredItem>,
): Promise<void> {
  if (changed.size === 0) return;
  const items = [...changed].map(([item_id, item]) => ({ item_id, ...item }));
  const stored = await sql`
    insert into recommender.live_items (project_id, item_id, title, cells, deleted)
    select p.id, i.item_id, i.title, i.cells, i.deleted
    from recommender.recommender_projects p,
      jsonb_to_recordset(${JSON.stringify(items)}::text::jsonb)
        as i(item_id text, title text, cells jsonb, deleted boolean)
    where p.id = ${projectId}
    on conflict (project_id, item_id) do update set
      seq = nextval('recommender.live_items_seq'), title = excluded.title, cells = excluded.cells,
      deleted = excluded.deleted, changed_at = now()`;
  if (stored.count === 0) {
    throw new Problem("not_found", `Project ${projectId} was deleted at the same time.`);
  }
  const [{ count, bytes }] = await sql<{ count: number; bytes: number }[]>`
    select count(*)::integer as count,
      sum(octet_length(cells::text) + coalesce(octet_length(title), 0))::float8 as bytes
    from recommender.live_items where project_id = ${projectId} and seq > ${learned}`;
  if (count > MOST_LIVE_ITEMS) {
    throw tooMany(
      `${MOST_LIVE_ITEMS.toLocaleString("en")} items`,
      `${count.toLocaleString("en")} would`,
    );
  }
  if (bytes > MOST_LIVE_BYTES) {
    throw tooMany(
      `${MOST_LIVE_BYTES / 2 ** 20} MiB of titles and columns of items`,
      `${Math.ceil(bytes / 2 ** 20)} MiB would`,
    );
  }
}

function tooMany(most: string, would: string): Problem {
  return new Problem(
    "conflict",
    `At most ${most} of a project may differ from the version that serves, and with this call ` +
      `${would}. Wait for the next training, which learns them, or upload the items as a file. ` +
      "Nothing was changed.",
  );
}
