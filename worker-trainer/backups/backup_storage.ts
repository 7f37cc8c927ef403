/** Storage of backups: a folder, or an S3 bucket. */
import { join, resolve } from "@std/path";
import type { Blobs } from "../../functions/recommender/blobs/blobs.ts";
import { diskBlobs } from "../../functions/recommender/blobs/disk.ts";
import { s3Blobs } from "../../functions/recommender/blobs/s3.ts";

/** Storage of backups, or a folder in it. */
export interface BackupStorage
  extends Pick<Blobs, "put" | "get" | "list" | "remove" | "read" | "swap"> {
  /** For messages: "/backups", "s3://bucket/airec". */
  description: string;
  /** Returns a folder in it. */
  within(name: string): BackupStorage;
  /** Returns the parent folder; undefined at the root of a bucket. */
  above(): BackupStorage | undefined;
  /** Creates the folder with access for its owner only, or restricts one of its files. */
  keepPrivate(file?: string): Promise<void>;
}

/** Environment variables of a bucket. */
const S3_VARIABLES = {
  endpoint: "BACKUP_S3_ENDPOINT",
  accessKeyId: "BACKUP_S3_ACCESS_KEY_ID",
  secretAccessKey: "BACKUP_S3_SECRET_ACCESS_KEY",
} as const;

/**
 * Opens the storage at a path or URL.
 * @param where path of a folder, or `s3://bucket/folder`
 * @throws {Error} with the missing variables of a bucket
 */
export function openBackupStorage(
  where: string,
  environment: Record<string, string>,
): BackupStorage {
  const s3 = /^s3:\/\/([^/]+)\/?(.*?)\/?$/.exec(where);
  if (!s3) return folderStorage(resolve(where));
  const [, bucket, path] = s3;
  const missing = Object.values(S3_VARIABLES).filter((variable) => !environment[variable]);
  if (missing.length > 0) {
    throw new Error(`A bucket for backups requires ${missing.join(", ")}: not set.`);
  }
  const [endpoint, accessKeyId, secretAccessKey] = Object.values(S3_VARIABLES)
    .map((variable) => environment[variable]);
  const region = environment.BACKUP_S3_REGION || undefined;
  const blobs = s3Blobs({ endpoint, bucket, accessKeyId, secretAccessKey, region });
  return bucketStorage(blobs, `s3://${bucket}`, path);
}

/** A local folder; each subfolder has its own blob store. */
function folderStorage(folder: string): BackupStorage {
  return {
    ...diskBlobs(folder),
    description: folder,
    within: (name) => folderStorage(join(folder, name)),
    above: () => folderStorage(join(folder, "..")),
    async keepPrivate(file) {
      await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
      if (Deno.build.os === "windows") return;
      await Deno.chmod(file ? join(folder, file) : folder, file ? 0o600 : 0o700);
    },
  };
}

/** A folder in a bucket; access is controlled by the bucket. */
function bucketStorage(blobs: Blobs, bucket: string, path: string): BackupStorage {
  const prefix = path && `${path}/`;
  return {
    put: (name, content) => blobs.put(prefix + name, content),
    get: (name, range) => blobs.get(prefix + name, range),
    list: async (names) =>
      (await blobs.list(prefix + names)).map((name) => name.slice(prefix.length)),
    remove: (name) => blobs.remove(prefix + name),
    read: (name) => blobs.read(prefix + name),
    swap: (name, content, tag) => blobs.swap(prefix + name, content, tag),
    description: path ? `${bucket}/${path}` : bucket,
    within: (name) => bucketStorage(blobs, bucket, prefix + name),
    above: () =>
      path ? bucketStorage(blobs, bucket, path.split("/").slice(0, -1).join("/")) : undefined,
    keepPrivate: () => Promise.resolve(),
  };
}
