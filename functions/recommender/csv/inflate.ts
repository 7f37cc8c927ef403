import type { CsvError } from "./csv_error.ts";

/**
 * Unpacks bytes by the runtime's own stream, a piece after the other, so that no more is made of them
 * than what one piece holds.
 * @param options.complain returns the error of bytes that cannot be unpacked; errors of the pieces
 * themselves stay what they are.
 */
export async function* inflate(
  pieces: AsyncGenerator<Uint8Array>,
  { format, complain }: {
    format: CompressionFormat;
    complain: (why: string) => CsvError;
  },
): AsyncGenerator<Uint8Array> {
  let broken: { error: unknown } | undefined;
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
    async cancel() {
      await pieces.return(undefined);
    },
  }, { highWaterMark: 0 });
  try {
    yield* source.pipeThrough(new DecompressionStream(format));
  } catch (error) {
    // Where its bytes do not come any more, nothing is known against the file.
    if (broken) throw broken.error;
    throw complain((error as Error).message);
  }
}
