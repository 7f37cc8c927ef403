/** Files in a ZIP archive, decompressed as they are read. */
import { type Entry, Reader, ZipReader } from "@zip.js/zip.js/lib/zip-core-custom.js";
import { CsvError } from "../csv_error.ts";
import type { FileBytes } from "../file_bytes.ts";
import { inflate } from "./inflate.ts";

/** Number of compressed bytes decompressed at a time, and number of bytes read at a time. */
const [PIECE, WINDOW] = [1 << 13, 1 << 20];
const MOST_ENTRIES = 10_000;

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
      entries.set(entry.filename, { text: () => textOf(file, { entry, unpacked }) });
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
  file: FileBytes,
  { entry, unpacked }: { entry: Entry; unpacked: (bytes: number) => void },
): AsyncGenerator<string> {
  if (entry.encrypted) {
    throw new CsvError("not_csv", "The workbook is encrypted: save it without a password.");
  }
  const decoder = new TextDecoder();
  for await (const bytes of unpackedEntry(file, entry)) {
    unpacked(bytes.length);
    yield decoder.decode(bytes, { stream: true });
  }
  yield decoder.decode();
}

const [STORED, DEFLATED] = [0, 8];

function unpackedEntry(file: FileBytes, entry: Entry): AsyncGenerator<Uint8Array> {
  const pieces = packedPieces(file, entry);
  switch (entry.compressionMethod) {
    case STORED:
      return pieces;
    case DEFLATED:
      return inflate(pieces, { format: "deflate-raw", complain });
    default:
      throw complain(`it is packed by the method ${entry.compressionMethod}`);
  }
}

/**
 * Size of a file's local header without name and extra field, whose lengths it contains
 * (APPNOTE.TXT, 4.3.7).
 */
const LOCAL_HEADER = 30;

async function* packedPieces(
  file: FileBytes,
  { offset, compressedSize }: Entry,
): AsyncGenerator<Uint8Array> {
  const header = await file.slice(offset, offset + LOCAL_HEADER);
  if (header.length < LOCAL_HEADER) throw complain("it breaks off");
  const view = new DataView(header.buffer, header.byteOffset);
  const start = offset + LOCAL_HEADER + view.getUint16(26, true) + view.getUint16(28, true);
  const end = start + compressedSize;
  for (let at = start; at < end; at += WINDOW) {
    const window = await file.slice(at, Math.min(end, at + WINDOW));
    if (window.length === 0) throw complain("it breaks off");
    for (let i = 0; i < window.length; i += PIECE) yield window.subarray(i, i + PIECE);
  }
}

function complain(why: string): CsvError {
  return new CsvError("damaged", `The archive cannot be unpacked: ${why}.`);
}

/** Maps a library's error to a CsvError; returns own errors and those of the store unchanged. */
function damaged(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== "Error" && error.name !== "TypeError") {
    return error;
  }
  return complain(error.message);
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
