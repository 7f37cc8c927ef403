import type { Manifest } from "../model.ts";
import { FileMismatchError, sha256Hex } from "./artifact.ts";
import { placeOf } from "./private_files.ts";
import { safetensorsLayout } from "./safetensors.ts";

/** Returns the bytes `start` (inclusive) to `end` (exclusive) of a path in the artifact. */
export type ReadRange = (
  path: string,
  range: { start: number; end: number },
) => Promise<Uint8Array>;

/** A private file that is read in parts. */
export interface VerifiedBlocks {
  /** The byte range of each array in the file. */
  layout: Record<string, [start: number, end: number]>;
  /** Reads the bytes `start` (inclusive) to `end` (exclusive), as a copy. */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Opens a private file by its original name: reads whole blocks and checks each against the
 * manifest. Returns undefined if the model has no such file, or no block hashes because it is older.
 * @throws {FileMismatchError} if a block does not match the manifest, here and in `read`.
 */
export async function openBlocks(
  manifest: Manifest,
  name: string,
  readRange: ReadRange,
): Promise<VerifiedBlocks | undefined> {
  const place = placeOf(manifest, name);
  const blocks = place === undefined ? undefined : manifest.blocks?.[place];
  if (place === undefined || !blocks) return undefined;

  async function read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    if (start === end) return new Uint8Array();
    const first = Math.floor(start / blocks!.bytes);
    const last = Math.ceil(end / blocks!.bytes);
    const range = { start: first * blocks!.bytes, end: last * blocks!.bytes };
    const bytes = await readRange(place!, range);
    for (let block = first; block < last; block++) {
      const at = (block - first) * blocks!.bytes;
      const digest = await sha256Hex(bytes.subarray(at, at + blocks!.bytes));
      if (digest !== blocks!.sha256[block]) throw new FileMismatchError(place!);
    }
    return bytes.slice(start - range.start, end - range.start);
  }

  return { layout: safetensorsLayout(await read(0, blocks.bytes)), read };
}
