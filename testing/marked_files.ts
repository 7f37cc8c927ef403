/** Files that hold a mark, found by their bytes. */
import { join } from "@std/path";

/** The files under a folder whose bytes, unpacked where they are gzip, hold the mark; sorted. */
export async function markedFiles(folder: string, mark: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) found.push(...await markedFiles(path, mark).catch(ifGone));
    else if (isFile && await holds(path, mark).catch(ifGone)) found.push(path);
  }
  return found.sort();
}

/** What a running server removes meanwhile holds nothing. */
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

/** What can be unpacked of a gzip file, which may be cut off. */
async function unpacked(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  try {
    for await (const part of stream) parts.push(part);
  } catch {
    // Cut off there.
  }
  return await new Blob(parts).bytes();
}
