/**
 * A blob about to be stored, recorded as an erasure until a file refers to it: a killed process
 * leaves no unrecorded blob.
 */
import type { ISql, Sql } from "postgres";
import { newBlobName } from "../../functions/recommender/blobs/new_blob_name.ts";

/** A recorded blob. */
export interface NotedBlob {
  /** Of the erasure. */
  id: string;
  name: string;
}

/** Seconds without a heartbeat after which the blob is removed. */
const NOTED_SECONDS = 120;
const HEARTBEAT_MS = 20_000;

/**
 * Records a new blob, keeps the record while `work` runs, and releases the blob for removal if that
 * fails. `work` stores the blob and, in the transaction that refers to it, calls `takeNoted`.
 */
export async function withNotedBlob<Result>(
  sql: Sql,
  work: (blob: NotedBlob) => Promise<Result>,
): Promise<Result> {
  const blob = await noteBlob(sql);
  const heartbeat = setInterval(() => keepNoted(sql, blob).catch(() => {}), HEARTBEAT_MS);
  try {
    return await work(blob);
  } catch (error) {
    await dropNoted(sql, blob);
    throw error;
  } finally {
    clearInterval(heartbeat);
  }
}

/** Deletes the record; returns false if the blob was removed as abandoned. */
export async function takeNoted(sql: ISql, { id }: NotedBlob): Promise<boolean> {
  const { count } = await sql`
    delete from recommender.erasures where id = ${id} and attempts = 0`;
  return count === 1;
}

async function noteBlob(sql: Sql): Promise<NotedBlob> {
  const [blob] = await sql<NotedBlob[]>`
    insert into recommender.erasures (kind, name, next_try_at)
    values ('BLOB', ${newBlobName(sql)}, now() + make_interval(secs => ${NOTED_SECONDS}))
    returning id, name`;
  return blob;
}

async function keepNoted(sql: Sql, { id }: NotedBlob): Promise<void> {
  await sql`
    update recommender.erasures set next_try_at = now() + make_interval(secs => ${NOTED_SECONDS})
    where id = ${id} and attempts = 0`;
}

async function dropNoted(sql: Sql, { id }: NotedBlob): Promise<void> {
  await sql`update recommender.erasures set next_try_at = now() where id = ${id} and attempts = 0`;
}
