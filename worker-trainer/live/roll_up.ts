/**
 * Rolls a project's live events up into a file before a training reads them. Small files of earlier
 * trainings are joined with it, so that their number stays bounded.
 */
import type { ISql, Sql } from "postgres";
import type { Blobs } from "../../functions/recommender/blobs/blobs.ts";
import {
  LIVE_DIALECT,
  LIVE_MAPPING,
  type LiveEvent,
  liveHeader,
  liveLine,
  liveLines,
} from "../dataset/live_file.ts";
import { withNotedBlob } from "../runtime/noted_blob.ts";
import { transaction } from "../runtime/transaction.ts";
import { Measured, replaceFiles, type StoredFile } from "./rolled_file.ts";

/** A file below this size is joined with later events, in bytes. */
const SMALL_BYTES = 4 << 20;
/** Number of small files that are kept apart, so that not every training rewrites one. */
const MOST_SMALL = 8;
/** Rows read from the table at once. */
const ROWS_PER_READ = 5_000;

/** A file of live events. */
interface EventsFile extends StoredFile {
  rows: number;
  /** When its oldest event was received, in seconds since 1970. */
  from: number | null;
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
    const measured = new Measured();
    let oldest = Infinity;
    const note = (received: number) => void (oldest = Math.min(oldest, received));
    await blobs.put(blob.name, measured.encoded(lines(range, { measured, note })));
    await transaction(sql, async (sql) => {
      const isUnchanged = await advance(sql, projectId, range);
      const file = {
        file_type: "INTERACTION" as const,
        file_name: `live events to ${range.to}.csv`,
        dialect: LIVE_DIALECT,
        mapping: LIVE_MAPPING,
        events_to: range.to,
        events_from: oldest,
      };
      if (
        !isUnchanged || !await replaceFiles(sql, projectId, { blob, joined, measured, file })
      ) {
        throw new Error("The project's live events changed while they were written to a file.");
      }
    });
  });

  async function* lines(
    range: Range,
    { measured, note }: { measured: Measured; note: (received: number) => void },
  ): AsyncGenerator<string> {
    yield liveHeader();
    for (const { storage_path, rows, from } of joined) {
      yield* liveLines(blobs, storage_path);
      measured.rows += rows;
      if (from !== null) note(from);
    }
    for await (const rows of countedEvents(sql, projectId, range)) {
      yield rows.map(liveLine).join("");
      measured.rows += rows.length;
      for (const { received } of rows) note(received);
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
        extract(epoch from e.at)::float8 as time, e.seq::float8 as seq,
        extract(epoch from e.received_at)::float8 as received
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
    select id, storage_path, rows::float8 as rows, extract(epoch from events_from)::float8 as from
    from recommender.uploaded_files
    where project_id = ${projectId} and events_to is not null and bytes < ${SMALL_BYTES}
    order by events_to`;
}

/** Notes that files have the events; returns false if another process did, or it was deleted. */
async function advance(sql: ISql, projectId: number, { from, to }: Range): Promise<boolean> {
  const { count } = await sql`
    update recommender.recommender_projects set events_rolled_to = ${to}
    where id = ${projectId} and events_rolled_to = ${from}`;
  return count === 1;
}
