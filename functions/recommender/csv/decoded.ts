import type { Encoding } from "./dialect.ts";
import { unpack } from "./unpack.ts";

/**
 * Decodes a file chunk by chunk, decompressing gzip.
 * @throws {CsvError} `damaged` if the gzip stream is invalid or incomplete.
 */
export async function* decoded(
  stream: ReadableStream<Uint8Array>,
  encoding: Encoding,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  const { pieces } = await unpack(stream);
  for await (const bytes of pieces) yield decoder.decode(bytes, { stream: true });
  yield decoder.decode();
}
