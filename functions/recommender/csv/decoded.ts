import type { Encoding } from "./dialect.ts";
import { unpack } from "./unpack.ts";

/**
 * The text of a file, piece by piece, unpacked where it is packed by gzip.
 * @throws {CsvError} `damaged` where gzip cannot be unpacked to its end
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
