/**
 * Files that are stored, or on their way, and belong to no project yet. Whoever is killed on the
 * way leaves a row that expires, and the trainer erases what it names.
 */
import type { Sql, TransactionSql } from "postgres";
import { ownedBy, type OwnerOptions } from "../../http/owned_by.ts";
import { Problem } from "../../http/problem.ts";
import { holdingQuotas, type Quotas } from "../quotas.ts";
import { newBlobName } from "../blobs/new_blob_name.ts";
import type { Measure } from "../csv/measure.ts";

/** An upload that comes in parts. */
export interface Upload {
  id: string;
  file_name: string;
  /** Of the whole file. */
  bytes: number;
  /** Every part has so many bytes, and the last what is left. */
  part_bytes: number;
  /** A name among the blobs, and what the store knows the parts by. */
  storage_path: string;
  handle: string;
  /** Of the whole in lower-case hex, once the parts are one. */
  sha256: string | null;
  /** What the whole is when it is unpacked, once that was counted. */
  measure: Measure | null;
  created_at: Date;
  expires_at: Date;
  /** Those that are there, in order. */
  parts: UploadPart[];
}

export interface UploadPart {
  /** From 1. */
  n: number;
  /** In lower-case hex. */
  sha256: string;
  /** What the store calls it. */
  tag: string;
}

/** So many uploads in parts may one owner have under way. */
const MOST_OPEN = 20;

/**
 * Notes a file before one request stores it, so that it is erased if nothing takes it; returns its
 * name among the blobs.
 * @throws {Problem} 401 when the owner's account is gone.
 */
export async function noteUpload(sql: Sql, ownerId: string): Promise<string> {
  const owned = ownedBy(sql, ownerId, { prepares: true });
  const [{ storage_path }] = await owned<{ storage_path: string }[]>`
    insert into recommender.uploads (owner_id, storage_path)
    values (${ownerId}, ${newBlobName(sql)})
    returning storage_path`.catch(orAccountGone);
  return storage_path;
}

/**
 * Takes an upload for a project, within the transaction that adds it as a file: its row goes, its
 * blob stays. False where there is no such upload any more.
 */
export async function takeUpload(
  sql: TransactionSql,
  ownerId: string,
  storagePath: string,
): Promise<boolean> {
  const { count } = await sql`
    delete from recommender.uploads
    where owner_id = ${ownerId} and storage_path = ${storagePath}`;
  return count > 0;
}

/**
 * Begins an upload in parts: notes it, and then begins its blob.
 * @param upload.begin begins the blob of this name, and returns what the store knows its parts by.
 * @throws {Problem} 409 where the owner has as many under way as one may, 429 beyond the quotas; 401
 * when the account is gone.
 */
export async function createUpload(
  sql: Sql,
  ownerId: string,
  { begin, quotas, ...upload }: Pick<Upload, "file_name" | "bytes" | "part_bytes"> & {
    begin: (storagePath: string) => Promise<string>;
    quotas: Quotas;
  },
): Promise<Upload> {
  const work = (sql: TransactionSql) => noteParted(sql, ownerId, upload);
  const noted = await holdingQuotas(sql, ownerId, { quotas, work, prepares: true })
    .catch(orAccountGone);
  if (!noted) {
    throw new Problem(
      "conflict",
      `You may have ${MOST_OPEN} uploads under way, and have them: finish one, or delete it.`,
    );
  }
  const { id, storage_path } = noted;
  try {
    await noteHandle(sql, ownerId, { id, handle: await begin(storage_path) });
  } catch (error) {
    await deleteUpload(sql, ownerId, id, { prepares: true });
    throw error;
  }
  return await findUpload(sql, ownerId, id) ?? accountGone();
}

/** A row for an upload in parts; undefined where the owner has as many as one may. */
async function noteParted(
  sql: TransactionSql,
  ownerId: string,
  { file_name, bytes, part_bytes }: Pick<Upload, "file_name" | "bytes" | "part_bytes">,
): Promise<{ id: string; storage_path: string } | undefined> {
  const [noted] = await sql<{ id: string; storage_path: string }[]>`
    insert into recommender.uploads (owner_id, file_name, bytes, part_bytes, storage_path)
    select ${ownerId}, ${file_name}, ${bytes}, ${part_bytes}::integer, ${newBlobName(sql)}
    where (
      select count(*) from recommender.uploads
      where owner_id = ${ownerId} and part_bytes is not null
    ) < ${MOST_OPEN}
    returning id, storage_path`;
  return noted;
}

/** Notes what the store knows an upload's parts by. */
async function noteHandle(
  sql: Sql,
  ownerId: string,
  { id, handle }: { id: string; handle: string },
): Promise<void> {
  await ownedBy(sql, ownerId)`
    update recommender.uploads set handle = ${handle} where owner_id = ${ownerId} and id = ${id}`;
}

/** @throws {Problem} 401 where an owner's row could not refer to its account any more. */
export function orAccountGone(error: unknown): never {
  const constraint = String((error as { constraint_name?: string })?.constraint_name);
  if (constraint.endsWith("_owner_id_fkey")) accountGone();
  throw error;
}

function accountGone(): never {
  throw new Problem("unauthenticated", "The account that this token was given to is gone.");
}

/** One of the owner's uploads in parts whose blob is begun, or null. */
export async function findUpload(sql: Sql, ownerId: string, id: string): Promise<Upload | null> {
  const [upload] = await ownedBy(sql, ownerId)<Upload[]>`
    select ${uploadColumns(sql)} from recommender.uploads u
    where owner_id = ${ownerId} and id = ${id} and handle is not null`;
  return upload ?? null;
}

/** The owner's uploads in parts, the newest first. */
export async function listUploads(sql: Sql, ownerId: string): Promise<Upload[]> {
  return await ownedBy(sql, ownerId)<Upload[]>`
    select ${uploadColumns(sql)} from recommender.uploads u
    where owner_id = ${ownerId} and handle is not null
    order by created_at desc, id`;
}

/** Deletes one of the owner's uploads; a trigger notes its bytes. False where there is none. */
export async function deleteUpload(
  sql: Sql,
  ownerId: string,
  id: string,
  options: OwnerOptions = {},
): Promise<boolean> {
  const { count } = await ownedBy(sql, ownerId, options)`
    delete from recommender.uploads
    where owner_id = ${ownerId} and id = ${id} and part_bytes is not null`;
  return count > 0;
}

/**
 * Deletes the row of a file that belongs to no project and is not to be kept; a trigger notes its
 * bytes, in case they are still there.
 */
export async function dropUpload(sql: Sql, ownerId: string, storagePath: string): Promise<void> {
  await ownedBy(sql, ownerId)`
    delete from recommender.uploads
    where owner_id = ${ownerId} and storage_path = ${storagePath}`;
}

/** How long a part may take to be stored while its upload stays locked. */
const STORING_MS = 60_000;
/** How long parts may take to be joined and read once, at the speed of a slow store. */
const JOINING_MS = 30 * 60_000;

/**
 * Adds a part, stored by `store` while nobody else stores the same one; gives the part that is
 * there, which was there before if it came twice. Null where there is no such upload.
 */
export async function addPart(
  sql: Sql,
  ownerId: string,
  { id, n, sha256, store }: {
    id: string;
    n: number;
    sha256: string;
    /** Gives the part's tag. */
    store: () => Promise<string>;
  },
): Promise<UploadPart | null> {
  return await ownedBy(sql, ownerId, { pauseMs: STORING_MS }).begin(async (sql) => {
    // Until the end, the upload is neither joined nor deleted.
    const [upload] = await sql<{ sha256: string | null }[]>`
      select sha256 from recommender.uploads
      where owner_id = ${ownerId} and id = ${id} and part_bytes is not null
      for key share`;
    if (!upload) return null;
    const { count } = await sql`
      insert into recommender.upload_parts (upload_id, n, sha256, tag)
      values (${id}, ${n}, ${sha256}, '')
      on conflict do nothing`;
    if (count > 0) {
      const tag = await store();
      await sql`
        update recommender.upload_parts set tag = ${tag} where upload_id = ${id} and n = ${n}`;
      await sql`
        update recommender.uploads set expires_at = now() + interval '1 day'
        where owner_id = ${ownerId} and id = ${id}`;
    }
    const [part] = await sql<UploadPart[]>`
      select n, sha256, tag from recommender.upload_parts where upload_id = ${id} and n = ${n}`;
    return part;
  });
}

/**
 * Makes an upload whole by `join`, one process at a time, and notes what it found of it. An upload
 * that is whole already is given as it is; null where there is none.
 */
export async function completeUpload(
  sql: Sql,
  ownerId: string,
  { id, join }: {
    id: string;
    join: (upload: Upload) => Promise<{ sha256: string; measure: Measure }>;
  },
): Promise<Upload | null> {
  return await ownedBy(sql, ownerId, { pauseMs: JOINING_MS, prepares: true }).begin(async (sql) => {
    const [upload] = await sql<Upload[]>`
      select ${uploadColumns(sql)} from recommender.uploads u
      where owner_id = ${ownerId} and id = ${id} and part_bytes is not null
      for update of u`;
    if (!upload) return null;
    if (upload.sha256 !== null && upload.measure !== null) return upload;
    const { sha256, measure } = await join(upload);
    const { packed, bytes, lines, isPlain } = measure;
    await sql`
      update recommender.uploads
      set sha256 = ${sha256}, rows = ${lines}, is_plain = ${isPlain},
        unpacked_bytes = ${packed ? bytes : null}
      where owner_id = ${ownerId} and id = ${id}`;
    return { ...upload, sha256, measure };
  });
}

/** `bigint` comes as text: no file is near what a number cannot hold. */
function uploadColumns(sql: Sql | TransactionSql) {
  return sql`
    u.id, u.file_name, u.bytes::float8 as bytes, u.part_bytes, u.storage_path, u.handle, u.sha256,
    case when u.rows is not null then jsonb_build_object(
      'packed', u.unpacked_bytes is not null, 'bytes', coalesce(u.unpacked_bytes, u.bytes),
      'lines', u.rows, 'isPlain', u.is_plain
    ) end as measure,
    u.created_at, u.expires_at, (
      select coalesce(
        jsonb_agg(jsonb_build_object('n', p.n, 'sha256', p.sha256, 'tag', p.tag) order by p.n), '[]'
      )
      from recommender.upload_parts p where p.upload_id = u.id
    ) as parts`;
}
