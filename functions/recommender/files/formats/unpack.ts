/** Decompresses the bytes of a file if they begin a gzip stream (RFC 1952). */
import { CsvError } from "../csv_error.ts";
import { isGzip } from "./encoding.ts";
import { GzipMembers } from "./gzip_members.ts";
import { inflate } from "./inflate.ts";
import { TURN } from "../turn.ts";

/**
 * Number of compressed bytes decompressed at a time. Deflate expands at most 1,032-fold, so a chunk
 * yields at most 8 MB, even from a decompression bomb.
 */
const PIECE_BYTES = 8 * 1024;

/** Messages of Deno, workerd and Chromium for bytes after the end of a gzip stream. */
const GOES_ON = /whole buffer|trailing bytes|junk found/i;

/** The bytes of a file, and whether it was compressed. */
export interface Unpacked {
  packed: boolean;
  /** At most `TURN` bytes each. */
  pieces: AsyncGenerator<Uint8Array>;
}

/**
 * Opens a file's bytes, which are decompressed lazily. The caller must read the pieces to their end
 * or return from them.
 * @throws {CsvError} `damaged`, from the pieces, if the gzip stream is invalid or incomplete.
 */
export async function unpack(stream: ReadableStream<Uint8Array>): Promise<Unpacked> {
  const reader = stream.getReader();
  let head = new Uint8Array(0);
  while (head.length < 3) {
    const { done, value } = await reader.read();
    if (done) break;
    head = joined(head, value);
  }
  const packed = isGzip(head);
  const bytes = continued(head, reader);
  return { packed, pieces: inPieces(packed ? gunzipped(bytes) : bytes, TURN) };
}

async function* gunzipped(bytes: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const pieces = inPieces(bytes, PIECE_BYTES);
  const members = new GzipMembers(pieces);
  try {
    while (!members.isOver) yield* unpackedMember(members);
  } finally {
    await pieces.return(undefined);
  }
}

async function* unpackedMember(members: GzipMembers): AsyncGenerator<Uint8Array> {
  let unpacked = 0;
  const member = members.member(() => unpacked);
  for await (const piece of inflate(member, { format: "gzip", complain })) {
    unpacked += piece.length;
    yield piece;
  }
}

function complain(why: string): CsvError {
  return new CsvError(
    "damaged",
    GOES_ON.test(why)
      ? "The gzip file has other data after its end: compress it again."
      : `The gzip file cannot be unpacked to its end: ${why}.`,
  );
}

async function* continued(
  head: Uint8Array,
  reader: ReadableStreamDefaultReader<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield head;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

async function* inPieces(
  chunks: AsyncIterable<Uint8Array>,
  most: number,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += most) yield chunk.subarray(at, at + most);
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
