import { blobBytes, unlessDeleted } from "../blobs/blob_bytes.ts";
import type { Blobs } from "../blobs/blobs.ts";
import { describeFile } from "../files/dialect/describe.ts";
import type { Dialect } from "../files/dialect.ts";

/** Returns the column names of a stored file, or null if the file is deleted. */
export async function storedColumns(
  blobs: Blobs,
  { storage_path, dialect }: { storage_path: string; dialect: Dialect },
): Promise<string[] | null> {
  const bytes = await blobBytes(blobs, storage_path);
  if (!bytes) return null;
  return await unlessDeleted(async () => (await describeFile(bytes, { dialect })).columns);
}
