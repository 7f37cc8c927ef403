import type { Blob } from "./blobs.ts";

/**
 * A blob's bytes, read into their place: collecting the stream first would take them twice, which
 * for the model of a large catalogue is half of a process's memory.
 */
export async function wholeOf({ bytes, stream }: Blob): Promise<Uint8Array<ArrayBuffer>> {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for await (const chunk of stream) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole.subarray(0, at);
}
