/** Stores of an installation for operator commands: those of the environment, else of a home. */
import { join } from "@std/path";
import type { Blobs } from "../../functions/recommender/blobs/blobs.ts";
import { diskBlobs } from "../../functions/recommender/blobs/disk.ts";
import { s3Blobs } from "../../functions/recommender/blobs/s3.ts";
import type { Secrets } from "../home/secrets.ts";
import { BackupError } from "./backup_error.ts";

export type Environment = Record<string, string>;

/** Secrets that a backup needs; the database's password is not one. */
const SECRETS = [
  "jwt_secret",
  "service_secret",
  "password_pepper",
  "airec_secret_key",
  "demo_password",
] as const satisfies (keyof Secrets)[];

/** Opens the blob store of the environment, else of an installation in the home. */
export function openBlobs(
  environment: Environment,
  { home, installation }: { home: string; installation: string },
): Blobs {
  const { BLOBS_FOLDER, BLOBS_S3_ENDPOINT } = environment;
  if (!BLOBS_S3_ENDPOINT) return diskBlobs(BLOBS_FOLDER || join(home, "blobs", installation));
  const names = ["BLOBS_S3_BUCKET", "BLOBS_S3_ACCESS_KEY_ID", "BLOBS_S3_SECRET_ACCESS_KEY"];
  const missing = names.filter((name) => !environment[name]);
  if (missing.length > 0) {
    throw new BackupError(`The bucket of the uploads requires ${missing.join(", ")}: not set.`);
  }
  const [bucket, accessKeyId, secretAccessKey] = names.map((name) => environment[name]);
  return s3Blobs({ endpoint: BLOBS_S3_ENDPOINT, bucket, accessKeyId, secretAccessKey });
}

/** Returns the secrets of the environment; null without PASSWORD_PEPPER. */
export function secretsIn(environment: Environment): Partial<Secrets> | null {
  if (!environment.PASSWORD_PEPPER) return null;
  return keptSecrets(
    Object.fromEntries(SECRETS.map((name) => [name, environment[name.toUpperCase()] || undefined])),
  );
}

/** Returns the secrets that belong to a backup. */
export function keptSecrets(secrets: Partial<Secrets>): Partial<Secrets> {
  return Object.fromEntries(
    SECRETS.filter((name) => secrets[name]).map((name) => [name, secrets[name]]),
  );
}
