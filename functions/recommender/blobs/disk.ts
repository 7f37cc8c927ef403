/** Blobs as files in a folder, which may be a volume shared by several machines. */
import { basename, dirname, join } from "@std/path";
import {
  type Blob,
  type BlobEntry,
  type Blobs,
  BlobsAwayError,
  BlobsFullError,
  checkBlobName,
  type PartedBlob,
  type TaggedBlob,
} from "./blobs.ts";

const CHUNK_BYTES = 64 * 1024;

/** EFBIG (limit of a file system or process) and EDQUOT, for which Deno has no `code`. */
const FULL = /\(os error (27|122)\)/;

/**
 * Timeout in ms of a swap that waits for another swap of the same blob. Swaps take milliseconds,
 * unless a process is paused.
 */
const SWAP_MS = 10_000;

/**
 * Opens a folder as a blob store; it is created by the first write. Bytes are written to a part
 * file in the same folder, whose name no blob can have, synced and renamed. A swap compares and
 * renames under a file lock (flock), which ends with its process.
 */
export function diskBlobs(folder: string): Blobs {
  const pathOf = (name: string) => {
    checkBlobName(name);
    return join(folder, name);
  };
  const partOf = ({ name, handle }: PartedBlob) => partPath(pathOf(name), handle);

  async function put(name: string, content: ReadableStream<Uint8Array> | Uint8Array) {
    const path = pathOf(name);
    const part = partPath(path, crypto.randomUUID());
    const chunks = content instanceof Uint8Array ? [content] : content;
    try {
      await Deno.mkdir(dirname(path), { recursive: true });
      await write(part, chunks);
      await Deno.rename(part, path);
      await syncFolder(dirname(path));
    } catch (error) {
      await removeFile(part).catch(() => {});
      throw faultOf(error, name);
    }
  }

  async function read(name: string): Promise<TaggedBlob | null> {
    try {
      const bytes = await Deno.readFile(pathOf(name));
      return { bytes, tag: await tagOf(bytes) };
    } catch (error) {
      if (isAbsence(error) || error instanceof Deno.errors.IsADirectory) return null;
      return awayOr(error);
    }
  }

  return {
    put,
    read,

    async swap(name, content, tag) {
      using _lock = await lockOf(pathOf(name)).catch((error) => {
        throw faultOf(error, name);
      });
      if (((await read(name))?.tag ?? null) !== tag) return false;
      await put(name, content);
      return true;
    },

    async get(name, range) {
      const file = await openFile(pathOf(name));
      if (!file) return null;
      const { size, isFile } = await file.stat();
      if (!isFile) {
        file.close();
        return null;
      }
      const start = Math.min(range?.start ?? 0, size);
      const end = Math.max(start, Math.min(range?.end ?? size, size));
      await file.seek(start, Deno.SeekMode.Start);
      return { bytes: size, stream: streamOf(file, end - start) };
    },

    async list(prefix) {
      const names: string[] = [];
      await collect(folder, prefix.slice(0, prefix.lastIndexOf("/") + 1), names);
      return names.filter((name) => name.startsWith(prefix)).sort();
    },

    entries(prefix) {
      return entriesUnder(folder, prefix);
    },

    async remove(name) {
      if (!name.endsWith("/")) {
        const path = pathOf(name);
        await removeFile(path);
        for (const part of await partsLeft(path)) await removeFile(part);
        return;
      }
      try {
        await Deno.remove(pathOf(name.slice(0, -1)), { recursive: true });
      } catch (error) {
        if (!isAbsence(error)) awayOr(error);
      }
    },

    async isEmpty() {
      try {
        for await (const _ of Deno.readDir(folder)) return false;
        return true;
      } catch (error) {
        if (isAbsence(error)) return true;
        throw faultOf(error, "");
      }
    },

    // One part file in the blob's folder; each part is written at its offset.
    parts: {
      async begin(name) {
        const blob = { name, handle: crypto.randomUUID() };
        const path = partOf(blob);
        try {
          await Deno.mkdir(dirname(path), { recursive: true });
          (await Deno.open(path, { write: true, createNew: true })).close();
        } catch (error) {
          throw faultOf(error, name);
        }
        return blob;
      },
      async put(blob, { n, partBytes, bytes }) {
        try {
          using file = await Deno.open(partOf(blob), { write: true });
          await file.seek((n - 1) * partBytes, Deno.SeekMode.Start);
          for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
          await file.sync();
        } catch (error) {
          throw faultOf(error, blob.name);
        }
        return String(n);
      },
      async join(blob) {
        const path = pathOf(blob.name);
        try {
          await Deno.rename(partOf(blob), path);
          await syncFolder(dirname(path));
        } catch (error) {
          throw faultOf(error, blob.name);
        }
      },
      abandon: (blob) => removeFile(partOf(blob)),
    },
  };
}

/** Returns the path of a part file, whose name no blob can have. */
function partPath(path: string, mark: string): string {
  return join(dirname(path), `.${basename(path)}.${mark}.part`);
}

/**
 * Acquires the lock of a path. The file is not deleted: otherwise those who wait for it and those
 * who arrive later would hold different locks.
 */
async function lockOf(path: string): Promise<Disposable> {
  await Deno.mkdir(dirname(path), { recursive: true });
  const file = await Deno.open(join(dirname(path), `.${basename(path)}.lock`), {
    write: true,
    create: true,
  });
  for (const start = performance.now(); !await file.tryLock(true);) {
    if (performance.now() - start > SWAP_MS) {
      file.close();
      throw new Error(
        `Replacing ${basename(path)} waited ${SWAP_MS / 1000} s for another replacement.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return heldLock(file);
}

/**
 * Returns the lock of a file that was acquired by `lock` or `tryLock`. Disposing of it unlocks the
 * file before it closes it: a child process that is being started holds a copy of the file, and by
 * it the lock.
 */
export function heldLock(file: Deno.FsFile): Disposable {
  return {
    [Symbol.dispose]() {
      file.unlockSync();
      file.close();
    },
  };
}

async function tagOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** Parses the name of a part file into blob name and mark; null for other files. */
function partOfName(file: string): { blob: string; mark: string } | null {
  const [, blob, mark] = /^\.(.+)\.([0-9a-f-]{36})\.part$/.exec(file) ?? [];
  return blob === undefined ? null : { blob, mark };
}

/** Returns the paths of a blob's part files. */
async function partsLeft(path: string): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const { name } of Deno.readDir(dirname(path))) {
      if (partOfName(name)?.blob === basename(path)) found.push(join(dirname(path), name));
    }
  } catch (error) {
    if (!isAbsence(error)) awayOr(error);
  }
  return found;
}

/** Writes chunk by chunk; the next chunk is pulled only after the last one is written. */
async function write(
  path: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true });
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length;) at += await file.write(chunk.subarray(at));
  }
  await file.sync();
}

/** Makes a rename durable by syncing its folder; Windows has no such call. */
async function syncFolder(folder: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  using file = await Deno.open(folder);
  await file.sync();
}

/** Returns a pull-based stream of the next `bytes` of a file; closes the file at the end. */
function streamOf(file: Deno.FsFile, bytes: number): Blob["stream"] {
  let left = bytes;
  return new ReadableStream({
    async pull(controller) {
      const chunk = new Uint8Array(Math.min(CHUNK_BYTES, left));
      const count = left > 0 ? await file.read(chunk).catch(awayOr) : null;
      if (count === null) {
        file.close();
        controller.close();
        return;
      }
      left -= count;
      controller.enqueue(chunk.subarray(0, count));
    },
    cancel: () => file.close(),
  }, { highWaterMark: 0 });
}

/** Collects the blob names under a folder (`""` or with a trailing `/`), without part files. */
async function collect(root: string, folder: string, names: string[]): Promise<void> {
  try {
    for await (const entry of Deno.readDir(join(root, folder))) {
      if (entry.name.startsWith(".")) continue;
      if (entry.isDirectory) await collect(root, `${folder}${entry.name}/`, names);
      else names.push(folder + entry.name);
    }
  } catch (error) {
    if (!isAbsence(error)) awayOr(error);
  }
}

/** Lists files under a folder (`""` or with a trailing `/`); part files are unfinished writes. */
async function* entriesUnder(root: string, folder: string): AsyncGenerator<BlobEntry> {
  for (const { name: file, isDirectory } of await filesOf(join(root, folder))) {
    if (isDirectory && !file.startsWith(".")) {
      yield* entriesUnder(root, `${folder}${file}/`);
      continue;
    }
    const part = partOfName(file);
    // Skip hidden files of other programs.
    if (isDirectory || (file.startsWith(".") && !part)) continue;
    const { size = 0, mtime } = await Deno.stat(join(root, folder, file)).catch(absent) ?? {};
    // Deleted, or renamed on completion, since the folder was read.
    if (!mtime) continue;
    const about = { bytes: size, modifiedAt: mtime };
    if (part) yield { name: folder + part.blob, handle: part.mark, ...about };
    else yield { name: folder + file, ...about };
  }
}

/** Returns a folder's entries, files first; empty if it does not exist. */
async function filesOf(path: string): Promise<Deno.DirEntry[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(path));
    return entries.sort((a, b) => Number(a.isDirectory) - Number(b.isDirectory));
  } catch (error) {
    return absent(error) ?? [];
  }
}

/** Returns null if the error means that the file does not exist; otherwise throws it. */
function absent(error: unknown): null {
  return isAbsence(error) ? null : awayOr(error);
}

async function openFile(path: string): Promise<Deno.FsFile | null> {
  try {
    return await Deno.open(path);
  } catch (error) {
    if (isAbsence(error)) return null;
    return awayOr(error);
  }
}

async function removeFile(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!isAbsence(error)) awayOr(error);
  }
}

/** Maps an error of storing a blob: BlobsFullError, BlobsAwayError, or the source's own error. */
function faultOf(error: unknown, name: string): unknown {
  const isFull = error instanceof Error &&
    ((error as { code?: string }).code === "ENOSPC" || FULL.test(error.message));
  if (isFull) {
    return new BlobsFullError(`There is no space left to store ${name}.`, { cause: error });
  }
  return isOfSystem(error) ? away(error) : error;
}

/** Throws a BlobsAwayError for errors of the operating system; rethrows others. */
function awayOr(error: unknown): never {
  throw isOfSystem(error) ? away(error) : error;
}

function away(cause: unknown): BlobsAwayError {
  return new BlobsAwayError("The file storage cannot be read or written at the moment.", { cause });
}

/** Whether the operating system raised the error: it has a code such as EIO, EROFS or ESTALE. */
function isOfSystem(error: unknown): boolean {
  return error instanceof Error &&
    (/\(os error \d+\)/.test(error.message) ||
      /^E[A-Z0-9]+$/.test((error as { code?: string }).code ?? ""));
}

/** Whether the error means that the file does not exist, or that a parent is not a folder. */
function isAbsence(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}
