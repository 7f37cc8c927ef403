/**
 * `deno task backup [DESTINATION]`: backs up the running installation (database, uploads, models,
 * secrets) to a folder or a bucket.
 *
 * Uses the database of DATABASE_URL and its stores (BLOBS_FOLDER or BLOBS_S3_…,
 * MLFLOW_TRACKING_URI), or without these the home of `deno task dev`.
 */
import { appendErasures } from "../worker-trainer/backups/erasure_list.ts";
import { pruneBackups } from "./backup/find_backup.ts";
import { openBackupStorage } from "../worker-trainer/backups/backup_storage.ts";
import { openSource } from "./backup/source.ts";
import { takeBackup } from "./backup/take_backup.ts";
import { readArguments, sayAndExit } from "./command.ts";
import { installationId } from "../functions/recommender/projects/projects.ts";

const USAGE = `deno task backup [DESTINATION] [--keep N] [--erasures] [--without-secrets]

  DESTINATION        a folder, or s3://bucket/folder with BACKUP_S3_ENDPOINT,
                     BACKUP_S3_ACCESS_KEY_ID and BACKUP_S3_SECRET_ACCESS_KEY;
                     default: BACKUP_TO
  --keep N           delete all but the installation's newest N backups afterwards
  --erasures         only append new erasures to the erasure list of the backups
  --without-secrets  exclude the secrets, which you must then keep yourself`;

async function main(): Promise<void> {
  const environment = Deno.env.toObject();
  const { at = environment.BACKUP_TO, flags, values } = readArguments(USAGE, {
    flags: ["erasures", "without-secrets"],
    values: ["keep"],
  });
  const keep = values.keep === undefined ? undefined : Number(values.keep);
  if (!at || (keep !== undefined && !(Number.isInteger(keep) && keep >= 1))) {
    sayAndExit(USAGE, 2);
  }
  const started = Date.now();
  const storage = openBackupStorage(at, environment);
  await using source = await openSource(environment, {
    withoutSecrets: flags.has("without-secrets") || flags.has("erasures"),
    say: console.log,
  });
  if (flags.has("erasures")) {
    const installation = await installationId(source.sql);
    const added = await appendErasures(source.sql, storage, { installation });
    return console.log(
      `${added} erasures were appended to the erasure list at ${storage.description}.`,
    );
  }
  const { name, manifest } = await takeBackup(source, { storage, say: console.log });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`Backed up to ${storage.within(name).description} in ${seconds} s.`);
  if (manifest.lacks.length > 0) {
    console.error(
      `${manifest.lacks.length} files or versions of the installation are missing; see above.`,
    );
  }
  if (keep === undefined) return;
  const { installation } = manifest;
  for (const old of await pruneBackups(storage, { keep, installation })) {
    console.log(`Deleted ${old}.`);
  }
}

if (import.meta.main) await main().then(() => Deno.exit(0), (error) => sayAndExit(error));
