import type { FileBytes } from "../files/file_bytes.ts";
import type { Blobs } from "./blobs.ts";

/** Opens a blob for sequential and random access; null if it does not exist. */
export async function blobBytes(blobs: Blobs, name: string): Promise<FileBytes | null> {
  const found = await blobs.get(name, { start: 0, end: 0 });
  if (!found) return null;
  await found.stream.cancel();
  const stream = async (range?: { start: number; end: number }) => {
    const blob = await blobs.get(name, range);
    if (blob) return blob.stream;
    throw new Error(`The blob ${name} was deleted while it was being read.`);
  };
  return {
    size: found.bytes,
    open: () => stream(),
    slice: async (start, end) => await new Response(await stream({ start, end })).bytes(),
  };
}
