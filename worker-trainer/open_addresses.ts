/** The trainer's access to data by their address: folders of this machine, and buckets. */
import { addressesOf } from "../functions/recommender/addresses/address_settings.ts";
import { type Addresses, createAddresses } from "../functions/recommender/addresses/addresses.ts";
import { diskData } from "../functions/recommender/addresses/disk.ts";
import type { TrainerConfig } from "./config.ts";

/** Opens addresses below the roots that the operator listed. */
export function openAddresses(config: TrainerConfig): Addresses {
  return createAddresses({
    ...addressesOf(config),
    disk: diskData("BLOBS_FOLDER" in config ? [config.BLOBS_FOLDER] : []),
    ...("BLOBS_S3_ENDPOINT" in config && {
      ownBucket: { endpoint: config.BLOBS_S3_ENDPOINT, bucket: config.BLOBS_S3_BUCKET },
    }),
  });
}
