/** Files of a project that the trainer writes from live data, in place of earlier ones. */
import { createHash } from "node:crypto";
import type { ISql } from "postgres";
import type { Dialect } from "../../functions/recommender/files/dialect.ts";
import type { FileKind, Mapping } from "../../functions/recommender/files/mapping.ts";
import { addMapping } from "../../functions/recommender/projects/projects.ts";
import { type NotedBlob, takeNoted } from "../runtime/noted_blob.ts";
import type { TransactionSql } from "postgres";

/** A stored file. */
export interface StoredFile {
  id: number;
  storage_path: string;
}

/** Size and hash of a file, measured while it is written. */
export class Measured {
  bytes = 0;
  rows = 0;
  readonly #sha256 = createHash("sha256");

  /** Returns the lines as bytes, and measures these. */
  encoded(lines: AsyncGenerator<string>): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder();
    const encoded = new TransformStream<string, Uint8Array>({
      transform: (text, controller) => {
        const bytes = encoder.encode(text);
        this.bytes += bytes.length;
        this.#sha256.update(bytes);
        if (bytes.length > 0) controller.enqueue(bytes);
      },
    });
    return ReadableStream.from(lines).pipeThrough(encoded);
  }

  /** Returns the SHA-256 in hex of a file that was written. */
  hash(): string {
    return this.#sha256.digest("hex");
  }
}

/** A file to add. */
export interface RolledFile {
  file_type: FileKind;
  file_name: string;
  dialect: Dialect;
  mapping: Mapping;
  /** Highest sequence number among its events, or among its items. */
  events_to?: number;
  items_to?: number;
  /** When the oldest of its events was received, in seconds since 1970. */
  events_from?: number;
}

/**
 * Adds a file to the project in place of those that it joins, within a transaction. Returns false
 * if one of these changed, or the blob was removed as abandoned: then the transaction must fail.
 */
export async function replaceFiles(
  sql: TransactionSql,
  projectId: number,
  { blob, joined, measured, file }: {
    blob: NotedBlob;
    joined: readonly StoredFile[];
    measured: Measured;
    file: RolledFile;
  },
): Promise<boolean> {
  const removed = await removeFiles(sql, joined);
  if (removed < joined.length || !await takeNoted(sql, blob)) return false;
  const { file_type, file_name, dialect, mapping } = file;
  const { events_to = null, items_to = null, events_from = null } = file;
  const [{ id }] = await sql<{ id: number }[]>`
    insert into recommender.uploaded_files
      (project_id, file_type, storage_path, file_name, bytes, rows, sha256, dialect, events_to,
        items_to, events_from)
    values (${projectId}, ${file_type}, ${blob.name}, ${file_name}, ${measured.bytes},
      ${measured.rows}, ${measured.hash()}, ${sql.json({ ...dialect })}, ${events_to}, ${items_to},
      to_timestamp(${events_from}::float8))
    returning id`;
  await addMapping(sql, id, mapping);
  return true;
}

/** Deletes files that are still as they were read; returns how many. */
async function removeFiles(sql: ISql, files: readonly StoredFile[]): Promise<number> {
  let removed = 0;
  for (const { id, storage_path } of files) {
    const { count } = await sql`
      delete from recommender.uploaded_files where id = ${id} and storage_path = ${storage_path}`;
    removed += count;
  }
  return removed;
}
