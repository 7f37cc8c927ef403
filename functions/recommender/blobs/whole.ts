import type { Blob } from "./blobs.ts";

/** What is read at a time, at least. */
const PIECE_BYTES = 1024 * 1024;

/**
 * A blob's bytes, read into their place: collecting the stream first would take them twice, which
 * for the model of a large catalogue is half of a process's memory.
 */
export async function wholeOf({ bytes, stream }: Blob): Promise<Uint8Array<ArrayBuffer>> {
  const reader = placing(stream);
  if (reader) return await placed(reader, bytes);
  const whole = new Uint8Array(bytes);
  let at = 0;
  for await (const chunk of stream) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole.subarray(0, at);
}

/** A reader that writes where it is told; a stream that somebody makes of chunks has none. */
function placing(stream: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | undefined {
  try {
    return stream.getReader({ mode: "byob" });
  } catch {
    return undefined;
  }
}

/** On Workers chunks come in 4 KB, and a model in six times as long, unless there is room for more. */
async function placed(
  reader: ReadableStreamBYOBReader,
  bytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  let whole = new Uint8Array(bytes);
  let at = 0;
  for (let isOver = false; at < bytes && !isOver;) {
    const min = Math.min(PIECE_BYTES, bytes - at);
    const { value, done } = await reader.read(whole.subarray(at), { min });
    // The place comes back by another name; the old one is empty.
    whole = new Uint8Array(value!.buffer);
    at += value!.length;
    isOver = done;
  }
  await reader.cancel();
  return whole.subarray(0, at);
}
