/** Data in folders of this machine, below the roots that the operator listed. */
import { join } from "@std/path";
import type { FileBytes } from "../files/file_bytes.ts";
import type { Address } from "./address.ts";
import { AddressError } from "./address_error.ts";
import { type DataRoot, rootText } from "./data_roots.ts";
import { changedSentence, type DataPart, type DataStore } from "./data_store.ts";

/**
 * Opens the file system. Symbolic links below a root are not followed: neither by a listing nor by
 * an open, which compares the inode with the listed one and checks the real path once more, since a
 * folder may have become a link while it was listed.
 * @param own folders of AiREC itself, of which nothing is read and which no address may contain.
 */
export function diskData(own: readonly string[]): DataStore {
  return {
    async *find(address, root) {
      const top = await realFolder(root);
      const path = `/${address.fixed}`;
      await refuseLinks(path, { top, root, text: address.text });
      await refuseOwn(path, { own, text: address.text });
      const info = await statOf(path, address);
      if (info.isFile) {
        yield partOf(address.fixed, info);
      } else if (info.isDirectory) {
        yield* filesIn(path, address);
      } else {
        throw new AddressError(`${address.text} is neither a file nor a folder.`);
      }
    },

    open: (part, root) => ({
      size: part.bytes,
      open: async () => (await opened(part, root)).readable,
      slice: (start, end) => slice(part, { root, start, end }),
    }),
  };
}

/** Returns the real path of a root. */
async function realFolder(root: DataRoot): Promise<string> {
  try {
    return await Deno.realPath(`/${root.fixed}`);
  } catch {
    throw new AddressError(`The folder ${rootText(root)} does not exist where AiREC runs.`);
  }
}

/** @throws {AddressError} if a segment of the path below its root is a symbolic link. */
async function refuseLinks(
  path: string,
  { top, root, text }: { top: string; root: DataRoot; text: string },
): Promise<void> {
  const expected = top + path.slice(root.fixed.length + 1);
  if (await realPathOf(path, text) !== expected) {
    throw new AddressError(`${text} leads by a symbolic link: links are not followed.`);
  }
}

/** @throws {AddressError} if the path is in a folder of AiREC itself, or contains one. */
async function refuseOwn(
  path: string,
  { own, text }: { own: readonly string[]; text: string },
): Promise<void> {
  const real = await realPathOf(path, text);
  for (const folder of own) {
    const its = await Deno.realPath(folder).catch(() => null);
    if (its === null) continue;
    if (`${real}/`.startsWith(`${its}/`) || `${its}/`.startsWith(`${real}/`)) {
      throw new AddressError(`${text} contains files of AiREC itself and is not read.`);
    }
  }
}

async function realPathOf(path: string, text: string): Promise<string> {
  return await Deno.realPath(path).catch((error) => {
    throw unreadable(error, text);
  });
}

async function statOf(path: string, { text }: Address): Promise<Deno.FileInfo> {
  return await Deno.lstat(path).catch((error) => {
    throw unreadable(error, text);
  });
}

function unreadable(error: unknown, text: string): unknown {
  if (error instanceof Deno.errors.NotFound) {
    return new AddressError(`${text} does not exist where AiREC runs.`);
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return new AddressError(`${text} may not be read by the user that AiREC runs as.`);
  }
  return error;
}

/** Lists the regular files below a folder. */
async function* filesIn(folder: string, address: Address): AsyncGenerator<DataPart> {
  const entries = await Array.fromAsync(Deno.readDir(folder)).catch((error) => {
    throw unreadable(error, address.text);
  });
  for (const { name, isFile, isDirectory } of entries) {
    // Names that begin so belong to no address, see `belongsTo`.
    if (/^[_.]/.test(name)) continue;
    const path = join(folder, name);
    if (isDirectory) yield* filesIn(path, address);
    if (isFile) yield partOf(path.slice(1), await statOf(path, address));
  }
}

function partOf(path: string, info: Deno.FileInfo): DataPart {
  return { path, bytes: info.size, tag: tagOf(info) };
}

function tagOf({ size, mtime, ino, dev }: Deno.FileInfo): string {
  return [size, mtime?.getTime() ?? 0, dev, ino ?? 0].join("-");
}

/** Opens the very file that was listed; the caller closes it. */
async function opened({ path, tag }: DataPart, root: DataRoot): Promise<Deno.FsFile> {
  const file = await Deno.open(`/${path}`).catch((error) => {
    if (error instanceof Deno.errors.NotFound) throw new AddressError(changedSentence(path));
    throw unreadable(error, path);
  });
  try {
    const real = await Deno.realPath(`/${path}`).catch(() => null);
    const isSame = real === await realFolder(root) + path.slice(root.fixed.length) &&
      tagOf(await file.stat()) === tag && tagOf(await Deno.lstat(real)) === tag;
    if (!isSame) throw new AddressError(changedSentence(path));
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

async function slice(
  part: DataPart,
  { root, start, end }: { root: DataRoot; start: number; end: number },
): ReturnType<FileBytes["slice"]> {
  using file = await opened(part, root);
  await file.seek(start, Deno.SeekMode.Start);
  const bytes = new Uint8Array(Math.max(0, Math.min(end, part.bytes) - start));
  for (let at = 0; at < bytes.length;) {
    const read = await file.read(bytes.subarray(at));
    if (read === null) throw new AddressError(changedSentence(part.path));
    at += read;
  }
  return bytes;
}
