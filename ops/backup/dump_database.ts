/**
 * Database in a backup: all tables in one snapshot, and the files and models that they refer to.
 */
import type { ISql, Sql } from "postgres";
import { appliedMigrations, migrationNames, ownSchemas } from "../database/migrate.ts";
import { BackupError } from "./backup_error.ts";
import type { DumpedTable, Manifest } from "./manifest.ts";
import { storePiece } from "./pieces.ts";
import type { BackupStorage } from "../../worker-trainer/backups/backup_storage.ts";
import { copyOut, type Table, tablesOf } from "./tables.ts";

/** The stored tables, with further data of the same snapshot. */
export interface Dump
  extends Pick<Manifest, "installation" | "model_suffix" | "moment" | "migrations" | "tables"> {
  /** Blobs that rows refer to. */
  blobs: NamedBlob[];
  /** Projects that may have models. */
  projects: NamedModel[];
}

export interface NamedBlob {
  name: string;
  sha256: string;
}

export interface NamedModel {
  project_id: number;
  model: string;
  /** Serving version in the project's row. */
  version: string | null;
}

/** Migration that adds what backups need. */
const NEEDED = "0021_backups.sql";

/**
 * Stores every table in one snapshot; does not block writers.
 * @throws {BackupError} if the login does not own the tables, or the schema is of another version
 */
export async function dumpDatabase(sql: Sql, storage: BackupStorage): Promise<Dump> {
  const schemas = await ownSchemas();
  return await sql.begin("isolation level repeatable read read only", async (sql) => {
    await sql`set local statement_timeout = 0`;
    // Makes a login that is subject to row-level security fail instead of reading only part of the
    // rows.
    await sql`set local row_security = off`;
    const [{ moment }] = await sql<{ moment: Date }[]>`select clock_timestamp() as moment`;
    const migrations = await knownMigrations(sql);
    await mustOwn(sql, schemas);
    const tables: DumpedTable[] = [];
    for (const table of await tablesOf(sql, schemas)) {
      tables.push(await dumpTable(sql, table, storage));
    }
    const [installation] = await sql<Pick<Manifest, "installation" | "model_suffix">[]>`
      select id as installation, model_suffix from recommender.installation`;
    return {
      ...installation,
      moment: moment.toISOString(),
      migrations,
      tables,
      blobs: await namedBlobs(sql),
      projects: await namedModels(sql),
    };
  });
}

async function dumpTable(sql: ISql, table: Table, storage: BackupStorage): Promise<DumpedTable> {
  let rows = 0;
  const counting = new TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      // COPY escapes line breaks within values.
      for (const byte of chunk) if (byte === 10) rows++;
      controller.enqueue(chunk as Uint8Array<ArrayBuffer>);
    },
  });
  const packed = (await copyOut(sql, table)).pipeThrough(counting)
    .pipeThrough(new CompressionStream("gzip"));
  const path = `database/${table.name.replaceAll(/[^\w.]/g, "_")}.copy.gz`;
  const piece = await storePiece(storage, path, packed);
  return { ...table, rows, piece };
}

/** Returns the applied migrations; throws if this version does not know one of them. */
async function knownMigrations(sql: ISql): Promise<string[]> {
  const applied = await appliedMigrations(sql);
  const unknown = applied.filter((name) => !migrationNames().includes(name));
  if (unknown.length > 0) {
    throw new BackupError(
      `The database has migrations of a newer version of AiREC: ${unknown.join(", ")}. Run the ` +
        `backup with the version that runs the services.`,
    );
  }
  if (!applied.includes(NEEDED)) {
    throw new BackupError(
      `The database lacks the migration ${NEEDED}, which a backup requires: run ` +
        "`deno task migrate` first.",
    );
  }
  return applied;
}

async function mustOwn(sql: ISql, schemas: string[]): Promise<void> {
  const [{ login, owns }] = await sql<{ login: string; owns: boolean }[]>`
    select current_user as login, bool_and(pg_has_role(current_user, c.relowner, 'USAGE')) as owns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname = any (${schemas})`;
  if (owns) return;
  throw new BackupError(
    `The login ${login} does not own the tables, which a backup requires: set DATABASE_URL to the ` +
      "login that runs the migrations, without `?role=`.",
  );
}

/** Returns the uploads of projects, and complete uploads that are not used yet. */
async function namedBlobs(sql: ISql): Promise<NamedBlob[]> {
  return await sql<NamedBlob[]>`
    select storage_path as name, sha256 from recommender.uploaded_files
    union
    select storage_path, sha256 from recommender.uploads where sha256 is not null
    order by 1`;
}

async function namedModels(sql: ISql): Promise<NamedModel[]> {
  return await sql<NamedModel[]>`
    select id as project_id, mlflow_model_name as model, mlflow_model_version as version
    from recommender.recommender_projects order by id`;
}
