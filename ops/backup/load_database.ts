/** Restores the database in one transaction. */
import type { ISql, Sql, TransactionSql } from "postgres";
import { applyFunctions, sqlFunctions } from "../database/sql_functions.ts";
import { MIGRATION_ATTEMPTS, repeatOnDeadlock } from "../database/deadlock.ts";
import { applyMigrations, checkLogin, migrationNames, ownSchemas } from "../database/migrate.ts";
import { requeueRestored } from "../../functions/recommender/projects/training_states.ts";
import { BackupError } from "./backup_error.ts";
import { type Erasures, replayErasures } from "../../worker-trainer/backups/erasure_list.ts";
import type { DumpedTable, Manifest } from "./manifest.ts";
import { pauseDuty } from "./pauses.ts";
import { openPiece } from "./pieces.ts";
import type { BackupStorage } from "../../worker-trainer/backups/backup_storage.ts";
import { copyIn, setSequences, tablesOf } from "./tables.ts";

export interface LoadOptions {
  manifest: Manifest;
  /** Erasures after the backup, to be repeated. */
  erasures: Erasures;
  /** Models in the registry of projects that the backup does not contain. */
  leftModels: string[];
  /** Blobs in the store that no row of the backup refers to. */
  leftBlobs: string[];
  /** Id and suffix of the model names, for a copy. */
  copy?: { installation: string; suffix: string };
}

/** Migrations applied and erasures repeated by a restore. */
export interface Loaded {
  migrations: string[];
  erased: { users: number; accounts: number };
}

/**
 * Checks that the database is not in use and contains no data that would be lost.
 * @throws {BackupError} with instructions
 */
export async function checkTarget(
  sql: Sql,
  { manifest, replace }: { manifest: Manifest; replace: boolean },
): Promise<void> {
  await checkLogin(sql);
  const unknown = manifest.migrations.filter((name) => !migrationNames().includes(name));
  if (unknown.length > 0) {
    throw new BackupError(
      `The backup was created by a newer version of AiREC, with the unknown migrations ` +
        `${unknown.join(", ")}. Restore it with that version or a newer one.`,
    );
  }
  const [{ others }] = await sql<{ others: number }[]>`
    select count(*)::int as others from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
      and coalesce(backend_type, 'client backend') = 'client backend'`;
  if (others > 0) {
    throw new BackupError(
      `The database is in use: ${others} other connections are open. Stop its services and ` +
        `trainers first. Nothing was changed.`,
    );
  }
  if (!replace && await holdsAccounts(sql)) {
    throw new BackupError(
      `The database already contains accounts, which a restore would delete: use an empty ` +
        `database, or --replace. Nothing was changed.`,
    );
  }
}

async function holdsAccounts(sql: ISql): Promise<boolean> {
  const [{ users }] = await sql`select to_regclass('auth.users') as users`;
  if (users === null) return false;
  const [{ some }] = await sql<{ some: boolean }[]>`select exists (select from auth.users) as some`;
  return some;
}

/** Replaces the database's content by the tables of a backup, migrated to the current schema. */
export async function loadDatabase(
  sql: Sql,
  storage: BackupStorage,
  options: LoadOptions,
): Promise<Loaded> {
  const load = () => sql.begin((sql) => replaceTables(sql, storage, options));
  const loaded = await repeatOnDeadlock(load, MIGRATION_ATTEMPTS);
  await sql`analyze`;
  return loaded;
}

/** Replaces the database's content within a transaction. */
async function replaceTables(
  sql: TransactionSql,
  storage: BackupStorage,
  options: LoadOptions,
): Promise<Loaded> {
  const { manifest, erasures, copy } = options;
  await sql`set local statement_timeout = 0`;
  await sql`set local lock_timeout = '30 s'`;
  const schemas = await ownSchemas();
  await sql`drop schema if exists ${sql(schemas)} cascade`;
  await sql`drop table if exists public.airec_migrations, public.airec_functions`;
  await applyMigrations(sql, manifest.migrations);
  await loadTables(sql, storage, { tables: manifest.tables, schemas });
  await setSequences(sql, manifest.sequences);
  const migrations = await applyMigrations(sql, migrationNames());
  await applyFunctions(sql, await sqlFunctions());
  await settle(sql, options);
  if (copy) await becomeCopy(sql, copy);
  return { migrations, erased: await replayErasures(sql, erasures) };
}

/**
 * Loads the tables in the order of their foreign keys. Triggers are disabled: the dumped rows
 * already contain their effects.
 */
async function loadTables(
  sql: TransactionSql,
  storage: BackupStorage,
  { tables, schemas }: { tables: DumpedTable[]; schemas: string[] },
): Promise<void> {
  const existing = await tablesOf(sql, schemas);
  for (const { name } of existing) await sql.unsafe(`alter table ${name} disable trigger user`);
  // The migrations insert rows as well, such as the installation's.
  await sql.unsafe(`truncate ${existing.map(({ name }) => name).join(", ")}`);
  for (const { name } of existing) {
    const dumped = tables.find((table) => table.name === name);
    if (!dumped) throw new BackupError(`The backup is incomplete: it lacks the table ${name}.`);
    const rows = (await openPiece(storage, dumped.piece)).pipeThrough(
      new DecompressionStream("gzip"),
    );
    await copyIn(sql, dumped, rows);
    const [{ count }] = await sql.unsafe(`select count(*)::text as count from ${name}`);
    if (Number(count) !== dumped.rows) {
      throw new BackupError(
        `${name} has ${count} rows after loading, but the backup has ${dumped.rows}.`,
      );
    }
  }
  for (const { name } of existing) await sql.unsafe(`alter table ${name} enable trigger user`);
}

/**
 * Resets work that was in progress at the time of the backup, and prevents ids from being reused.
 */
async function settle(
  sql: TransactionSql,
  { erasures, leftModels, leftBlobs }: LoadOptions,
): Promise<void> {
  await sql`delete from http.pauses where until <> 'infinity'`;
  // The parts of an unfinished upload are not in a backup, so it starts over.
  await sql`delete from recommender.uploads where sha256 is null`;
  await requeueRestored(sql);
  // A reused id of a lost project would inherit its models or its users' erasures.
  const ids = leftModels.map((name) => Number(/^project-(\d+)-/.exec(name)?.[1] ?? 0));
  const last = Math.max(0, ...ids, ...erasures.users.map(({ project_id }) => project_id));
  await sql`
    select setval(name::regclass, ${last})
    from pg_get_serial_sequence('recommender.recommender_projects', 'id') as name
    where ${last} > coalesce((
      select last_value from pg_sequences where format('%I.%I', schemaname, sequencename) = name
    ), 0)`;
  await sql`
    insert into recommender.erasures (kind, name)
    select 'MODEL', unnest(${leftModels}::text[])
    union all
    select 'BLOB', unnest(${leftBlobs}::text[])`;
}

/** Assigns a copy its own id and model names, and pauses webhooks and retrainings. */
async function becomeCopy(
  sql: TransactionSql,
  { installation, suffix }: { installation: string; suffix: string },
): Promise<void> {
  await sql`update recommender.installation set id = ${installation}, model_suffix = ${suffix}`;
  await sql`
    update recommender.recommender_projects
    set mlflow_model_name = 'project-' || id || '-recommender' || ${suffix}`;
  // These refer to files and models of the original.
  await sql`delete from recommender.erasures`;
  const reason = "A restored copy starts paused until `deno task resume`.";
  for (const duty of ["webhooks", "retrains"] as const) await pauseDuty(sql, { duty, reason });
}
