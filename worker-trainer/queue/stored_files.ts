import type { Sql } from "postgres";
import { type Blobs, BlobsAwayError } from "../../functions/recommender/blobs/blobs.ts";
import { type Missing, missingOf } from "./missing.ts";

/** Maximum number of other projects' uploads checked. */
const LOOKED_FOR = 20;

/**
 * Checks whether an upload is missing because this is not the store it was put into, such as a
 * folder whose volume is not mounted: that is empty, or lacks the other uploads as well. Returns
 * null if only this upload is missing.
 */
export async function isStoreAnother(
  sql: Sql,
  blobs: Blobs,
  projectId: number,
): Promise<Missing | null> {
  try {
    if (await blobs.isEmpty()) throw new BlobsAwayError("The file storage is empty.");
    const others = await someUploads(sql, projectId);
    if (others.length === 0) return null;
    for (const path of others) {
      const blob = await blobs.get(path, { start: 0, end: 0 });
      await blob?.stream.cancel();
      if (blob) return null;
    }
    throw new BlobsAwayError(`The file storage contains none of ${others.length} uploads.`);
  } catch (error) {
    const missing = missingOf(error);
    if (!missing) throw error;
    return missing;
  }
}

/** Returns the paths of uploads of other projects. */
async function someUploads(sql: Sql, projectId: number): Promise<string[]> {
  const rows = await sql<{ storage_path: string }[]>`
    select storage_path from recommender.uploaded_files
    where project_id <> ${projectId}
    order by random() limit ${LOOKED_FOR}`;
  return rows.map(({ storage_path }) => storage_path);
}
