import { unlessDeleted } from "../blobs/blob_bytes.ts";
import { describeFile } from "../files/dialect/describe.ts";
import type { Dialect } from "../files/dialect.ts";
import type { FileBytes } from "../files/file_bytes.ts";

/** Returns the column names of a stored file, or null if the file is deleted. */
export async function storedColumns(
  bytes: FileBytes | null,
  dialect: Dialect,
): Promise<string[] | null> {
  if (!bytes) return null;
  return await unlessDeleted(async () => (await describeFile(bytes, { dialect })).columns);
}
