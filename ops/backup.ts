/**
 * `deno task backup [PLACE]`: backs up the running installation (database, uploads, models,
 * secrets) to a folder or a bucket.
 *
 * Uses the database of DATABASE_URL and its stores (BLOBS_FOLDER or BLOBS_S3_…,
 * MLFLOW_TRACKING_URI), or without these the home of `deno task dev`.
 */
import { appendErasures } from "../worker-trainer/backups/erasure_list.ts";
import { pruneBackups } from "./backup/find_backup.ts";
import { openPlace } from "../worker-trainer/backups/place.ts";
import { openSource } from "./backup/source.ts";
import { takeBackup } from "./backup/take_backup.ts";
import { readArguments, sayAndExit } from "./command.ts";
import { installationId } from "../functions/recommender/projects.ts";

const USAGE = `deno task backup [PLACE] [--keep N] [--erasures] [--without-secrets]

  PLACE              a folder, or s3://bucket/folder with BACKUP_S3_ENDPOINT,
                     BACKUP_S3_ACCESS_KEY_ID and BACKUP_S3_SECRET_ACCESS_KEY;
                     by default that of BACKUP_TO
  --keep N           remove all but the newest N backups afterwards
  --erasures         only append who was erased since to the list beside the backups
  --without-secrets  leave the secrets out, which you then keep yourself`;

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
  const place = openPlace(at, environment);
  await using source = await openSource(environment, {
    withoutSecrets: flags.has("without-secrets") || flags.has("erasures"),
    say: console.log,
  });
  if (flags.has("erasures")) {
    const installation = await installationId(source.sql);
    const added = await appendErasures(source.sql, place, { installation });
    return console.log(`${added} erasures were added to the list beside ${place.description}.`);
  }
  const { name, manifest } = await takeBackup(source, { place, say: console.log });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`Backed up to ${place.within(name).description} in ${seconds} s.`);
  if (manifest.lacks.length > 0) {
    console.error(
      `The installation itself lacks ${manifest.lacks.length} of its parts, see above.`,
    );
  }
  if (keep === undefined) return;
  for (const old of await pruneBackups(place, { keep })) console.log(`Removed ${old}.`);
}

if (import.meta.main) await main().then(() => Deno.exit(0), (error) => sayAndExit(error));
