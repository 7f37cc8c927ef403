import type { Sql } from "postgres";
import { ownedBy } from "../../http/database/owned_by.ts";

/** The last fetch of a project's feed of items. */
export interface ItemFeed {
  url: string;
  fetched_at: string;
  /** Numbers of items; null if the fetch failed. */
  new: number | null;
  changed: number | null;
  unchanged: number | null;
  rejected: number | null;
  /** Reason of the failure, as a sentence. */
  error: string | null;
}

/** Returns the last fetch of the feed of one of the owner's projects; null before the first. */
export async function findItemFeed(
  sql: Sql,
  ownerId: string,
  projectId: number,
): Promise<ItemFeed | null> {
  const [feed] = await ownedBy(sql, ownerId)<(Omit<ItemFeed, "fetched_at"> & {
    fetched_at: Date;
  })[]>`
    select url, fetched_at, added as new, changed, unchanged, rejected, error
    from recommender.item_feeds where project_id = ${projectId}`;
  return feed ? { ...feed, fetched_at: feed.fetched_at.toISOString() } : null;
}
