/** Files in a ZIP archive, decompressed as they are read. */
import { configure, type Entry, Reader, ZipReader } from "@zip.js/zip.js/lib/zip-core-custom.js";
import { CsvError } from "./csv_error.ts";
import type { FileBytes } from "./file_bytes.ts";

/** Number of compressed bytes decompressed at a time, and number of bytes read at a time. */
const [PIECE, WINDOW] = [1 << 13, 1 << 20];
const MOST_ENTRIES = 10_000;

configure({ useWebWorkers: false, chunkSize: PIECE });

/** A file in an archive. */
export interface ZipEntry {
  /** @throws {CsvError} `damaged` if it cannot be decompressed completely. */
  text(): AsyncGenerator<string>;
}

/**
 * Returns the files of an archive by name.
 * @param unpacked called with the number of decompressed bytes.
 * @throws {CsvError} `damaged` if the archive cannot be read, `too_large` if it has too many files.
 */
export async function zipEntries(
  file: FileBytes,
  unpacked: (bytes: number) => void,
): Promise<Map<string, ZipEntry>> {
  const reader = new ZipReader(new WindowReader(file));
  const entries = new Map<string, ZipEntry>();
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      entries.set(entry.filename, { text: () => textOf(entry, unpacked) });
      if (entries.size > MOST_ENTRIES) {
        throw new CsvError("too_large", `The archive has more than ${MOST_ENTRIES} files.`);
      }
    }
  } catch (error) {
    throw damaged(error);
  }
  return entries;
}

async function* textOf(
  entry: Entry,
  unpacked: (bytes: number) => void,
): AsyncGenerator<string> {
  if (entry.directory || entry.encrypted) {
    throw new CsvError("not_csv", "The workbook is encrypted: save it without a password.");
  }
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const decoder = new TextDecoder();
  let broken: { error: unknown } | undefined;
  const writing = entry.getData(writable, { checkSignature: false }).catch((error) => {
    broken = { error };
    writable.abort(error).catch(() => {});
  });
  try {
    for await (const bytes of readable) {
      unpacked(bytes.length);
      yield decoder.decode(bytes, { stream: true });
    }
    await writing;
    yield decoder.decode();
  } catch (error) {
    throw damaged(broken?.error ?? error);
  }
  if (broken) throw damaged(broken.error);
}

/**
 * Maps a read error to a CsvError; errors of this project and of the blob store are returned as is.
 */
function damaged(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== "Error" && error.name !== "TypeError") {
    return error;
  }
  return new CsvError("damaged", `The archive cannot be unpacked: ${error.message}.`);
}

/** Reads a file in windows, and keeps the last one. */
class WindowReader extends Reader<FileBytes> {
  #start = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(readonly file: FileBytes) {
    super(file);
    this.size = file.size;
  }

  override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    const end = index + length;
    if (index < this.#start || end > this.#start + this.#bytes.length) {
      this.#bytes = await this.file.slice(index, Math.max(end, index + WINDOW));
      this.#start = index;
    }
    return this.#bytes.subarray(index - this.#start, end - this.#start);
  }
}
