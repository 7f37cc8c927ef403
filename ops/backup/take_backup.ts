/**
 * Takes a backup of a running installation: database, uploads, models and secrets at one point in
 * time.
 */
import type { Sql } from "postgres";
import type { Blobs } from "../../functions/recommender/blobs/blobs.ts";
import type { Registry } from "../../functions/recommender/registry/registry.ts";
import type { Secrets } from "../home/secrets.ts";
import { storeFiles } from "./copy_files.ts";
import { storeModels } from "./copy_models.ts";
import { dumpDatabase } from "./dump_database.ts";
import { appendErasures } from "../../worker-trainer/backups/erasure_list.ts";
import { type Manifest, writeManifest } from "./manifest.ts";
import { pauseRemovals } from "./pauses.ts";
import { type Piece, storePiece } from "./pieces.ts";
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
 * written at the end.
 */
export async function takeBackup(
  { sql, blobs, registry, secrets }: Source,
  { storage, say }: BackupOptions,
): Promise<Backup> {
  const name = new Date().toISOString().replaceAll(/[:.]/g, "-");
  const folder = storage.within(name);
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
  await pause.check();
  await appendErasures(sql, storage, dump);
  const manifest = await writeManifest(folder, {
    ...dump,
    ...{ registry: registry.description, files, models, lacks, secrets: stored },
    finished_at: new Date().toISOString(),
  });
  return { name, manifest };
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
