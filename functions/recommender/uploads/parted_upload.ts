/**
 * Upload in parts: for files over the limit of one request or over unreliable connections. A part
 * is buffered in memory and stored when it is complete and its digest matches; the parts are joined
 * into one blob when a project uses the upload.
 */
import type { Sql } from "postgres";
import { Problem } from "../../http/problem.ts";
import { invalidInput } from "../../http/service/service.ts";
import type { Blobs } from "../blobs/blobs.ts";
import { PART_BYTES } from "../blobs/parts.ts";
import { CsvError } from "../files/csv_error.ts";
import { headBytes } from "../files/dialect/describe.ts";
import { type Measure, measure } from "../files/formats/measure.ts";
import type { Quotas } from "../projects/quotas.ts";
import type { ReceivedFile, Receiving } from "./receiving.ts";
import { storageProblem } from "./storage_problem.ts";
import type { Sha256 } from "./stored_file.ts";
import {
  addPart,
  completeUpload,
  createUpload,
  findUpload,
  type Upload,
  type UploadPart,
} from "../projects/upload_store.ts";

export interface UploadOptions {
  sql: Sql;
  quotas: Quotas;
  blobs: Blobs;
  sha256: () => Sha256;
}

/** Maximum number of parts of one blob in object stores. */
const MOST_PARTS = 10_000;

/**
 * Begins an upload.
 * @throws {Problem} 413 if the file is over the limit, 409 if too many uploads are open, 429 if a
 * quota is exceeded.
 */
export async function beginUpload(
  { sql, blobs, uploadLimitBytes, quotas }: UploadOptions & {
    uploadLimitBytes: number;
    quotas: Quotas;
  },
  ownerId: string,
  { file_name, bytes }: { file_name: string; bytes: number },
): Promise<Upload> {
  const limitBytes = Math.min(uploadLimitBytes, MOST_PARTS * PART_BYTES);
  if (bytes > limitBytes) {
    throw new Problem(
      "too_large",
      `A file can have at most ${limitBytes} bytes, and this one has ${bytes}.`,
    );
  }
  return await createUpload(sql, ownerId, {
    ...{ file_name, bytes, part_bytes: PART_BYTES, quotas },
    begin: async (name) => (await blobs.parts.begin(name).catch(orFull)).handle,
  });
}

/** Returns the number of parts of an upload. */
export function partCount({ bytes, part_bytes }: Upload): number {
  return Math.ceil(bytes / part_bytes);
}

/** Returns the size of part `n` in bytes. */
export function bytesOfPart(upload: Upload, n: number): number {
  return n < partCount(upload)
    ? upload.part_bytes
    : upload.bytes - (partCount(upload) - 1) * upload.part_bytes;
}

/**
 * Stores a part. Idempotent, since a lost response may hide that a part arrived. Returns null if
 * the upload does not exist.
 * @throws {Problem} 422 if size or digest do not match, 409 if the part was stored with other
 * bytes.
 */
export async function receivePart(
  { sql, blobs, sha256 }: UploadOptions,
  ownerId: string,
  { id, n, request }: { id: string; n: number; request: Request },
): Promise<{ upload: Upload; part: UploadPart } | null> {
  const upload = await findUpload(sql, ownerId, id);
  if (!upload) return null;
  const count = partCount(upload);
  if (n > count) {
    throw new Problem("not_found", `Upload ${id} has ${count} parts, and no part ${n}.`);
  }
  const bytes = await bodyOf(request, bytesOfPart(upload, n));
  const hash = sha256();
  hash.update(bytes);
  const digest = hash.hex();
  const promised = promisedDigest(request);
  if (promised !== undefined && promised !== digest) {
    throw invalidInput([{
      pointer: "/content-digest",
      detail: `does not match: the received bytes of part ${n} have the SHA-256 ${digest}`,
    }]);
  }
  const blob = { name: upload.storage_path, handle: upload.handle };
  const part = await addPart(sql, ownerId, {
    ...{ id, n, sha256: digest },
    store: () => blobs.parts.put(blob, { n, partBytes: upload.part_bytes, bytes }).catch(orFull),
  });
  if (!part) return null;
  if (part.sha256 !== digest) {
    throw new Problem(
      "conflict",
      `Part ${n} was already stored with other bytes and was not replaced: use a new upload ` +
        "for a changed file.",
    );
  }
  return { upload, part };
}

/**
 * Returns the whole file of an upload, or null if the upload does not exist. The first call joins
 * the parts into one blob and measures it.
 * @param options.check throws if the file is larger, unpacked, than allowed; then `discard` is
 * called.
 * @throws {Problem} 409 if parts are missing.
 * @throws {CsvError} if the file is packed and cannot be unpacked.
 */
export async function wholeUpload(
  { sql, quotas, blobs, sha256 }: UploadOptions,
  ownerId: string,
  { id, check, discard, turn }:
    & { id: string; check: (soFar: Measure) => void }
    & Pick<Receiving, "discard" | "turn">,
): Promise<ReceivedFile & { upload_id: string } | null> {
  let joined: string | undefined;
  const upload = await completeUpload(sql, ownerId, {
    ...{ id, quotas },
    async join(upload) {
      const { storage_path: name, handle, parts } = upload;
      const missing = partCount(upload) - parts.length;
      if (missing > 0) {
        throw new Problem(
          "conflict",
          `The upload ${id} is incomplete: send the missing ${missing} of its ` +
            `${partCount(upload)} parts.`,
        );
      }
      // Already joined by a process that was killed before it could record it.
      const known = await blobs.get(name, { start: 0, end: 0 });
      if (known) await known.stream.cancel();
      else await blobs.parts.join({ name, handle }, parts.map(({ tag }) => tag)).catch(orFull);
      joined = name;
      return await wholeBlob(name, { blobs, hash: sha256(), check, turn });
    },
  }).catch(async (error) => {
    // A refused file cannot be used for anything.
    if (joined !== undefined && isRefused(error)) await discard(joined);
    throw error;
  });
  if (!upload) return null;
  const { storage_path, bytes, file_name } = upload;
  const head = await blobs.get(storage_path, { start: 0, end: headBytes });
  return {
    ...{ storage_path, bytes, file_name, upload_id: id },
    ...{ sha256: upload.sha256!, measure: upload.measure! },
    head: await new Response(head!.stream).bytes(),
  };
}

function isRefused(error: unknown): boolean {
  return error instanceof CsvError || error instanceof Problem && error.code === "too_large";
}

/** Computes the digest and the measure of a blob in one pass. */
async function wholeBlob(
  name: string,
  { blobs, hash, check, turn }: {
    blobs: Blobs;
    hash: Sha256;
    check: (soFar: Measure) => void;
    turn: Receiving["turn"];
  },
): Promise<{ sha256: string; measure: Measure }> {
  const blob = await blobs.get(name);
  const hashed = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      hash.update(chunk);
      controller.enqueue(chunk);
    },
  });
  const found = await measure(blob!.stream.pipeThrough(hashed), { check, turn });
  return { sha256: hash.hex(), measure: found };
}

/** Reads a body of exactly `expected` bytes. */
async function bodyOf(request: Request, expected: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(expected);
  let at = 0;
  const reader = (request.body ?? new Blob().stream()).getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw new Problem("malformed_request", "The body is incomplete: send the part again.");
    });
    if (done) break;
    if (at + value.length > expected) {
      // Not awaited: a client that keeps sending must not delay the response.
      reader.cancel().catch(() => {});
      throw new Problem(
        "too_large",
        `This part must have ${expected} bytes, but more were received.`,
      );
    }
    bytes.set(value, at);
    at += value.length;
  }
  if (at === expected) return bytes;
  throw invalidInput([{
    pointer: "/",
    detail: `must have ${expected} bytes; what was sent has ${at}`,
  }]);
}

/** Returns the SHA-256 of `Content-Digest` (RFC 9530) in hex, or undefined if there is none. */
function promisedDigest({ headers }: Request): string | undefined {
  const digest = /\bsha-256=:([A-Za-z0-9+/]{43}=):/.exec(headers.get("content-digest") ?? "");
  return digest ? Uint8Array.fromBase64(digest[1]).toHex() : undefined;
}

function orFull(error: unknown): never {
  throw storageProblem(error, "The part");
}
