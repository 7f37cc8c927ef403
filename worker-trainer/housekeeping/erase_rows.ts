/** An interaction file without the rows of some people. */
import { createHash } from "node:crypto";
import { blobBytes } from "../../functions/recommender/blobs/blob_bytes.ts";
import type { Blobs } from "../../functions/recommender/blobs/blobs.ts";
import { CsvError } from "../../functions/recommender/csv/csv_error.ts";
import { COMMON, type Dialect, isBinary } from "../../functions/recommender/csv/dialect.ts";
import { isGzip } from "../../functions/recommender/csv/encoding.ts";
import type { FileBytes } from "../../functions/recommender/csv/file_bytes.ts";
import type { InteractionMapping } from "../../functions/recommender/csv/mapping.ts";
import { openRecords } from "../../functions/recommender/csv/open_records.ts";
import type { CsvRecord } from "../../functions/recommender/csv/records.ts";
import { writeRecord } from "../../functions/recommender/csv/write_record.ts";
import { rowsOf } from "../dataset/rows_of.ts";

/** An interaction file as it is stored. */
export interface StoredInteractions {
  storage_path: string;
  /** Of the stored bytes in lower-case hex. */
  sha256: string;
  dialect: Dialect;
  mapping: InteractionMapping;
}

/** What is stored in its place. */
export interface ErasedFile {
  bytes: number;
  sha256: string;
  dialect: Dialect;
}

/** The bytes that were read are not those that were uploaded: the store gave others, or not all. */
export class ChangedFileError extends Error {
  override name = "ChangedFileError";
  constructor() {
    super("A stored file is erased from as it was uploaded; the store gives other bytes for it.");
  }
}

/**
 * Whether a file has rows of these people, as far as it can be read; "unreadable" where it cannot to
 * its end. A file that is gone has none.
 */
export async function hasRowsOf(
  file: StoredInteractions,
  { blobs, people }: { blobs: Blobs; people: readonly string[] },
): Promise<boolean | "unreadable"> {
  const source = await blobBytes(blobs, file.storage_path);
  if (!source) return false;
  try {
    for await (const { isTheirs } of records(source, file, people)) {
      if (isTheirs) return true;
    }
    return false;
  } catch (error) {
    if (error instanceof CsvError) return "unreadable";
    throw error;
  }
}

/**
 * Stores a file without the rows of these people under another name: as a CSV in UTF-8 with a header
 * line, the columns and the packing as before. Memory is that of a few rows.
 * @throws {ChangedFileError} where the bytes read are not those of the file: nothing is stored.
 */
export async function eraseRows(
  file: StoredInteractions,
  { blobs, people, name }: { blobs: Blobs; people: readonly string[]; name: string },
): Promise<ErasedFile> {
  const source = await blobBytes(blobs, file.storage_path);
  if (!source) throw new ChangedFileError();
  const packed = isGzip(await source.slice(0, 3));
  const before = measure();
  const hashed = {
    ...source,
    open: async () => (await source.open()).pipeThrough(before.through),
  };
  // What is not read from its first byte to its last is hashed before.
  if (isBinary(file.dialect)) await (await hashed.open()).pipeTo(new WritableStream());
  const lines = erased(hashed, file, people);
  const text = ReadableStream.from(checked(lines, () => before.hex() === file.sha256));
  const after = measure();
  await blobs.put(
    name,
    (packed ? text.pipeThrough(new CompressionStream("gzip")) : text).pipeThrough(after.through),
  );
  const dialect: Dialect = { ...COMMON, delimiter: delimiterOf(file.dialect) };
  return { bytes: after.bytes(), sha256: after.hex(), dialect };
}

/**
 * Stores an empty file in the place of one that cannot be read to its end, and so cannot be erased
 * from: no training could use it either.
 * @throws {ChangedFileError} where it is the store that does not give it.
 */
export async function emptyFile(
  file: StoredInteractions,
  { blobs, name }: { blobs: Blobs; name: string },
): Promise<ErasedFile> {
  const source = await blobs.get(file.storage_path);
  const before = measure();
  await source?.stream.pipeThrough(before.through).pipeTo(new WritableStream());
  if (before.hex() !== file.sha256) throw new ChangedFileError();
  const after = measure();
  await blobs.put(name, new Blob([]).stream().pipeThrough(after.through));
  return { bytes: 0, sha256: after.hex(), dialect: file.dialect };
}

/** The lines of a file that stay, in pieces of some rows. */
async function* erased(
  source: FileBytes,
  file: StoredInteractions,
  people: readonly string[],
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const delimiter = delimiterOf(file.dialect);
  let kept = "";
  for await (const { cells, isTheirs } of records(source, file, people)) {
    if (!isTheirs) kept += writeRecord(cells, delimiter);
    if (kept.length < PIECE) continue;
    yield encoder.encode(kept);
    kept = "";
  }
  yield encoder.encode(kept);
}

/** The delimiter stays where it is one character by which cells can be empty. */
function delimiterOf({ delimiter }: Dialect): Dialect["delimiter"] {
  return delimiter.length === 1 && delimiter !== " " ? delimiter : COMMON.delimiter;
}

/** Characters that are stored at a time. */
const PIECE = 1 << 16;

/** The header and then the records of a file, and whose they are. */
async function* records(
  source: FileBytes,
  { dialect, mapping }: StoredInteractions,
  people: readonly string[],
): AsyncGenerator<Pick<CsvRecord, "cells"> & { isTheirs: boolean }> {
  const { columns, batches } = await openRecords(source, dialect);
  yield { cells: columns, isTheirs: false };
  const isTheirs = rowsOf(people, columns.indexOf(mapping.user_id));
  for await (const batch of batches()) {
    for (const record of batch) yield { cells: record.cells, isTheirs: isTheirs(record) };
  }
}

/** What comes, and an error at its end unless it was whole: then nothing is stored. */
async function* checked<Piece>(
  pieces: AsyncGenerator<Piece>,
  isWhole: () => boolean,
): AsyncGenerator<Piece> {
  yield* pieces;
  if (!isWhole()) throw new ChangedFileError();
}

/** Counts and hashes what flows through. */
function measure() {
  const hash = createHash("sha256");
  let bytes = 0;
  return {
    bytes: () => bytes,
    hex: () => hash.digest("hex"),
    through: new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        hash.update(chunk);
        bytes += chunk.length;
        controller.enqueue(chunk);
      },
    }),
  };
}
