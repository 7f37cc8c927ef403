import type { Blob } from "./blobs.ts";

/** Minimum number of bytes per read. */
const PIECE_BYTES = 1024 * 1024;

/**
 * Reads a blob into one preallocated array. Collecting the stream first would need twice the
 * memory, which for the model of a large catalogue is half of a process's memory.
 */
export async function wholeOf({ bytes, stream }: Blob): Promise<Uint8Array<ArrayBuffer>> {
  const reader = placing(stream);
  if (reader) return await placed(reader, bytes);
  const result = new Uint8Array(bytes);
  let at = 0;
  for await (const chunk of stream) {
    result.set(chunk, at);
    at += chunk.length;
  }
  return result.subarray(0, at);
}

/** Returns a BYOB reader, or undefined for streams that do not support it. */
function placing(stream: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | undefined {
  try {
    return stream.getReader({ mode: "byob" });
  } catch {
    return undefined;
  }
}

/**
 * Reads with a minimum size: Workers otherwise deliver 4 KB chunks, and a model takes six times as
 * long.
 */
async function placed(
  reader: ReadableStreamBYOBReader,
  bytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  let result = new Uint8Array(bytes);
  let at = 0;
  for (let isOver = false; at < bytes && !isOver;) {
    const min = Math.min(PIECE_BYTES, bytes - at);
    const { value, done } = await reader.read(result.subarray(at), { min });
    // The buffer is transferred to the result; the old array is detached.
    result = new Uint8Array(value!.buffer);
    at += value!.length;
    isOver = done;
  }
  await reader.cancel();
  return result.subarray(0, at);
}
