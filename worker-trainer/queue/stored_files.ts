import type { Sql } from "postgres";
import { type Blobs, BlobsAwayError } from "../../functions/recommender/blobs/blobs.ts";
import { type Missing, missingOf } from "./missing.ts";

/** So many uploads of other projects are looked for. */
const LOOKED_FOR = 20;

/**
 * Whether an upload is missing because the store is not the one that it was put into, such as a folder
 * whose volume is not mounted: then it is empty, or has none of the other uploads either. Null where
 * that one upload is gone.
 */
export async function isStoreAnother(
  sql: Sql,
  blobs: Blobs,
  projectId: number,
): Promise<Missing | null> {
  try {
    if (await blobs.isEmpty()) throw new BlobsAwayError("The store of files is empty.");
    const others = await someUploads(sql, projectId);
    if (others.length === 0) return null;
    for (const path of others) {
      const blob = await blobs.get(path, { start: 0, end: 0 });
      await blob?.stream.cancel();
      if (blob) return null;
    }
    throw new BlobsAwayError(`The store of files has none of ${others.length} uploads.`);
  } catch (error) {
    const missing = missingOf(error);
    if (!missing) throw error;
    return missing;
  }
}

/** Where uploads of other projects lie. */
async function someUploads(sql: Sql, projectId: number): Promise<string[]> {
  const rows = await sql<{ storage_path: string }[]>`
    select storage_path from recommender.uploaded_files
    where project_id <> ${projectId}
    order by random() limit ${LOOKED_FOR}`;
  return rows.map(({ storage_path }) => storage_path);
}
