import type { Blobs } from "../blobs/blobs.ts";
import { describeCsv, headBytes } from "../csv/describe.ts";
import type { Dialect } from "../csv/dialect.ts";

/** Returns the column names of a stored file, or null if the file is deleted. */
export async function storedColumns(
  blobs: Blobs,
  { storage_path, dialect }: { storage_path: string; dialect: Dialect },
): Promise<string[] | null> {
  const blob = await blobs.get(storage_path, { start: 0, end: headBytes });
  if (!blob) return null;
  const head = await new Response(blob.stream).bytes();
  return (await describeCsv(head, { complete: blob.bytes <= headBytes, dialect })).columns;
}
