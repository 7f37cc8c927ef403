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
  /** Whether changes of a fetch wait for a training, since they were too many for the services. */
  waits_for_training: boolean;
}

/**
 * Returns the last fetch of the feed of one of the owner's projects; null before the first.
 * @param project.learned number of the last live item that the serving version has learned.
 */
export async function findItemFeed(
  sql: Sql,
  ownerId: string,
  { projectId, learned }: { projectId: number; learned: number },
): Promise<ItemFeed | null> {
  const [feed] = await ownedBy(sql, ownerId)<(Omit<ItemFeed, "fetched_at"> & {
    fetched_at: Date;
  })[]>`
    select url, fetched_at, added as new, changed, unchanged, rejected, error,
      coalesce(learn_to > ${learned}, false) as waits_for_training
    from recommender.item_feeds where project_id = ${projectId}`;
  return feed ? { ...feed, fetched_at: feed.fetched_at.toISOString() } : null;
}
