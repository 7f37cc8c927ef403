/**
 * Takes a backup of a running installation: database, uploads, models and secrets at one point in
 * time.
 */
import type { Sql } from "postgres";
import { type Blobs, BlobsFullError } from "../../functions/recommender/blobs/blobs.ts";
import type { Registry } from "../../functions/recommender/registry/registry.ts";
import type { Secrets } from "../home/secrets.ts";
import { ownSchemas } from "../database/migrate.ts";
import { BackupError } from "./backup_error.ts";
import { storeFiles } from "./copy_files.ts";
import { storeModels } from "./copy_models.ts";
import { dumpDatabase } from "./dump_database.ts";
import { appendErasures } from "../../worker-trainer/backups/erasure_list.ts";
import { type Manifest, writeManifest } from "./manifest.ts";
import { pauseRemovals } from "./pauses.ts";
import { type Piece, storePiece } from "./pieces.ts";
import { sequencesOf } from "./tables.ts";
import type { BackupStorage } from "../../worker-trainer/backups/backup_storage.ts";

/** The installation to back up. */
export interface Source {
  /** Connected as the owner of the tables. */
  sql: Sql;
  blobs: Blobs;
  registry: Registry;
  /** Null if the operator keeps them elsewhere. */
  secrets: Partial<Secrets> | null;
}

export interface BackupOptions {
  storage: BackupStorage;
  /** Receives progress lines. */
  say: (line: string) => void;
}

/** A complete backup. */
export interface Backup {
  /** Name of its folder in the storage. */
  name: string;
  manifest: Manifest;
}

const SECRETS = "secrets.json";

/**
 * Takes a backup in a new folder of the storage. It counts as incomplete until its manifest is
 * written at the end; if it fails before, its folder is removed.
 * @throws {BackupError} if the storage is full
 */
export async function takeBackup(source: Source, options: BackupOptions): Promise<Backup> {
  const { storage } = options;
  const name = new Date().toISOString().replaceAll(/[:.]/g, "-");
  try {
    return { name, manifest: await storeAll(source, storage.within(name), options) };
  } catch (error) {
    // A full storage would else stay full, and the next backup fail as well.
    const isRemoved = await storage.remove(`${name}/`).then(() => true, () => false);
    if (!(error instanceof BlobsFullError)) throw error;
    throw new BackupError(
      `There is no space left at ${storage.description}. The incomplete backup ` +
        `${isRemoved ? "was" : `${name} could not be`} removed.`,
    );
  }
}

async function storeAll(
  { sql, blobs, registry, secrets }: Source,
  folder: BackupStorage,
  { storage, say }: BackupOptions,
): Promise<Manifest> {
  await folder.keepPrivate();
  const lacks: string[] = [];
  const lack = (sentence: string) => {
    lacks.push(sentence);
    say(`warning: ${sentence}`);
  };
  // Files and models that the snapshot refers to are not removed until they are copied.
  await using pause = await pauseRemovals(sql, { reason: `the backup ${folder.description}` });
  const { blobs: named, projects, ...dump } = await dumpDatabase(sql, folder);
  const rows = dump.tables.reduce((sum, table) => sum + table.rows, 0);
  say(`database: ${rows} rows of ${dump.tables.length} tables`);
  const models = await storeModels(registry, folder, {
    projects,
    versionNow: (projectId) => versionNow(sql, projectId),
    lacks: lack,
  });
  say(`models: ${models.count} versions, ${megabytes(models.bytes)}`);
  const files = await storeFiles(blobs, folder, { named, lacks: lack });
  say(`files: ${files.count}, ${megabytes(files.bytes)}`);
  const stored = secrets && await storeSecrets(folder, secrets);
  // After the models: a version published since the snapshot has learned events and items up to
  // later numbers, which a restored system must not give to others.
  const sequences = [...await sequencesOf(sql, await ownSchemas())];
  await pause.check();
  await appendErasures(sql, storage, dump);
  return await writeManifest(folder, {
    ...{ ...dump, sequences },
    ...{ registry: registry.description, files, models, lacks, secrets: stored },
    finished_at: new Date().toISOString(),
  });
}

async function versionNow(sql: Sql, projectId: number): Promise<string | null> {
  const [row] = await sql<{ version: string | null }[]>`
    select mlflow_model_version as version from recommender.recommender_projects
    where id = ${projectId}`;
  return row?.version ?? null;
}

async function storeSecrets(folder: BackupStorage, secrets: Partial<Secrets>): Promise<Piece> {
  const text = new Blob([JSON.stringify(secrets, null, 2) + "\n"]);
  const piece = await storePiece(folder, SECRETS, text.stream());
  await folder.keepPrivate(SECRETS);
  return piece;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
