import type { CsvError } from "../csv_error.ts";

/**
 * Decompresses chunks lazily with the runtime's `DecompressionStream`, so no more is held than one
 * chunk expands to.
 * @param options.complain returns the error for invalid data; errors of the source are passed on.
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
    // The source failed, which does not mean that the file is damaged.
    if (broken) throw broken.error;
    throw complain((error as Error).message);
  }
}
