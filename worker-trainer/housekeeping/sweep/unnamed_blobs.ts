/** Finds blobs to which no row refers, except those of models, which the registry handles. */
import type { Sql } from "postgres";
import type { BlobEntry, Blobs } from "../../../functions/recommender/blobs/blobs.ts";
import type { Leftover } from "../../../functions/recommender/registry/registry.ts";

/** Maximum number of names looked up by one statement. */
const AT_ONCE = 1_000;

/**
 * Lists blobs of this installation under `uploads/` and `probes/` to which no file, upload in
 * progress or erasure refers, and unfinished writes of blobs.
 * @param options.oursAlone whether names without an installation belong to this one.
 */
export async function* unnamedBlobs(
  sql: Sql,
  { blobs, installation, oursAlone }: { blobs: Blobs; installation: string; oursAlone: boolean },
): AsyncGenerator<Leftover> {
  const isOurs = ({ name }: BlobEntry) => {
    const [, owner, rest] = name.split("/");
    return rest === undefined ? oursAlone : owner === installation;
  };
  for await (const entries of batches(allEntries(blobs), isOurs)) {
    const unnamed = new Set(await namesOfNoRow(sql, entries));
    for (const { name, handle, bytes, modifiedAt } of entries.filter((_, i) => unnamed.has(i))) {
      yield handle === undefined
        ? { ...{ name, bytes, since: modifiedAt }, remove: () => blobs.remove(name) }
        : {
          ...{ name: `${name} (unfinished)`, bytes, since: modifiedAt },
          remove: () => blobs.parts.abandon({ name, handle }),
        };
    }
  }
}

/** Lists uploads and the probes of trainers. */
async function* allEntries(blobs: Blobs): AsyncGenerator<BlobEntry> {
  yield* blobs.entries("uploads/");
  yield* blobs.entries("probes/");
}

/** Yields the entries that pass, in batches. */
async function* batches(
  entries: AsyncIterable<BlobEntry>,
  passes: (entry: BlobEntry) => boolean,
): AsyncGenerator<BlobEntry[]> {
  let batch: BlobEntry[] = [];
  for await (const entry of entries) {
    if (passes(entry)) batch.push(entry);
    if (batch.length === AT_ONCE) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

/** Returns the indices of entries without a row. A file's row does not cover unfinished writes. */
async function namesOfNoRow(sql: Sql, entries: BlobEntry[]): Promise<number[]> {
  const rows = await sql<{ place: number }[]>`
    select (b.place - 1)::integer as place
    from unnest(
      ${entries.map(({ name }) => name)}::text[],
      ${entries.map(({ handle }) => handle ?? "")}::text[]
    ) with ordinality as b (name, handle, place)
    where not exists (select from recommender.uploads u where u.storage_path = b.name)
      and not (b.handle = '' and exists (
        select from recommender.uploaded_files f where f.storage_path = b.name
      ))
      and not exists (
        select from recommender.erasures e
        where e.kind = 'BLOB' and e.name = b.name
          or e.kind = 'PARTS' and e.name = b.name || '?' || b.handle
      )`;
  return rows.map(({ place }) => place);
}
