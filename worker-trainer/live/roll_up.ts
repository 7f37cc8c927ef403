/**
 * Rolls a project's live events up into a file before a training reads them. Small files of earlier
 * trainings are joined with it, so that their number stays bounded.
 */
import { createHash } from "node:crypto";
import type { ISql, Sql } from "postgres";
import type { Blobs } from "../../functions/recommender/blobs/blobs.ts";
import { addMapping } from "../../functions/recommender/projects/projects.ts";
import {
  LIVE_DIALECT,
  LIVE_MAPPING,
  type LiveEvent,
  liveHeader,
  liveLine,
  liveLines,
} from "../dataset/live_file.ts";
import { type NotedBlob, takeNoted, withNotedBlob } from "../runtime/noted_blob.ts";
import { transaction } from "../runtime/transaction.ts";

/** A file below this size is joined with later events, in bytes. */
const SMALL_BYTES = 4 << 20;
/** Number of small files that are kept apart, so that not every training rewrites one. */
const MOST_SMALL = 8;
/** Rows read from the table at once. */
const ROWS_PER_READ = 5_000;

/** A file of live events. */
interface EventsFile {
  id: number;
  storage_path: string;
  rows: number;
}

/** Size and hash of a file, measured while it is written. */
interface Measured {
  bytes: number;
  rows: number;
  sha256: ReturnType<typeof createHash>;
}

/**
 * Writes the events stored so far to a file of the project, if there are any that no file has, and
 * advances the project's `events_rolled_to`.
 * @throws {Error} if another process did so at the same time.
 */
export async function rollUpEvents(
  sql: Sql,
  projectId: number,
  { blobs }: { blobs: Blobs },
): Promise<void> {
  const range = await unrolled(sql, projectId);
  if (!range) return;
  if (range.count === 0) return void await advance(sql, projectId, range);
  const small = await smallFiles(sql, projectId);
  const joined = small.length > MOST_SMALL ? small : [];
  await withNotedBlob(sql, async (blob) => {
    const file = { bytes: 0, rows: 0, sha256: createHash("sha256") };
    await blobs.put(blob.name, measured(lines(range, file), file));
    await addEventsFile(sql, projectId, { blob, joined, range, file });
  });

  async function* lines(range: Range, file: Measured): AsyncGenerator<string> {
    yield liveHeader();
    for (const { storage_path, rows } of joined) {
      yield* liveLines(blobs, storage_path);
      file.rows += rows;
    }
    for await (const rows of countedEvents(sql, projectId, range)) {
      yield rows.map(liveLine).join("");
      file.rows += rows.length;
    }
  }
}

/** Sequence numbers `from`, exclusive, to `to`, inclusive, and how many events there count. */
interface Range {
  from: number;
  to: number;
  count: number;
}

/** Returns the range of the events that are in no file; undefined for a deleted project. */
async function unrolled(sql: Sql, projectId: number): Promise<Range | undefined> {
  return await transaction(sql, async (sql) => {
    const [{ to }] = await sql<{ to: number }[]>`
      select recommender.learned_to(${projectId})::float8 as to`;
    const [range] = await sql<(Range | undefined)[]>`
      select p.events_rolled_to::float8 as from, ${to}::float8 as to, count(e)::integer as count
      from recommender.recommender_projects p
        left join recommender.live_events e
          on e.project_id = p.id and e.seq > p.events_rolled_to and e.seq <= ${to} and e.counted
      where p.id = ${projectId}
      group by p.id`;
    return range;
  });
}

/** Yields the events that count, in their order. */
async function* countedEvents(
  sql: Sql,
  projectId: number,
  { from, to }: Range,
): AsyncGenerator<LiveEvent[]> {
  for (let after = from;;) {
    const rows = await sql<LiveEvent[]>`
      select recommender.person_id(e.person, e.anonymous) as user, e.item_id as item, e.type,
        case when e.type = 'rating' then e.value else 'NaN' end as rating,
        extract(epoch from e.at)::float8 as time, e.seq::float8 as seq
      from recommender.live_events e
      where e.project_id = ${projectId} and e.seq > ${after} and e.seq <= ${to} and e.counted
      order by e.seq
      limit ${ROWS_PER_READ}`;
    if (rows.length === 0) return;
    yield [...rows];
    after = rows.at(-1)!.seq;
  }
}

async function smallFiles(sql: Sql, projectId: number): Promise<EventsFile[]> {
  return await sql<EventsFile[]>`
    select id, storage_path, rows::float8 as rows from recommender.uploaded_files
    where project_id = ${projectId} and events_to is not null and bytes < ${SMALL_BYTES}
    order by events_to`;
}

/** Encodes text and measures the bytes. */
function measured(lines: AsyncGenerator<string>, file: Measured): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const encoded = new TransformStream<string, Uint8Array>({
    transform(text, controller) {
      const bytes = encoder.encode(text);
      file.bytes += bytes.length;
      file.sha256.update(bytes);
      if (bytes.length > 0) controller.enqueue(bytes);
    },
  });
  return ReadableStream.from(lines).pipeThrough(encoded);
}

/** Adds the file to the project in place of those that it joins. */
async function addEventsFile(
  sql: Sql,
  projectId: number,
  { blob, joined, range, file: { bytes, rows, sha256 } }: {
    blob: NotedBlob;
    joined: EventsFile[];
    range: Range;
    file: Measured;
  },
): Promise<void> {
  await transaction(sql, async (sql) => {
    const isUnchanged = await advance(sql, projectId, range);
    const removed = await removeFiles(sql, joined);
    if (!isUnchanged || removed < joined.length || !await takeNoted(sql, blob)) {
      throw new Error("The project's live events changed while they were written to a file.");
    }
    const [{ id }] = await sql<{ id: number }[]>`
      insert into recommender.uploaded_files
        (project_id, file_type, storage_path, file_name, bytes, rows, sha256, dialect, events_to)
      values (${projectId}, 'INTERACTION', ${blob.name}, ${`live events to ${range.to}.csv`}, ${bytes},
        ${rows}, ${sha256.digest("hex")}, ${sql.json({ ...LIVE_DIALECT })}, ${range.to})
      returning id`;
    await addMapping(sql, id, LIVE_MAPPING);
  });
}

/** Deletes files that are still as they were read; returns how many. */
async function removeFiles(sql: ISql, files: EventsFile[]): Promise<number> {
  let removed = 0;
  for (const { id, storage_path } of files) {
    const { count } = await sql`
      delete from recommender.uploaded_files where id = ${id} and storage_path = ${storage_path}`;
    removed += count;
  }
  return removed;
}

/** Notes that files have the events; returns false if another process did, or it was deleted. */
async function advance(sql: ISql, projectId: number, { from, to }: Range): Promise<boolean> {
  const { count } = await sql`
    update recommender.recommender_projects set events_rolled_to = ${to}
    where id = ${projectId} and events_rolled_to = ${from}`;
  return count === 1;
}
