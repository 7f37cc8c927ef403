/** Removes live events from the files that trainings read, after the days of `keep_events`. */
import type { Sql } from "postgres";
import { blobBytes } from "../../functions/recommender/blobs/blob_bytes.ts";
import type { Blobs } from "../../functions/recommender/blobs/blobs.ts";
import type { FileBytes } from "../../functions/recommender/files/file_bytes.ts";
import { KEEP_EVENTS_DAYS } from "../../functions/recommender/projects/settings.ts";
import { liveEvents, liveHeader, liveLine } from "../dataset/live_file.ts";
import { Measured } from "../live/rolled_file.ts";
import { forEachProject } from "../runtime/for_each_project.ts";
import { withNotedBlob } from "../runtime/noted_blob.ts";
import { type ReadFile, swapFile } from "./swap_file.ts";

/** Part of the days by which a file's oldest event is late when the file is rewritten. */
const SLACK = 0.1;

/** A file with events to remove. */
interface ExpiredFile extends ReadFile {
  /** Seconds since 1970 before which events have expired. */
  before: number;
}

/**
 * Rewrites files whose oldest event was received longer ago than `keep_events` says, and a tenth of
 * that time, so that a file is rewritten seldom. Rows keep their order.
 */
export async function expireEventFiles(
  sql: Sql,
  { blobs, stop }: { blobs: Blobs; stop: AbortSignal },
): Promise<void> {
  await forEachProject(await expiredFiles(sql), async (file) => {
    const bytes = await blobBytes(blobs, file.storage_path);
    // Without its blob, a file fails the next training, which says so.
    if (bytes) await rewrite(sql, file, { blobs, bytes });
  }, { idOf: ({ project_id }) => project_id, stop });
}

async function expiredFiles(sql: Sql): Promise<ExpiredFile[]> {
  return await sql<ExpiredFile[]>`
    select f.id, f.project_id, f.storage_path,
      extract(epoch from now() - make_interval(days => k.days))::float8 as before
    from recommender.uploaded_files f
      join recommender.recommender_projects p on p.id = f.project_id
      cross join lateral (
        select coalesce((p.settings ->> 'keep_events')::integer, ${KEEP_EVENTS_DAYS}) as days
      ) k
    where f.events_to is not null
      and f.events_from < now() - (1 + ${SLACK}::float8) * make_interval(days => k.days)`;
}

async function rewrite(
  sql: Sql,
  file: ExpiredFile,
  { blobs, bytes }: { blobs: Blobs; bytes: FileBytes },
): Promise<void> {
  const measured = new Measured();
  let from = Infinity;
  async function* lines(): AsyncGenerator<string> {
    yield liveHeader();
    for await (const batch of liveEvents(bytes)) {
      const kept = batch.filter(({ received }) => received >= file.before);
      measured.rows += kept.length;
      for (const { received } of kept) from = Math.min(from, received);
      yield kept.map(liveLine).join("");
    }
  }
  await withNotedBlob(sql, async (copy) => {
    await blobs.put(copy.name, measured.encoded(lines()));
    const { bytes, rows } = measured;
    await swapFile(sql, file, {
      copy,
      set: sql`bytes = ${bytes}, sha256 = ${measured.hash()}, rows = ${rows},
        events_from = to_timestamp(${rows === 0 ? null : from}::float8)`,
    });
  });
}
