import type { FileBytes } from "../files/file_bytes.ts";
import type { Blobs } from "./blobs.ts";

/** A blob was deleted while it was being read. */
export class DeletedBlobError extends Error {
  override readonly name = "DeletedBlobError";

  constructor(blob: string) {
    super(`The blob ${blob} was deleted while it was being read.`);
  }
}

/** Returns the result of reading a blob, or null if the blob is deleted meanwhile. */
export async function unlessDeleted<Result>(read: () => Promise<Result>): Promise<Result | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DeletedBlobError) return null;
    throw error;
  }
}

/**
 * Opens a blob for sequential and random access; null if it does not exist. Reads throw
 * `DeletedBlobError` once it is deleted.
 */
export async function blobBytes(blobs: Blobs, name: string): Promise<FileBytes | null> {
  const found = await blobs.get(name, { start: 0, end: 0 });
  if (!found) return null;
  await found.stream.cancel();
  const stream = async (range?: { start: number; end: number }) => {
    const blob = await blobs.get(name, range);
    if (blob) return blob.stream;
    throw new DeletedBlobError(name);
  };
  return {
    size: found.bytes,
    open: () => stream(),
    slice: async (start, end) => await new Response(await stream({ start, end })).bytes(),
  };
}
