import type { Encoding } from "../dialect.ts";
import type { Undecoded } from "./undecoded.ts";
import { unpack } from "./unpack.ts";

/**
 * Decodes a file chunk by chunk, decompressing gzip.
 * @param undecoded counts the bytes that cannot be decoded.
 * @throws {CsvError} `damaged` if the gzip stream is invalid or incomplete.
 */
export async function* decoded(
  stream: ReadableStream<Uint8Array>,
  { encoding, undecoded }: { encoding: Encoding; undecoded: Undecoded },
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  const { pieces } = await unpack(stream);
  for await (const bytes of pieces) {
    const text = decoder.decode(bytes, { stream: true });
    undecoded.add(text);
    yield text;
  }
  const rest = decoder.decode();
  undecoded.add(rest);
  yield rest;
}
