/** Finds rows that refer to a missing blob or version. */
import type { Sql } from "postgres";
import { type Blobs, BlobsAwayError } from "../../../functions/recommender/blobs/blobs.ts";
import type { Registry } from "../../../functions/recommender/registry/registry.ts";

/** A missing object to which a project's row refers. */
export interface Missing {
  name: string;
  project_id: number;
}

/** Rows read by one statement, and objects checked concurrently. */
const ROWS = 500;
const AT_ONCE = 8;
const MOST_ERRORS = 20;

/**
 * Lists files whose blob is missing.
 * @throws {BlobsAwayError} if the store is empty, as a volume that is not mounted is.
 */
export async function* missingBlobs(sql: Sql, blobs: Blobs): AsyncGenerator<Missing> {
  if ((await filesAfter(sql, 0)).length > 0 && await blobs.isEmpty()) {
    throw new BlobsAwayError("The file storage is empty, but rows name files in it.");
  }
  const isThere = async ({ name }: NamedFile) => {
    const blob = await blobs.get(name, { start: 0, end: 0 });
    await blob?.stream.cancel();
    return blob !== null;
  };
  for await (const file of without(isThere, (after) => filesAfter(sql, after))) {
    // The row may have changed or been deleted since it was read.
    if (await fileNames(sql, file)) yield { name: file.name, project_id: file.project_id };
  }
}

/** Lists projects whose champion is missing from the registry. */
export async function* missingVersions(sql: Sql, registry: Registry): AsyncGenerator<Missing> {
  const isThere = async ({ model }: Served) => await registry.alias(model, "champion") !== null;
  for await (const served of without(isThere, (after) => servedAfter(sql, after))) {
    if (!await serves(sql, served)) continue;
    yield { name: `${served.model}/${served.version}`, project_id: served.id };
  }
}

/**
 * Yields the rows for which `isThere` is false, page by page. A failed check does not stop the
 * others; after many failures the store counts as unavailable.
 * @throws the first error of a check, at the end or after too many.
 */
async function* without<Row extends { id: number }>(
  isThere: (row: Row) => Promise<boolean>,
  page: (after: number) => Promise<Row[]>,
): AsyncGenerator<Row> {
  const errors: unknown[] = [];
  for (let rows = await page(0); rows.length > 0; rows = await page(rows.at(-1)!.id)) {
    for (let at = 0; at < rows.length; at += AT_ONCE) {
      const some = rows.slice(at, at + AT_ONCE);
      const looks = await Promise.allSettled(some.map(isThere));
      yield* some.filter((_, i) => looks[i].status === "fulfilled" && !looks[i].value);
      errors.push(...looks.flatMap((look) => look.status === "rejected" ? [look.reason] : []));
      if (errors.length > MOST_ERRORS) throw errors[0];
    }
  }
  if (errors.length > 0) throw errors[0];
}

interface NamedFile extends Missing {
  id: number;
}

async function filesAfter(sql: Sql, after: number): Promise<NamedFile[]> {
  return await sql<NamedFile[]>`
    select id, project_id, storage_path as name from recommender.uploaded_files
    where id > ${after} order by id limit ${ROWS}`;
}

async function fileNames(sql: Sql, { id, name }: NamedFile): Promise<boolean> {
  const rows = await sql`
    select from recommender.uploaded_files where id = ${id} and storage_path = ${name}`;
  return rows.length > 0;
}

interface Served {
  id: number;
  model: string;
  version: string;
}

async function servedAfter(sql: Sql, after: number): Promise<Served[]> {
  return await sql<Served[]>`
    select id, mlflow_model_name as model, mlflow_model_version as version
    from recommender.recommender_projects
    where id > ${after} and mlflow_model_version is not null
    order by id limit ${ROWS}`;
}

async function serves(sql: Sql, { id, version }: Served): Promise<boolean> {
  const rows = await sql`
    select from recommender.recommender_projects
    where id = ${id} and mlflow_model_version = ${version}`;
  return rows.length > 0;
}
