/**
 * `deno task restore BACKUP`: restores a backup to the database and stores of the environment, or
 * without DATABASE_URL to a home of `deno task dev`.
 */
import { homePath, openHome } from "./home/home.ts";
import { replaceSecrets } from "./home/secrets.ts";
import { BackupError } from "./backup/backup_error.ts";
import { checkBackup } from "./backup/check_backup.ts";
import { findBackup } from "./backup/find_backup.ts";
import type { Manifest } from "./backup/manifest.ts";
import { readPiece } from "./backup/pieces.ts";
import { type BackupStorage, openBackupStorage } from "../worker-trainer/backups/backup_storage.ts";
import { restoreBackup } from "./backup/restore_backup.ts";
import { openTarget } from "./backup/target.ts";
import { readArguments, sayAndExit } from "./command.ts";

const USAGE = `deno task restore BACKUP [--replace] [--as-copy] [--mlflow]
deno task restore BACKUP --check
deno task restore BACKUP --only-secrets

  BACKUP          a backup, or a destination of backups, of which the newest is used:
                  a folder, or s3://bucket/folder (see deno task backup)
  --replace       delete the present content of the database and stores
  --as-copy       create a separate installation that can run next to the original;
                  its webhooks and retrains start paused (deno task resume)
  --mlflow        restore to the home's own MLflow (deno task dev --mlflow)
  --check         only check that the backup is complete and undamaged
  --only-secrets  only write the secrets to the home, for deno task setup`;

async function main(): Promise<void> {
  const environment = Deno.env.toObject();
  const { at, flags } = readArguments(USAGE, {
    flags: ["replace", "as-copy", "mlflow", "check", "only-secrets"],
  });
  if (!at) sayAndExit(USAGE, 2);
  const started = Date.now();
  const storage = await findBackup(openBackupStorage(at, environment), console.log);
  console.log(`Reading ${storage.description} …`);
  const manifest = await checkBackup(storage);
  console.log(`The backup is complete. State of the installation: ${manifest.moment}.`);
  for (const sentence of manifest.lacks) console.log(`warning: ${sentence}`);
  if (flags.has("check")) return;
  if (flags.has("only-secrets")) return await writeSecrets(storage, manifest, environment);

  const copy = flags.has("as-copy") ? { installation: crypto.randomUUID() } : undefined;
  await using target = await openTarget(environment, {
    installation: copy?.installation ?? manifest.installation,
    mlflow: flags.has("mlflow"),
  });
  const { migrations, erased } = await restoreBackup(storage, target, {
    ...{ manifest, copy, say: console.log },
    replace: flags.has("replace"),
  });
  if (migrations.length > 0) console.log(`applied ${migrations.join(", ")}`);
  if (erased.users + erased.accounts > 0) {
    console.log(
      `erased since the backup and not restored: ${erased.users} users of projects, ` +
        `${erased.accounts} accounts`,
    );
  }
  console.log(`Restored in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
  if (copy) {
    console.log(
      "This is a copy: its webhooks and retrains are paused until `deno task resume`.",
    );
  }
}

/** Writes the secrets of a backup to the home, where `deno task setup` finds them. */
async function writeSecrets(
  storage: BackupStorage,
  { secrets }: Manifest,
  environment: Record<string, string>,
): Promise<void> {
  if (!secrets) {
    throw new BackupError("The backup contains no secrets: it was created with --without-secrets.");
  }
  using home = await openHome(homePath(environment));
  await replaceSecrets(
    home.path,
    JSON.parse(new TextDecoder().decode(await readPiece(storage, secrets))),
  );
  console.log(`The secrets are in ${home.path}/secrets.`);
}

if (import.meta.main) await main().then(() => Deno.exit(0), (error) => sayAndExit(error));
