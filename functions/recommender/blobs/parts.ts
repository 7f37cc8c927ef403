/** Splits a stream into the equal parts that object stores require; the last may be smaller. */

/** Part size in bytes; the minimum of R2 and S3 is 5 MiB. */
export const PART_BYTES = 8 * 1024 * 1024;

/**
 * Splits a stream into parts of `partBytes`; the last has the remainder, and an empty stream yields
 * one empty part. The source is read only as parts are consumed, and cancelled if the consumer
 * stops early.
 */
export async function* partsOf(
  content: ReadableStream<Uint8Array>,
  partBytes = PART_BYTES,
): AsyncGenerator<{ bytes: Uint8Array<ArrayBuffer>; isLast: boolean }> {
  let part = new Uint8Array(partBytes);
  let filled = 0;
  for await (const chunk of content) {
    for (let at = 0; at < chunk.length;) {
      // A full part is yielded only when more follows, so the last part is known to be the last.
      if (filled === partBytes) {
        yield { bytes: part, isLast: false };
        part = new Uint8Array(partBytes);
        filled = 0;
      }
      const piece = chunk.subarray(at, at + partBytes - filled);
      part.set(piece, filled);
      filled += piece.length;
      at += piece.length;
    }
  }
  yield { bytes: part.subarray(0, filled), isLast: true };
}
