/** Target of a restore: the installation of the environment, else a home. */
import { join } from "@std/path";
import postgres, { type Sql } from "postgres";
import type { Blobs } from "../../functions/recommender/blobs/blobs.ts";
import { openRegistry } from "../../functions/recommender/registry/open.ts";
import type { Registry } from "../../functions/recommender/registry/registry.ts";
import { homeDatabase } from "../home/home_database.ts";
import { type Home, homePath, openHome } from "../home/home.ts";
import { keepMlflow } from "../home/mlflow.ts";
import { replaceSecrets, type Secrets, secretsOf } from "../home/secrets.ts";
import { BackupError } from "./backup_error.ts";
import { type Environment, openBlobs, secretsIn } from "./stores.ts";

export interface Target extends AsyncDisposable {
  sql: Sql;
  blobs: Blobs;
  registry: Registry;
  /**
   * Prepares the target: a home stores the secrets and records where its models are.
   * @throws {BackupError} if the environment has other secrets, with which users could not sign in
   */
  take(secrets: Partial<Secrets>): Promise<void>;
}

export interface TargetOptions {
  /** Id of the restored installation. */
  installation: string;
  /** Whether to restore the models into the home's own MLflow. */
  mlflow: boolean;
}

/**
 * Opens the target; starts a home's servers temporarily.
 * @throws {Error} if the home is in use
 */
export async function openTarget(
  environment: Environment,
  { installation, mlflow: inMlflow }: TargetOptions,
): Promise<Target> {
  await using stack = new AsyncDisposableStack();
  const path = homePath(environment);
  const inEnvironment = secretsIn(environment);
  const isElsewhere = environment.DATABASE_URL && inEnvironment &&
    (environment.BLOBS_FOLDER || environment.BLOBS_S3_ENDPOINT);
  const home: Home | undefined = isElsewhere ? undefined : stack.use(await openHome(path));
  let url = environment.DATABASE_URL;
  if (!url) {
    const { postgres_password } = await secretsOf(path);
    const server = await homeDatabase(home!, { secrets: { postgres_password } });
    stack.defer(() => server.stop());
    url = server.url;
  }
  let mlflow = environment.MLFLOW_TRACKING_URI;
  if (!mlflow && inMlflow) {
    const server = await keepMlflow({ folder: join(path, "mlflow"), say: () => {} });
    stack.defer(() => server.stop());
    mlflow = server.url;
  }
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  stack.defer(() => sql.end());
  const blobs = openBlobs(environment, { home: path, installation });
  const registry = openRegistry({
    ...{ blobs, installation },
    mlflow: { ...environment, MLFLOW_TRACKING_URI: mlflow },
  });
  const opened = stack.move();
  return {
    ...{ sql, blobs, registry },
    async take(secrets) {
      const isOwn = inMlflow && !environment.MLFLOW_TRACKING_URI;
      await home?.noteModels(
        isOwn ? { in: "own MLflow", url: mlflow! } : { in: mlflow ? "MLflow" : "folder" },
      );
      if (!inEnvironment) return await replaceSecrets(path, secrets);
      const others = (["password_pepper", "airec_secret_key"] as const)
        .filter((name) => secrets[name] && secrets[name] !== inEnvironment[name]);
      if (others.length === 0) return;
      throw new BackupError(
        `The restored data requires the backup's secrets, but the environment has another ` +
          `${
            others.map((name) => name.toUpperCase()).join(" and ")
          }: set the backup's first, which ` +
          `\`deno task restore BACKUP --only-secrets\` writes to files. Nothing was changed.`,
      );
    },
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}
