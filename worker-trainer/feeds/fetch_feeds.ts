/** Fetches the feeds of items that are due, and stores what they change as live items. */
import { join } from "@std/path";
import type { ISql, Sql } from "postgres";
import { AttemptError } from "../../functions/http/outgoing/attempt_error.ts";
import { blobBytes } from "../../functions/recommender/blobs/blob_bytes.ts";
import { AddressError } from "../../functions/recommender/addresses/address_error.ts";
import type { Addresses } from "../../functions/recommender/addresses/addresses.ts";
import type { FileAddress } from "../../functions/recommender/projects/uploaded_file.ts";
import type { Blobs } from "../../functions/recommender/blobs/blobs.ts";
import { CsvError } from "../../functions/recommender/files/csv_error.ts";
import type { Dialect } from "../../functions/recommender/files/dialect.ts";
import { measure } from "../../functions/recommender/files/formats/measure.ts";
import { checkRows } from "../../functions/recommender/files/rows/check_rows.ts";
import { describeFile } from "../../functions/recommender/files/dialect/describe.ts";
import type { Choices, ContentMapping } from "../../functions/recommender/files/mapping.ts";
import { itemColumns } from "../../functions/recommender/live/item_columns.ts";
import { MOST_LIVE_ITEMS, putLiveItems } from "../../functions/recommender/live/live_items.ts";
import { MANIFEST } from "../../functions/recommender/model/artifact/artifact.ts";
import type { Manifest } from "../../functions/recommender/model/model.ts";
import { mappingOfFile } from "../../functions/recommender/projects/projects.ts";
import type { Registry } from "../../functions/recommender/registry/registry.ts";
import { joinedItem, type LiveItem, liveItems } from "../dataset/live_items_file.ts";
import { type DataFile, onDisk } from "../dataset/open_rows.ts";
import { UnusableDataError } from "../dataset/receipt.ts";
import { rollUpItems } from "../live/roll_up_items.ts";
import { transaction } from "../runtime/transaction.ts";
import { type FeedChanges, feedChanges } from "./feed_changes.ts";
import { fetchFile, type FetchRules } from "./fetch_file.ts";

/** Dependencies of the fetches. */
export interface FeedDeps {
  blobs: Blobs;
  /** Opens the items that stay at an address. */
  addresses?: Addresses;
  registry: Registry;
  rules: FetchRules;
}

/** A feed that is due. */
interface DueFeed {
  id: number;
  owner_id: string;
  model: string;
  url: string;
}

/** The result of a fetch, as `recommender.item_feeds` has it. */
interface Fetched {
  added: number | null;
  changed: number | null;
  unchanged: number | null;
  rejected: number | null;
  error: string | null;
  /**
   * Number of the last of the changes, if they count only after a training that learns them; absent
   * if they count at once.
   */
  learn_to?: number;
}

const FAILED = { added: null, changed: null, unchanged: null, rejected: null };

/**
 * Fetches the feeds that are due, one after another. A feed that fails does not stop the others.
 * @throws {unknown} the first error that is not the feed's fault, after the last feed.
 */
export async function fetchFeeds(
  sql: Sql,
  deps: FeedDeps & { stop: AbortSignal },
): Promise<void> {
  const unexpected: unknown[] = [];
  while (!deps.stop.aborted) {
    const feed = await claimFeed(sql);
    if (!feed) break;
    const fetched = await fetchFeed(sql, feed, deps).catch((error) => {
      if (
        error instanceof AttemptError || error instanceof UnusableDataError ||
        error instanceof AddressError
      ) {
        return { ...FAILED, error: error.message };
      }
      unexpected.push(error);
      return { ...FAILED, error: UNEXPECTED };
    });
    await sql`
      update recommender.item_feeds set ${sql({ ...fetched })}
      where project_id = ${feed.id} and url = ${feed.url}`;
  }
  if (unexpected.length > 0) throw unexpected[0];
}

const UNEXPECTED = "The fetch failed by an error of this installation. It is repeated when the " +
  "next one is due.";

/**
 * Takes the feed that has waited longest of the owner whose last fetch is longest ago, so that many
 * slow feeds of one owner delay another's by one. Notes that it is fetched now: a fetch that is cut
 * off is repeated when the next is due. A URL that changed is due at once.
 */
async function claimFeed(sql: Sql): Promise<DueFeed | undefined> {
  const [feed] = await sql<(DueFeed | undefined)[]>`
    with due as (
      select p.id, p.owner_id, p.mlflow_model_name as model, p.settings #>> '{feed,url}' as url
      from recommender.recommender_projects p
        left join recommender.item_feeds f on f.project_id = p.id
      where p.trained_at is not null and p.settings ? 'feed' and (
        f.url is distinct from p.settings #>> '{feed,url}'
        or f.fetched_at + (p.settings #>> '{feed,every}')::interval <= now()
      )
      order by (
        select max(g.fetched_at) from recommender.item_feeds g
          join recommender.recommender_projects q on q.id = g.project_id
        where q.owner_id = p.owner_id
      ) nulls first, f.fetched_at nulls first, p.id
      for no key update of p skip locked
      limit 1
    ), claimed as (
      insert into recommender.item_feeds as f (project_id, url)
      select d.id, d.url from due d
      on conflict (project_id) do update set url = excluded.url, fetched_at = now()
      returning f.project_id
    )
    select d.* from due d join claimed c on c.project_id = d.id`;
  return feed;
}

async function fetchFeed(
  sql: Sql,
  { id, owner_id: ownerId, model, url }: DueFeed,
  { blobs, addresses, registry, rules, stop }: FeedDeps & { stop: AbortSignal },
): Promise<Fetched> {
  const version = await registry.alias(model, "champion");
  if (version === null) return { ...FAILED, error: "No version of the project serves." };
  const manifest: Manifest = JSON.parse(
    new TextDecoder().decode(await registry.read(model, version, MANIFEST)),
  );
  const stored = await storedFiles(sql, id, { blobs, addresses, ownerId });
  const newest = stored.files.at(-1);
  if (!newest) return { ...FAILED, error: "The project has no file of items to compare with." };
  const { item_id, item_title, ...choices } = newest.mapping as ContentMapping;
  const folder = await Deno.makeTempDir({ prefix: "airec-feed-" });
  try {
    const path = join(folder, "feed");
    await fetchFile(url, path, { ...rules, stop });
    const feed = await feedFile(path, {
      ...(item_id && { item_id }),
      ...(item_title && { item_title }),
    });
    await refuseLarge(feed);
    const columns = itemColumns(manifest);
    const changes = await feedChanges(feed, stored, { columns, choices: choices as Choices });
    const project = { id, learned: manifest.learned_items ?? 0 };
    return await storeLive(sql, changes, project) ??
      await storeForTraining(sql, changes, { ...project, blobs, before: stored.changes });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * Returns the fetched file as it describes itself, under the mapping of the project's item file.
 */
async function feedFile(path: string, mapping: ContentMapping): Promise<DataFile> {
  const { open } = onDisk(path);
  try {
    const { dialect } = await describeFile(await open());
    return { name: "feed", open, kind: "CONTENT", dialect, mapping };
  } catch (error) {
    if (error instanceof CsvError) throw new UnusableDataError(error.message);
    throw error;
  }
}

/** Maximum of a feed when it is unpacked: its items are held in memory. */
const MOST_BYTES = 100_000_000;
const MOST_ROWS = 500_000;

/** @throws {UnusableDataError} if the feed is too large to be compared. */
async function refuseLarge({ open, kind, dialect, mapping }: DataFile): Promise<void> {
  const check = ({ bytes, rows }: { bytes: number; rows: number }) => {
    if (bytes > MOST_BYTES || rows > MOST_ROWS) {
      throw new UnusableDataError(
        `A feed may have ${MOST_ROWS.toLocaleString("en")} rows and ${MOST_BYTES / 1e6} MB ` +
          "unpacked, and this one has more: send changes by PUT.",
      );
    }
  };
  const bytes = await open();
  try {
    const { lines } = await measure(await bytes.open(), {
      // A header and the last line.
      check: ({ bytes, lines }) => check({ bytes, rows: lines - 2 }),
    });
    // Formats with built-in compression have no lines.
    if (lines > 0) return;
    await checkRows(
      { bytes, kind, dialect, mapping },
      ({ unpackedBytes, rows }) => check({ bytes: unpackedBytes, rows }),
    );
  } catch (error) {
    if (error instanceof CsvError) throw new UnusableDataError(error.message);
    throw error;
  }
}

/** Stores the changes as live items; returns null, without any change, if they are too many. */
async function storeLive(
  sql: Sql,
  { items, unchanged, rejected, known }: FeedChanges,
  { id, learned }: { id: number; learned: number },
): Promise<Fetched | null> {
  if (items.length > MOST_LIVE_ITEMS) return null;
  const serving = {
    ...{ projectId: id, learned },
    has: (itemId: string) => known.has(itemId),
    hasValues: () => false,
  };
  try {
    const put = await transaction(sql, (sql) => putLiveItems(sql, serving, items));
    const sum = unchanged + put.unchanged;
    return { added: put.new, changed: put.changed, unchanged: sum, rejected, error: null };
  } catch (error) {
    if (isLimit(error)) return null;
    throw error;
  }
}

/**
 * Stores the changes in the project's file of live items, and asks for a training, which reads it.
 */
async function storeForTraining(
  sql: Sql,
  { items, unchanged, rejected, known }: FeedChanges,
  { id, blobs, before }: { id: number; blobs: Blobs; before: ReadonlyMap<string, LiveItem> },
): Promise<Fetched> {
  const further = items.map(({ itemId, title, cells }) => ({
    ...{ item_id: itemId, item_title: title ?? null },
    ...{ cells: Object.fromEntries(cells), deleted: false },
  }));
  const learn_to = await rollUpItems(sql, id, { blobs, further });
  const isThere = (itemId: string) => {
    const change = before.get(itemId);
    return change ? !change.deleted : known.has(itemId);
  };
  const changed = items.filter(({ itemId }) => isThere(itemId)).length;
  const added = items.length - changed;
  return { added, changed, unchanged, rejected, error: null, learn_to };
}

/** Whether it is the problem of more live items than a project may have. */
function isLimit(error: unknown): error is Error {
  return error instanceof Error && (error as { code?: unknown }).code === "conflict";
}

interface StoredItemFile {
  storage_path: string;
  dialect: Dialect;
  mapping: ContentMapping;
  cleaned: boolean;
  live: boolean;
  address: FileAddress | null;
}

/** Returns the project's item files, the newest last, and the changes of live items. */
async function storedFiles(
  sql: Sql,
  id: number,
  { blobs, addresses, ownerId }: Pick<FeedDeps, "blobs" | "addresses"> & { ownerId: string },
): Promise<{ files: DataFile[]; changes: Map<string, LiveItem> }> {
  const found = await sql<StoredItemFile[]>`
    select f.storage_path, f.dialect, ${mappingOfFile(sql)} as mapping,
      f.cleaned_at is not null as cleaned, f.items_to is not null as live, f.address
    from recommender.uploaded_files f
    where f.project_id = ${id} and f.file_type = 'CONTENT' order by f.id`;
  const bytesOf = async ({ storage_path, address }: StoredItemFile) => {
    if (address) {
      if (!addresses) throw new AddressError("This trainer opens no addresses.");
      return (await addresses.open({ uri: address.uri, keys: address.keys, ownerId })).file;
    }
    const bytes = await blobBytes(blobs, storage_path);
    if (bytes) return bytes;
    throw new UnusableDataError("A file of the project's items is missing.");
  };
  const changes = new Map<string, LiveItem>();
  for (const file of found.filter(({ live }) => live)) {
    for await (const item of liveItems(await bytesOf(file))) changes.set(item.item_id, item);
  }
  for (const change of await tableItems(sql, id)) {
    const before = changes.get(change.item_id);
    changes.set(change.item_id, before ? joinedItem(before, change) : change);
  }
  const files = found.filter(({ live }) => !live).map((file) => ({
    ...{ name: "items", kind: "CONTENT" as const, dialect: file.dialect, mapping: file.mapping },
    mayBeEmpty: file.cleaned,
    open: () => bytesOf(file),
  }));
  return { files, changes };
}

async function tableItems(sql: ISql, id: number): Promise<LiveItem[]> {
  return await sql<LiveItem[]>`
    select item_id, title as item_title, cells, deleted from recommender.live_items
    where project_id = ${id}`;
}
