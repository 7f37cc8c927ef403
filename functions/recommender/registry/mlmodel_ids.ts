/** Adds to the MLmodel file the ids that only the server knows, and removes them. */
import type { Blob } from "../blobs/blobs.ts";

/** Appends the ids of the logged model and the run. */
export function withIds(
  file: Uint8Array,
  { model_id, run_id }: { model_id: string; run_id: string },
): Uint8Array<ArrayBuffer> {
  const text = new TextDecoder().decode(file).trimEnd();
  return new TextEncoder().encode(`${text}\nmodel_id: ${model_id}\nrun_id: ${run_id}\n`);
}

/** Removes the ids: returns the file as it was published. */
export async function withoutIds({ stream }: Blob): Promise<Blob> {
  const text = await new Response(stream).text();
  const bytes = new TextEncoder().encode(text.replace(/^(model_id|run_id): .*\n/gm, ""));
  return { bytes: bytes.length, stream: new Response(bytes).body! };
}
