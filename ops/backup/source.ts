/** The installation to back up: that of the environment, else that of a home. */
import { join } from "@std/path";
import postgres from "postgres";
import { installationId } from "../../functions/recommender/projects/projects.ts";
import { openRegistry } from "../../functions/recommender/registry/open.ts";
import { homeDatabase } from "../home/home_database.ts";
import { homePath, openHome } from "../home/home.ts";
import { markOf, type ModelsPlace } from "../home/home_mark.ts";
import { keepMlflow } from "../home/mlflow.ts";
import { runningPostgres } from "../database/postgres.ts";
import { secretsOf } from "../home/secrets.ts";
import { BackupError } from "./backup_error.ts";
import { type Environment, keptSecrets, openBlobs, secretsIn } from "./stores.ts";
import type { Source } from "./take_backup.ts";

/**
 * Opens an installation. Starts a home's database and MLflow if they are not running.
 * @param options.withoutSecrets whether to leave out the secrets, for operators who keep them
 * elsewhere
 */
export async function openSource(
  environment: Environment,
  { withoutSecrets, say }: { withoutSecrets: boolean; say: (line: string) => void },
): Promise<Source & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const path = homePath(environment);
  const mark = await markOf(path);
  const inHome = mark && await isSecret(path);
  const secrets = secretsIn(environment) ??
    (inHome ? keptSecrets(await secretsOf(path)) : null);
  if (!secrets && !withoutSecrets) {
    throw new BackupError(
      `A backup includes the secrets, without which users cannot sign in after a restore, but they ` +
        `are neither in the environment (PASSWORD_PEPPER …) nor in ${path}/secrets. Set them, or ` +
        `use --without-secrets and keep them yourself.`,
    );
  }
  let url = environment.DATABASE_URL;
  let mlflow = environment.MLFLOW_TRACKING_URI;
  if (!url) {
    if (!inHome) {
      throw new BackupError(
        `There is nothing to back up: DATABASE_URL is not set, and ${path} is not a home of AiREC. ` +
          `Set DATABASE_URL or AIREC_HOME.`,
      );
    }
    const { models = { in: "folder" } } = mark;
    if (!mlflow && models.in === "MLflow") {
      // Its URL may contain a password, so it is not recorded.
      throw new BackupError(
        "The models are in an MLflow server: set MLFLOW_TRACKING_URI, as for the services.",
      );
    }
    const own = await homeServers(path, { models: mlflow ? { in: "MLflow" } : models, say });
    stack.use(own);
    url = own.databaseUrl;
    mlflow ||= own.mlflow ?? "";
  }
  const sql = postgres(url, { max: 3, onnotice: () => {} });
  stack.defer(() => sql.end());
  const installation = await installationId(sql).catch((error) => {
    throw new BackupError(`The database cannot be read: ${error.message}.`);
  });
  const blobs = openBlobs(environment, { home: path, installation });
  const registry = openRegistry({
    ...{ blobs, installation },
    mlflow: { ...environment, MLFLOW_TRACKING_URI: mlflow },
  });
  const opened = stack.move();
  return {
    ...{ sql, blobs, registry },
    secrets: withoutSecrets ? null : secrets,
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

async function isSecret(path: string): Promise<boolean> {
  return await Deno.stat(join(path, "secrets")).then(() => true, () => false);
}

interface Servers extends AsyncDisposable {
  databaseUrl: string;
  mlflow?: string;
}

/** Returns a home's servers: the running ones of `task dev`, else starts them temporarily. */
async function homeServers(
  path: string,
  { models, say }: { models: ModelsPlace; say: (line: string) => void },
): Promise<Servers> {
  const { postgres_password } = await secretsOf(path);
  const running = await runningPostgres(join(path, "postgres"), { password: postgres_password });
  const mlflow = models.in === "own MLflow" ? models.url : undefined;
  if (running) return { databaseUrl: running, mlflow, [Symbol.asyncDispose]: async () => {} };
  await using stack = new AsyncDisposableStack();
  const home = stack.use(await openHome(path));
  say("starting the database of the home");
  const server = await homeDatabase(home, { secrets: { postgres_password } });
  stack.defer(() => server.stop());
  let own: string | undefined;
  if (models.in === "own MLflow") {
    say("starting the MLflow of the home");
    const kept = await keepMlflow({ folder: join(path, "mlflow"), say: () => {} });
    stack.defer(() => kept.stop());
    own = kept.url;
  }
  const started = stack.move();
  return {
    databaseUrl: server.url,
    mlflow: own,
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  };
}
