/** A file of a form on its way into the blobs: hashed and measured as it flows by. */
import type { Blobs } from "../blobs/blobs.ts";
import { headBytes } from "../csv/describe.ts";
import { type Measure, measure } from "../csv/measure.ts";
import type { TakeTurn } from "../csv/turn.ts";
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
  /** What it is when it is unpacked. */
  measure: Measure;
}

/** What storing one file needs. */
export interface StoreOptions {
  blobs: Blobs;
  sha256: Sha256;
  /** Notes the file before anything lies there, and returns its name: `noteUpload`. */
  note: () => Promise<string>;
  /** Removes it again, and the note. */
  discard: (storagePath: string) => Promise<void>;
  /** Ends the storing by an error where the file is more, unpacked, than it may be. */
  check: (soFar: Measure) => void;
  /** Awaited before each stretch of some milliseconds. */
  turn?: TakeTurn;
}

/**
 * Stores a stream under a new name, and measures it on the way.
 * @throws {Problem} 507 when there is no room. Whatever fails, nothing is left behind.
 * @throws {CsvError} where it is packed and cannot be unpacked.
 */
export async function storeFile(
  content: ReadableStream<Uint8Array>,
  { blobs, sha256, note, discard, check, turn }: StoreOptions,
): Promise<StoredFile> {
  const storage_path = await note();
  const head = new Uint8Array(headBytes);
  let bytes = 0;
  const copies = new TransformStream<Uint8Array, Uint8Array>();
  const measuring = measure(copies.readable, { check, turn });
  measuring.catch(() => {});
  const copy = copies.writable.getWriter();
  // Where measuring has ended by an error, nobody takes the copies any more.
  const orItsError = async () => void await measuring;
  const flowing = content.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      async transform(chunk, controller) {
        sha256.update(chunk);
        if (bytes < headBytes) head.set(chunk.subarray(0, headBytes - bytes), bytes);
        bytes += chunk.length;
        await copy.write(chunk).catch(orItsError);
        controller.enqueue(chunk);
      },
      async flush() {
        await copy.close().catch(orItsError);
        await measuring;
      },
    }),
  );
  try {
    await blobs.put(storage_path, flowing);
  } catch (error) {
    await copy.abort(error).catch(() => {});
    // Where that fails, too, the note is what the file is erased by.
    await discard(storage_path).catch(() => {});
    throw storageProblem(error, "The upload");
  }
  return {
    storage_path,
    bytes,
    sha256: sha256.hex(),
    head: head.slice(0, Math.min(bytes, headBytes)),
    measure: await measuring,
  };
}
