import type { Fragment, Sql } from "postgres";
import { type NotedBlob, takeNoted } from "../runtime/noted_blob.ts";
import { transaction } from "../runtime/transaction.ts";

/** A stored file of a project as it was read. */
export interface ReadFile {
  id: number;
  project_id: number;
  storage_path: string;
}

/**
 * Replaces a file by its rewritten copy, if the stored file is still the one that was read. The old
 * blob is erased once no training reads it; see `releaseReadBlobs`.
 * @param options.set fragment that sets other columns of the file.
 * @throws {Error} if the file has changed, or the copy was removed as abandoned; the next round
 * retries.
 */
export async function swapFile(
  sql: Sql,
  file: ReadFile,
  { copy, set }: { copy: NotedBlob; set: Fragment },
): Promise<void> {
  await transaction(sql, async (sql) => {
    // Claims lock this row: an earlier one has the old path and is seen, a later one the new path.
    await sql`
      select from recommender.recommender_projects where id = ${file.project_id} for update`;
    const isTaken = await takeNoted(sql, copy);
    const { count } = await sql`
      update recommender.uploaded_files set storage_path = ${copy.name}, ${set}
      where id = ${file.id} and storage_path = ${file.storage_path}`;
    if (!isTaken || count === 0) {
      throw new Error("The file changed while it was being rewritten, so it was not replaced.");
    }
    await sql`
      insert into recommender.erasures (kind, name, project_id, created_at, next_try_at)
      values ('BLOB', ${file.storage_path}, ${file.project_id}, clock_timestamp(), 'infinity')`;
  });
}
