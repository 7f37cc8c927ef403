/** Removes the rows of erased users from a project's interaction files. */
import type { Sql } from "postgres";
import { deadline } from "@std/async/deadline";
import { AddressError } from "../../functions/recommender/addresses/address_error.ts";
import type { Addresses } from "../../functions/recommender/addresses/addresses.ts";
import type { FileAddress } from "../../functions/recommender/projects/uploaded_file.ts";
import type { Blobs } from "../../functions/recommender/blobs/blobs.ts";
import { CsvError } from "../../functions/recommender/files/csv_error.ts";
import { mappingOfFile } from "../../functions/recommender/projects/projects.ts";
import {
  emptyFile,
  eraseRows,
  hasRowsIn,
  hasRowsOf,
  type StoredInteractions,
} from "./erase_rows.ts";
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
  owner_id: string;
  /** Set if the data stay at an address, where only their owner can delete rows. */
  address: FileAddress | null;
}

/** Rows of erased users at an address, which only their owner can delete. */
export class RowsAtAddressError extends Error {
  override name = "RowsAtAddressError";

  constructor(uri: string) {
    super(
      `The data at ${uri} have rows of these users: delete the rows there. Trainings leave them ` +
        "out until then. The data are read again every hour.",
    );
  }
}

/** Dependencies of reading files. */
export interface FileAccess {
  blobs: Blobs;
  addresses?: Addresses;
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
  { blobs, addresses, ...erased }: Erased & FileAccess,
): Promise<unknown[]> {
  const faults: unknown[] = [];
  for (const file of await uncleanFiles(sql, projectId)) {
    try {
      const bytes = file.address?.bytes ?? file.bytes;
      await deadline(cleanFile(sql, file, { blobs, addresses, ...erased }), deadlineOf(bytes));
    } catch (error) {
      faults.push(error);
    }
  }
  return faults;
}

async function cleanFile(
  sql: Sql,
  file: UncleanFile,
  { blobs, addresses, people, visits, as_of }: Erased & FileAccess,
): Promise<void> {
  if (file.address) {
    await refuseRows(file, file.address, { addresses, people });
    return await noteClean(sql, file, as_of);
  }
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

/**
 * Reads data at an address.
 * @throws {RowsAtAddressError} if they have rows of these users.
 * @throws {AddressError} if they cannot be read.
 */
async function refuseRows(
  file: UncleanFile,
  { uri, keys }: FileAddress,
  { addresses, people }: Pick<FileAccess, "addresses"> & Pick<Erased, "people">,
): Promise<void> {
  if (!addresses) throw new AddressError("This trainer opens no addresses.");
  const { file: source } = await addresses.open({ uri, keys, ownerId: file.owner_id });
  const has = await hasRowsIn(source, { file, people });
  if (has === "unreadable") {
    throw new AddressError(`The data at ${uri} cannot be read to their end.`);
  }
  if (has) throw new RowsAtAddressError(uri);
}

async function uncleanFiles(sql: Sql, projectId: number): Promise<UncleanFile[]> {
  return await sql<UncleanFile[]>`
    select f.id, f.project_id, f.storage_path, f.bytes::float8 as bytes, f.sha256, f.dialect,
      f.created_at::text as added_at, ${
    mappingOfFile(sql)
  } as mapping, f.events_to is not null as is_live, f.address, p.owner_id
    from recommender.uploaded_files f
      join recommender.recommender_projects p on p.id = f.project_id
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
