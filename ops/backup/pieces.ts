/** Pieces of a backup: stored with length and SHA-256, and verified when read. */
import { createHash } from "node:crypto";
import { TextLineStream } from "@std/streams";
import { BackupError } from "./backup_error.ts";
import type { BackupStorage } from "../../worker-trainer/backups/backup_storage.ts";

/** Reference to a piece. */
export interface Piece {
  /** Path within the backup's folder. */
  path: string;
  bytes: number;
  sha256: string;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** Stores a stream; returns its length and digest. */
export async function storePiece(
  storage: BackupStorage,
  path: string,
  content: ReadableStream<Uint8Array>,
): Promise<Piece> {
  const hash = createHash("sha256");
  let bytes = 0;
  await storage.put(
    path,
    content.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          hash.update(chunk);
          bytes += chunk.length;
          controller.enqueue(chunk);
        },
      }),
    ),
  );
  return { path, bytes, sha256: hash.digest("hex") };
}

/** Stores a list as lines of JSON, streamed. */
export async function storeList(
  storage: BackupStorage,
  path: string,
  entries: AsyncIterable<unknown>,
): Promise<Piece> {
  const lines = ReadableStream.from((async function* () {
    for await (const entry of entries) yield new TextEncoder().encode(`${JSON.stringify(entry)}\n`);
  })());
  return await storePiece(storage, path, lines);
}

/**
 * Opens a piece for reading.
 * @throws {BackupError} if it is missing; the stream fails at its end if length or digest differ
 */
export async function openPiece(
  storage: BackupStorage,
  piece: Piece,
): Promise<ReadableStream<Bytes>> {
  const { path, bytes, sha256 } = piece;
  const blob = await storage.get(path);
  const wrong = (how: string) =>
    new BackupError(
      `The backup at ${storage.description} is damaged: ${path} ${how}. Use another backup.`,
    );
  if (!blob) throw wrong("is missing");
  const hash = createHash("sha256");
  let found = 0;
  return blob.stream.pipeThrough(
    new TransformStream<Bytes, Bytes>({
      transform(chunk, controller) {
        hash.update(chunk);
        found += chunk.length;
        controller.enqueue(chunk);
      },
      flush(controller) {
        if (found !== bytes) controller.error(wrong(`has ${found} bytes instead of ${bytes}`));
        else if (hash.digest("hex") !== sha256) controller.error(wrong("has the wrong checksum"));
      },
    }),
  );
}

/** Reads a piece to its end to verify it. */
export async function checkPiece(storage: BackupStorage, piece: Piece): Promise<void> {
  await (await openPiece(storage, piece)).pipeTo(new WritableStream());
}

/** Reads a piece into memory. */
export async function readPiece(storage: BackupStorage, piece: Piece): Promise<Bytes> {
  return await new Response(await openPiece(storage, piece)).bytes();
}

/** Yields the entries of a list stored by `storeList`. */
export async function* readList<Entry>(
  storage: BackupStorage,
  piece: Piece,
): AsyncGenerator<Entry> {
  const lines: ReadableStream<string> = (await openPiece(storage, piece))
    .pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  for await (const line of lines) if (line) yield JSON.parse(line);
}
