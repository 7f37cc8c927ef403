/**
 * Files that are stored, or on their way, and belong to no project yet. Whoever is killed on the
 * way leaves a row that expires, and the trainer erases what it names.
 */
import type { Sql, TransactionSql } from "postgres";
import { ownedBy } from "../../http/owned_by.ts";
import { Problem } from "../../http/problem.ts";

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

/** Notes a file before it is stored by one request, so that it is erased if nobody takes it. */
export async function noteUpload(sql: Sql, ownerId: string, storagePath: string): Promise<void> {
  await ownedBy(sql, ownerId)`
    insert into recommender.uploads (owner_id, storage_path) values (${ownerId}, ${storagePath})`;
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
 * Begins an upload in parts.
 * @throws {Problem} 409 where the owner has as many under way as one may.
 */
export async function createUpload(
  sql: Sql,
  ownerId: string,
  upload: Pick<Upload, "file_name" | "bytes" | "part_bytes" | "storage_path" | "handle">,
): Promise<Upload> {
  const { file_name, bytes, part_bytes, storage_path, handle } = upload;
  const [created] = await ownedBy(sql, ownerId)<{ id: string }[]>`
    insert into recommender.uploads
      (owner_id, file_name, bytes, part_bytes, storage_path, handle)
    select ${ownerId}, ${file_name}, ${bytes}, ${part_bytes}::integer, ${storage_path}, ${handle}
    where (
      select count(*) from recommender.uploads
      where owner_id = ${ownerId} and part_bytes is not null
    ) < ${MOST_OPEN}
    returning id`;
  if (created) return (await findUpload(sql, ownerId, created.id))!;
  throw new Problem(
    "conflict",
    `You may have ${MOST_OPEN} uploads under way, and have them: finish one, or delete it.`,
  );
}

/** One of the owner's uploads in parts, or null. */
export async function findUpload(sql: Sql, ownerId: string, id: string): Promise<Upload | null> {
  const [upload] = await ownedBy(sql, ownerId)<Upload[]>`
    select ${uploadColumns(sql)} from recommender.uploads u
    where owner_id = ${ownerId} and id = ${id} and part_bytes is not null`;
  return upload ?? null;
}

/** The owner's uploads in parts, the newest first. */
export async function listUploads(sql: Sql, ownerId: string): Promise<Upload[]> {
  return await ownedBy(sql, ownerId)<Upload[]>`
    select ${uploadColumns(sql)} from recommender.uploads u
    where owner_id = ${ownerId} and part_bytes is not null
    order by created_at desc, id`;
}

/** Deletes one of the owner's uploads; a trigger notes its bytes. False where there is none. */
export async function deleteUpload(sql: Sql, ownerId: string, id: string): Promise<boolean> {
  const { count } = await ownedBy(sql, ownerId)`
    delete from recommender.uploads
    where owner_id = ${ownerId} and id = ${id} and part_bytes is not null`;
  return count > 0;
}

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
  return await ownedBy(sql, ownerId).begin(async (sql) => {
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
 * Makes an upload whole by `join`, one process at a time, and notes the SHA-256 that it gives. An
 * upload that is whole already is given as it is; null where there is none.
 */
export async function completeUpload(
  sql: Sql,
  ownerId: string,
  { id, join }: { id: string; join: (upload: Upload) => Promise<string> },
): Promise<Upload | null> {
  return await ownedBy(sql, ownerId).begin(async (sql) => {
    const [upload] = await sql<Upload[]>`
      select ${uploadColumns(sql)} from recommender.uploads u
      where owner_id = ${ownerId} and id = ${id} and part_bytes is not null
      for update of u`;
    if (!upload) return null;
    if (upload.sha256 !== null) return upload;
    const sha256 = await join(upload);
    await sql`
      update recommender.uploads set sha256 = ${sha256}
      where owner_id = ${ownerId} and id = ${id}`;
    return { ...upload, sha256 };
  });
}

/** `bigint` comes as text: no file is near what a number cannot hold. */
function uploadColumns(sql: Sql | TransactionSql) {
  return sql`
    u.id, u.file_name, u.bytes::float8 as bytes, u.part_bytes, u.storage_path, u.handle, u.sha256,
    u.created_at, u.expires_at, (
      select coalesce(
        jsonb_agg(jsonb_build_object('n', p.n, 'sha256', p.sha256, 'tag', p.tag) order by p.n), '[]'
      )
      from recommender.upload_parts p where p.upload_id = u.id
    ) as parts`;
}
