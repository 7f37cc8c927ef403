/** The trainer's access to an installation's files: a folder, or a bucket by the S3 protocol. */
import type { Blobs } from "../functions/recommender/blobs/blobs.ts";
import { diskBlobs } from "../functions/recommender/blobs/disk.ts";
import { s3Blobs } from "../functions/recommender/blobs/s3.ts";
import type { TrainerConfig } from "./config.ts";

/** Opens the store that the services use: on Workers, an R2 bucket. */
export function openBlobs(config: TrainerConfig): Blobs {
  if (!("BLOBS_S3_ENDPOINT" in config)) return diskBlobs(config.BLOBS_FOLDER);
  return s3Blobs({
    endpoint: config.BLOBS_S3_ENDPOINT,
    bucket: config.BLOBS_S3_BUCKET,
    accessKeyId: config.BLOBS_S3_ACCESS_KEY_ID,
    secretAccessKey: config.BLOBS_S3_SECRET_ACCESS_KEY,
  });
}
