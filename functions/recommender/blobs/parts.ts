/** The parts that object stores take a stream in: all equal, but for the last. */

/** R2 and S3 take 5 MiB at least. */
export const PART_BYTES = 8 * 1024 * 1024;

/**
 * Cuts a stream into parts of `partBytes`; the last has what is left, and an empty stream is one
 * empty part. The source is asked for more only when a part is taken; where the reader stops early,
 * it is cancelled.
 */
export async function* partsOf(
  content: ReadableStream<Uint8Array>,
  partBytes = PART_BYTES,
): AsyncGenerator<{ bytes: Uint8Array<ArrayBuffer>; isLast: boolean }> {
  let part = new Uint8Array(partBytes);
  let filled = 0;
  for await (const chunk of content) {
    for (let at = 0; at < chunk.length;) {
      // A full part goes only when more comes: so the last one is known to be it.
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
