/** An installation with data of every kind, for tests; no service processes. */
import type { Sql } from "postgres";
import { publishChampion } from "./champion.ts";
import { addOwnedRows } from "./owned_rows.ts";
import { type TestDatabase, testDatabase } from "./database.ts";
import type { Blobs } from "../functions/recommender/blobs/blobs.ts";
import { diskBlobs } from "../functions/recommender/blobs/disk.ts";
import { encodeModel } from "../functions/recommender/model/artifact/artifact.ts";
import { exampleModel } from "./example_model.ts";
import { sha256Hex } from "../functions/recommender/model/artifact/artifact.ts";
import { installationId } from "../functions/recommender/projects/projects.ts";
import { openRegistry } from "../functions/recommender/registry/open.ts";
import type { Registry } from "../functions/recommender/registry/registry.ts";
import type { Secrets } from "../ops/home/secrets.ts";
import { checkBackup } from "../ops/backup/check_backup.ts";
import type { Loaded } from "../ops/backup/load_database.ts";
import type { BackupStorage } from "../worker-trainer/backups/backup_storage.ts";
import { restoreBackup } from "../ops/backup/restore_backup.ts";
import { openTarget } from "../ops/backup/target.ts";

const SECRETS = { password_pepper: "a pepper", airec_secret_key: "a key", jwt_secret: "a secret" };

export interface TestInstallation extends AsyncDisposable {
  database: TestDatabase;
  sql: Sql;
  blobs: Blobs;
  /** Folder of the blobs. */
  folder: string;
  registry: Registry;
  secrets: Partial<Secrets>;
}

/** Creates an empty installation; its models are in MLflow if a URL is given. */
export async function testInstallation(
  { mlflow }: { mlflow?: string } = {},
): Promise<TestInstallation> {
  const database = await testDatabase();
  const folder = await Deno.makeTempDir({ prefix: "airec-backup-" });
  const blobs = diskBlobs(folder);
  const registry = openRegistry({
    blobs,
    installation: await installationId(database.sql),
    mlflow: { MLFLOW_TRACKING_URI: mlflow },
  });
  return {
    ...{ database, sql: database.sql, blobs, folder, registry },
    secrets: SECRETS,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Inserts a row into each table that can have rows of an account, with their files and models. */
export async function addAccount(
  { sql, blobs, registry }: TestInstallation,
  name: string,
): Promise<{ owner: string; project: number; model: string }> {
  const [{ id: owner }] = await sql<{ id: string }[]>`
    insert into auth.users (name, email, password)
    values (${name}, ${`${name}@example.test`}, 'a hash') returning id`;
  await addOwnedRows(sql, owner);
  const text = new TextEncoder().encode(`user,item\n${name},1\tand "more"\n`);
  await blobs.put(`uploads/${owner}`, text);
  await sql`
    update recommender.uploaded_files set bytes = ${text.length}, sha256 = ${await sha256Hex(text)}
    where storage_path = ${`uploads/${owner}`}`;
  const [{ id: project, model }] = await sql<{ id: number; model: string }[]>`
    select id, mlflow_model_name as model from recommender.recommender_projects
    where owner_id = ${owner}`;
  await publish({ sql, registry }, { project, model });
  return { owner, project, model };
}

/** Publishes the example model as the next version and champion of a project. */
export async function publish(
  { sql, registry }: Pick<TestInstallation, "sql" | "registry">,
  { project, model }: { project: number; model: string },
): Promise<string> {
  const version = await publishChampion(registry, {
    model,
    metrics: { ndcg_10: 0.5 },
    tags: { "airec.algorithm": "by hand" },
    files: await encodeModel(exampleModel("COLLABORATIVE")),
  });
  await sql`
    update recommender.recommender_projects
    set status = 'READY', mlflow_model_version = ${version}, trained_at = now()
    where id = ${project}`;
  return version;
}

/** Creates an empty database and folder; returns the environment for a restore. */
export async function emptyPlace(
  { mlflow = "" }: { mlflow?: string } = {},
): Promise<{ environment: Record<string, string>; database: TestDatabase } & AsyncDisposable> {
  const database = await testDatabase();
  const folder = await Deno.makeTempDir({ prefix: "airec-restored-" });
  return {
    database,
    environment: {
      DATABASE_URL: database.url,
      BLOBS_FOLDER: `${folder}/blobs`,
      AIREC_HOME: `${folder}/home`,
      MLFLOW_TRACKING_URI: mlflow,
      ...Object.fromEntries(
        Object.entries(SECRETS).map(([name, value]) => [name.toUpperCase(), value]),
      ),
    },
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Restores as the command does; returns the result. */
export async function restore(
  storage: BackupStorage,
  environment: Record<string, string>,
  { replace = false, asCopy = false }: { replace?: boolean; asCopy?: boolean } = {},
): Promise<Loaded & { said: string[]; installation: string }> {
  const manifest = await checkBackup(storage);
  const said: string[] = [];
  const copy = asCopy ? { installation: crypto.randomUUID() } : undefined;
  const installation = copy?.installation ?? manifest.installation;
  await using target = await openTarget(environment, { installation, mlflow: false });
  const loaded = await restoreBackup(storage, target, {
    ...{ manifest, replace, copy, say: (line: string) => void said.push(line) },
  });
  return { ...loaded, said, installation };
}
