/** The bytes of a file, unpacked by gzip where they begin such a stream (RFC 1952). */
import { CsvError } from "./csv_error.ts";
import { isGzip } from "./encoding.ts";

/**
 * Packed bytes that are unpacked at a time. Deflate makes a byte 1,032 at most, so that what comes
 * of them is 8 MB at most, whatever somebody packed.
 */
const PIECE_BYTES = 8 * 1024;

/** What the runtimes say where bytes follow the end of a gzip stream: Deno, workerd, Chromium. */
const GOES_ON = /whole buffer|trailing bytes|junk found/i;

/**
 * Streams a file's bytes, unpacked on the way.
 * @throws {CsvError} `damaged` where gzip cannot be unpacked to its end
 */
export async function* unpacked(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    let head = new Uint8Array(0);
    while (head.length < 3) {
      const { done, value } = await reader.read();
      if (done) break;
      head = joined(head, value);
    }
    const plain = continued(head, reader);
    if (!isGzip(head)) return yield* plain;
    let broken: { error: unknown } | undefined;
    const pieces = inPieces(plain);
    const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
      async pull(controller) {
        try {
          const { done, value } = await pieces.next();
          if (done) controller.close();
          else controller.enqueue(value as Uint8Array<ArrayBuffer>);
        } catch (error) {
          broken = { error };
          throw error;
        }
      },
    }, { highWaterMark: 0 });
    try {
      yield* source.pipeThrough(new DecompressionStream("gzip"));
    } catch (error) {
      // Where its bytes do not come any more, nothing is known against the file.
      if (broken) throw broken.error;
      const why = (error as Error).message;
      throw new CsvError(
        "damaged",
        GOES_ON.test(why)
          ? "The gzip file goes on behind its end, as several files do that were joined after they " +
            "were packed: join them first, then pack them as one."
          : `The gzip file cannot be unpacked to its end: ${why}.`,
      );
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

async function* continued(
  head: Uint8Array,
  reader: ReadableStreamDefaultReader<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield head;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

async function* inPieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
      yield chunk.subarray(at, at + PIECE_BYTES);
    }
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
