/** Finds files by their bytes. */
import { join } from "@std/path";

/** Returns the files in a folder whose bytes, decompressed if gzipped, contain the mark; sorted. */
export async function markedFiles(folder: string, mark: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) found.push(...await markedFiles(path, mark).catch(ifGone));
    else if (isFile && await holds(path, mark).catch(ifGone)) found.push(path);
  }
  return found.sort();
}

/** Ignores files that a running server deletes during the search. */
function ifGone(error: unknown): [] {
  if (error instanceof Deno.errors.NotFound) return [];
  throw error;
}

async function holds(path: string, mark: string): Promise<boolean> {
  const bytes = await Deno.readFile(path);
  if (has(bytes, mark)) return true;
  return bytes[0] === 0x1f && bytes[1] === 0x8b && has(await unpacked(bytes), mark);
}

function has(bytes: Uint8Array, mark: string): boolean {
  return new TextDecoder("latin1").decode(bytes).includes(mark);
}

/** Returns the decompressed bytes of a gzip file, up to where it is truncated. */
async function unpacked(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  try {
    for await (const part of stream) parts.push(part);
  } catch {
    // Truncated here.
  }
  return await new Blob(parts).bytes();
}
