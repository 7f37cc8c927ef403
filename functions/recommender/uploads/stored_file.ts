/** Stores a file of a form, hashing and measuring it as it streams. */
import type { Blobs } from "../blobs/blobs.ts";
import { headBytes } from "../files/dialect/describe.ts";
import { type Measure, measure } from "../files/formats/measure.ts";
import type { TakeTurn } from "../files/turn.ts";
import type { UploadedFile } from "../projects/uploaded_file.ts";
import { storageProblem } from "./storage_problem.ts";

/** Incremental SHA-256, which Web Crypto does not offer. */
export interface Sha256 {
  update(bytes: Uint8Array): void;
  /** Finishes and returns the digest in lower-case hex. */
  hex(): string;
}

/** A completely stored file. */
export interface StoredFile extends Pick<UploadedFile, "storage_path" | "bytes" | "sha256"> {
  /** Its first `headBytes` bytes at most, from which the dialect is detected. */
  head: Uint8Array;
  /** Size and rows of the unpacked file. */
  measure: Measure;
}

/** Dependencies for storing one file. */
export interface StoreOptions {
  blobs: Blobs;
  sha256: Sha256;
  /** Inserts the file's row before any byte is stored, and returns its name: `noteUpload`. */
  note: () => Promise<string>;
  /** Deletes the file and its row. */
  discard: (storagePath: string) => Promise<void>;
  /** Throws if the file is larger, unpacked, than allowed. */
  check: (soFar: Measure) => void;
  /** Yields to other work: awaited before each stretch of some milliseconds. */
  turn?: TakeTurn;
}

/**
 * Stores a stream under a new name and measures it in the same pass. On failure nothing stays
 * stored.
 * @throws {Problem} 507 if the store is full.
 * @throws {CsvError} if the file is packed and cannot be unpacked.
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
  // After measuring has failed, the copies have no reader: report its error instead.
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
    // If this fails too, the file's row remains and the file is erased later.
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
