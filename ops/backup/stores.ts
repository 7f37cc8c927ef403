/** The stores of an installation as a command reaches them: by the environment, else in a home. */
import { join } from "@std/path";
import type { Blobs } from "../../functions/recommender/blobs/blobs.ts";
import { diskBlobs } from "../../functions/recommender/blobs/disk.ts";
import { s3Blobs } from "../../functions/recommender/blobs/s3.ts";
import type { Secrets } from "../../dev/secrets.ts";
import { BackupError } from "./backup_error.ts";

export type Environment = Record<string, string>;

/** The secrets that belong to what is stored; the database's own password does not. */
const SECRETS = [
  "jwt_secret",
  "service_secret",
  "password_pepper",
  "airec_secret_key",
  "demo_password",
] as const satisfies (keyof Secrets)[];

/** Opens the blobs of the environment, else the home's of an installation. */
export function openBlobs(
  environment: Environment,
  { home, installation }: { home: string; installation: string },
): Blobs {
  const { BLOBS_FOLDER, BLOBS_S3_ENDPOINT } = environment;
  if (!BLOBS_S3_ENDPOINT) return diskBlobs(BLOBS_FOLDER || join(home, "blobs", installation));
  const names = ["BLOBS_S3_BUCKET", "BLOBS_S3_ACCESS_KEY_ID", "BLOBS_S3_SECRET_ACCESS_KEY"];
  const missing = names.filter((name) => !environment[name]);
  if (missing.length > 0) {
    throw new BackupError(`The bucket of the uploads is opened by ${missing.join(", ")}: not set.`);
  }
  const [bucket, accessKeyId, secretAccessKey] = names.map((name) => environment[name]);
  return s3Blobs({ endpoint: BLOBS_S3_ENDPOINT, bucket, accessKeyId, secretAccessKey });
}

/** The secrets that the environment holds; null where it does not hold those of accounts. */
export function secretsIn(environment: Environment): Partial<Secrets> | null {
  if (!environment.PASSWORD_PEPPER) return null;
  return keptSecrets(
    Object.fromEntries(SECRETS.map((name) => [name, environment[name.toUpperCase()] || undefined])),
  );
}

/** Those of the secrets that belong into a backup. */
export function keptSecrets(secrets: Partial<Secrets>): Partial<Secrets> {
  return Object.fromEntries(
    SECRETS.filter((name) => secrets[name]).map((name) => [name, secrets[name]]),
  );
}
