/**
 * Rows of files that are stored or being received but belong to no project. A process that is
 * killed leaves a row that expires, and the trainer erases its file.
 */
import type { Sql, TransactionSql } from "postgres";
import { ownedBy, type OwnerOptions } from "../../http/database/owned_by.ts";
import { Problem } from "../../http/problem.ts";
import { holdingQuotas, holdQuotas, type Quotas } from "./quotas.ts";
import { newBlobName } from "../blobs/new_blob_name.ts";
import type { Measure } from "../files/formats/measure.ts";

/** An upload in parts. */
export interface Upload {
  id: string;
  file_name: string;
  /** Size of the whole file. */
  bytes: number;
  /** Size of each part; the last has the remainder. */
  part_bytes: number;
  /** Name of the blob, and the store's handle of the multipart write. */
  storage_path: string;
  handle: string;
  /** SHA-256 of the whole file in lower-case hex, once the parts are joined. */
  sha256: string | null;
  /** Measure of the unpacked file, once counted. */
  measure: Measure | null;
  created_at: Date;
  expires_at: Date;
  /** Received parts, in order. */
  parts: UploadPart[];
}

export interface UploadPart {
  /** Number of the part, from 1. */
  n: number;
  /** Lower-case hex. */
  sha256: string;
  /** The store's tag of the part. */
  tag: string;
}

/** Maximum number of open uploads in parts per owner. */
const MOST_OPEN = 20;

/**
 * Inserts a row for a file before one request stores it, so the file is erased if nothing uses it;
 * returns the blob's name.
 * @throws {Problem} 401 if the owner's account is deleted.
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
 * Assigns an upload to a project, in the transaction that adds it as a file: deletes its row and
 * keeps its blob. Returns false if the upload no longer exists.
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
 * Begins an upload in parts: inserts its row, then begins its blob.
 * @param upload.begin begins the blob of this name and returns the store's handle.
 * @throws {Problem} 409 if the owner has too many open uploads, 429 if a quota is exceeded, 401 if
 * the account is deleted.
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
      `You can have at most ${MOST_OPEN} unfinished uploads, and have that many: finish or ` +
        "delete one.",
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

/** Inserts the row of an upload in parts; undefined if the owner has too many open uploads. */
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

/** Stores the handle of an upload's blob. */
async function noteHandle(
  sql: Sql,
  ownerId: string,
  { id, handle }: { id: string; handle: string },
): Promise<void> {
  await ownedBy(sql, ownerId)`
    update recommender.uploads set handle = ${handle} where owner_id = ${ownerId} and id = ${id}`;
}

/** @throws {Problem} 401 if the row violates the foreign key to its owner's account. */
export function orAccountGone(error: unknown): never {
  const constraint = String((error as { constraint_name?: string })?.constraint_name);
  if (constraint.endsWith("_owner_id_fkey")) accountGone();
  throw error;
}

function accountGone(): never {
  throw new Problem("unauthenticated", "The account of this token was deleted.");
}

/** Returns one of the owner's uploads in parts whose blob has begun, or null. */
export async function findUpload(sql: Sql, ownerId: string, id: string): Promise<Upload | null> {
  const [upload] = await ownedBy(sql, ownerId)<Upload[]>`
    select ${uploadColumns(sql)} from recommender.uploads u
    where owner_id = ${ownerId} and id = ${id} and handle is not null`;
  return upload ?? null;
}

/** Returns the owner's uploads in parts, newest first. */
export async function listUploads(sql: Sql, ownerId: string): Promise<Upload[]> {
  return await ownedBy(sql, ownerId)<Upload[]>`
    select ${uploadColumns(sql)} from recommender.uploads u
    where owner_id = ${ownerId} and handle is not null
    order by created_at desc, id`;
}

/**
 * Deletes one of the owner's uploads; a trigger records its blob for deletion. Returns false if
 * there is none.
 */
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
 * Deletes the row of a file that belongs to no project and is not kept; a trigger records its blob
 * for deletion, in case it still exists.
 */
export async function dropUpload(sql: Sql, ownerId: string, storagePath: string): Promise<void> {
  await ownedBy(sql, ownerId)`
    delete from recommender.uploads
    where owner_id = ${ownerId} and storage_path = ${storagePath}`;
}

/** Time limit of storing a part, while its upload is locked, in ms. */
const STORING_MS = 60_000;
/** Time limit of joining the parts and reading the file once from a slow store, in ms. */
const JOINING_MS = 30 * 60_000;

/**
 * Adds a part, stored by `store` under a lock on this part. Returns the stored part, which is the
 * earlier one if it was sent twice, or null if the upload does not exist.
 */
export async function addPart(
  sql: Sql,
  ownerId: string,
  { id, n, sha256, store }: {
    id: string;
    n: number;
    sha256: string;
    /** Stores the part and returns its tag. */
    store: () => Promise<string>;
  },
): Promise<UploadPart | null> {
  return await ownedBy(sql, ownerId, { pauseMs: STORING_MS }).begin(async (sql) => {
    // Prevents joining or deleting the upload until the end of the transaction.
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
 * Completes an upload by `join`, in one process at a time, and stores the digest and measure. An
 * upload that is already complete is returned unchanged; null if it does not exist.
 * @throws {Problem} 429 if the result exceeds a quota of the owner.
 */
export async function completeUpload(
  sql: Sql,
  ownerId: string,
  { id, quotas, join }: {
    id: string;
    quotas: Quotas;
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
    await holdQuotas(sql, ownerId, {
      quotas,
      work: () =>
        sql`
          update recommender.uploads
          set sha256 = ${sha256}, rows = ${lines}, is_plain = ${isPlain},
            unpacked_bytes = ${packed ? bytes : null}
          where owner_id = ${ownerId} and id = ${id}`,
    });
    return { ...upload, sha256, measure };
  });
}

/** Columns of an `Upload`. `bigint` is cast to float8, which is exact for every real file size. */
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
