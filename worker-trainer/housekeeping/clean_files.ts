/** Removes the rows of erased users from a project's interaction files. */
import type { Sql } from "postgres";
import { deadline } from "@std/async/deadline";
import type { Blobs } from "../../functions/recommender/blobs/blobs.ts";
import { CsvError } from "../../functions/recommender/files/csv_error.ts";
import { mappingOfFile } from "../../functions/recommender/projects/projects.ts";
import { emptyFile, eraseRows, hasRowsOf, type StoredInteractions } from "./erase_rows.ts";
import { type Erased, listAgain } from "../queue/to_forget.ts";
import { withNotedBlob } from "../runtime/noted_blob.ts";
import { swapFile } from "./swap_file.ts";

/** A file that may contain rows of erased users. */
interface UncleanFile extends StoredInteractions {
  id: number;
  project_id: number;
  bytes: number;
  /** Time of its upload; formatted by Postgres. */
  added_at: string;
}

/** Returns the time limit for cleaning a file, in ms: a store that hangs fails only this file. */
const deadlineOf = (bytes: number) => 300_000 + bytes / 1e9 * 120_000;

/**
 * Removes the rows of erased users from all files of a project that may contain some. An error in
 * one file does not stop the others.
 * @returns the errors.
 */
export async function cleanFiles(
  sql: Sql,
  projectId: number,
  { blobs, ...erased }: Erased & { blobs: Blobs },
): Promise<unknown[]> {
  const faults: unknown[] = [];
  for (const file of await uncleanFiles(sql, projectId)) {
    try {
      await deadline(cleanFile(sql, file, { blobs, ...erased }), deadlineOf(file.bytes));
    } catch (error) {
      faults.push(error);
    }
  }
  return faults;
}

async function cleanFile(
  sql: Sql,
  file: UncleanFile,
  { blobs, people, visits, as_of }: Erased & { blobs: Blobs },
): Promise<void> {
  const has = await hasRowsOf(file, { blobs, people, visits });
  if (!has) return await noteClean(sql, file, as_of);
  await listAgain(sql, file.project_id, file.added_at);
  await withNotedBlob(sql, async (copy) => {
    const { name } = copy;
    const erased = has === "unreadable"
      ? await emptyFile(file, { blobs, name })
      : await eraseRows(file, { blobs, people, visits, name }).catch((error) => {
        // Damaged after the first row of an erased user.
        if (error instanceof CsvError) return emptyFile(file, { blobs, name });
        throw error;
      });
    await swapFile(sql, file, {
      copy,
      set: sql`bytes = ${erased.bytes}, sha256 = ${erased.sha256},
        dialect = ${sql.json({ ...erased.dialect })},
        cleaned_at = ${as_of}::text::timestamptz`,
    });
  });
}

async function uncleanFiles(sql: Sql, projectId: number): Promise<UncleanFile[]> {
  return await sql<UncleanFile[]>`
    select f.id, f.project_id, f.storage_path, f.bytes::float8 as bytes, f.sha256, f.dialect,
      f.created_at::text as added_at, ${
    mappingOfFile(sql)
  } as mapping, f.events_to is not null as is_live
    from recommender.uploaded_files f
    where f.project_id = ${projectId} and f.file_type = 'INTERACTION' and exists (
      select from recommender.erased_users e
      where e.project_id = f.project_id and (f.cleaned_at is null or e.erased_at > f.cleaned_at)
    )
    order by f.bytes`;
}

/** Records that a file contains no rows of users erased before `asOf`. */
async function noteClean(sql: Sql, file: UncleanFile, asOf: string): Promise<void> {
  await sql`
    update recommender.uploaded_files
    set cleaned_at = greatest(cleaned_at, ${asOf}::text::timestamptz)
    where id = ${file.id} and storage_path = ${file.storage_path}`;
}

/**
 * Releases old blobs for erasure once no training reads them. A training that started before the
 * swap reads until its progress reaches 0.1. `claimSeconds` is a margin for claims under way.
 */
export async function releaseReadBlobs(sql: Sql, claimSeconds = 5): Promise<void> {
  const claim = sql`make_interval(secs => ${claimSeconds})`;
  await sql`
    update recommender.erasures e set next_try_at = now()
    where e.project_id is not null and e.next_try_at = 'infinity'
      and e.created_at < now() - ${claim}
      and not exists (
        select from recommender.recommender_projects p
        where p.id = e.project_id and p.status = 'PROCESSING' and p.lease_until > now()
          and p.started_at < e.created_at + ${claim} and p.progress < 0.1
      )`;
}
