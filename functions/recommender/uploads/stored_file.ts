/** A file of a form on its way into the blobs: hashed and measured as it flows by. */
import type { Blobs } from "../blobs/blobs.ts";
import { headBytes } from "../csv/describe.ts";
import { storageProblem } from "./storage_problem.ts";

/** SHA-256 over bytes that come one after the other, for which Web Crypto has no call. */
export interface Sha256 {
  update(bytes: Uint8Array): void;
  /** The digest in lower-case hex; the end. */
  hex(): string;
}

/** A file that is stored, complete. */
export interface StoredFile {
  /** Its name among the blobs. */
  storage_path: string;
  bytes: number;
  /** In lower-case hex. */
  sha256: string;
  /** Its first bytes, `headBytes` of csv at most: what tells how the rest is to be read. */
  head: Uint8Array;
}

/**
 * Stores a stream under a new name.
 * @throws {Problem} 507 when there is no room. Whatever fails, nothing is left behind.
 */
export async function storeFile(
  content: ReadableStream<Uint8Array>,
  { blobs, sha256, note }: {
    blobs: Blobs;
    sha256: Sha256;
    /** Notes the file before anything lies there, and returns its name: `noteUpload`. */
    note: () => Promise<string>;
  },
): Promise<StoredFile> {
  const storage_path = await note();
  const head = new Uint8Array(headBytes);
  let bytes = 0;
  const measured = content.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        sha256.update(chunk);
        if (bytes < headBytes) head.set(chunk.subarray(0, headBytes - bytes), bytes);
        bytes += chunk.length;
        controller.enqueue(chunk);
      },
    }),
  );
  try {
    await blobs.put(storage_path, measured);
  } catch (error) {
    throw storageProblem(error, "The upload");
  }
  return {
    storage_path,
    bytes,
    sha256: sha256.hex(),
    head: head.slice(0, Math.min(bytes, headBytes)),
  };
}
