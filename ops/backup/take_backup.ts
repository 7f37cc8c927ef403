/** A backup of a running installation: database, uploads, models and secrets of one moment. */
import type { Sql } from "postgres";
import type { Blobs } from "../../functions/recommender/blobs/blobs.ts";
import type { Registry } from "../../functions/recommender/registry/registry.ts";
import type { Secrets } from "../../dev/secrets.ts";
import { storeFiles } from "./copy_files.ts";
import { storeModels } from "./copy_models.ts";
import { dumpDatabase } from "./dump_database.ts";
import { appendErasures } from "./erasure_list.ts";
import { type Manifest, writeManifest } from "./manifest.ts";
import { pauseRemovals } from "./pauses.ts";
import { type Piece, storePiece } from "./pieces.ts";
import type { Place } from "./place.ts";

/** What is backed up. */
export interface Source {
  /** As the tables' owner. */
  sql: Sql;
  blobs: Blobs;
  registry: Registry;
  /** Null where they are kept elsewhere. */
  secrets: Partial<Secrets> | null;
}

export interface BackupOptions {
  place: Place;
  /** Told how far it is, a line each. */
  say: (line: string) => void;
}

/** A backup that is whole. */
export interface Backup {
  /** Of its folder in the place. */
  name: string;
  manifest: Manifest;
}

const SECRETS = "secrets.json";

/**
 * Makes a backup in a new folder of the place. Until its manifest is written, last of all, it counts
 * as cut off.
 */
export async function takeBackup(
  { sql, blobs, registry, secrets }: Source,
  { place, say }: BackupOptions,
): Promise<Backup> {
  const name = new Date().toISOString().replaceAll(/[:.]/g, "-");
  const folder = place.within(name);
  await folder.keepPrivate();
  const lacks: string[] = [];
  const lack = (sentence: string) => {
    lacks.push(sentence);
    say(`note: ${sentence}`);
  };
  // What the tables name at their moment stays until it is copied.
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
  await appendErasures(sql, place, dump);
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

async function storeSecrets(folder: Place, secrets: Partial<Secrets>): Promise<Piece> {
  const text = new Blob([JSON.stringify(secrets, null, 2) + "\n"]);
  const piece = await storePiece(folder, SECRETS, text.stream());
  await folder.keepPrivate(SECRETS);
  return piece;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
