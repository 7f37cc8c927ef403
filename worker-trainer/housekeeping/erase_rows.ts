/** Removes the rows of users from an interaction file. */
import { createHash } from "node:crypto";
import { blobBytes } from "../../functions/recommender/blobs/blob_bytes.ts";
import type { Blobs } from "../../functions/recommender/blobs/blobs.ts";
import { CsvError } from "../../functions/recommender/files/csv_error.ts";
import { COMMON, type Dialect, isBinary } from "../../functions/recommender/files/dialect.ts";
import { isGzip } from "../../functions/recommender/files/formats/encoding.ts";
import type { FileBytes } from "../../functions/recommender/files/file_bytes.ts";
import type { InteractionMapping } from "../../functions/recommender/files/mapping.ts";
import { openRecords } from "../../functions/recommender/files/formats/open_records.ts";
import type { CsvRecord } from "../../functions/recommender/files/records.ts";
import { writeRecord } from "../../functions/recommender/files/formats/write_record.ts";
import type { UploadedFile } from "../../functions/recommender/projects/uploaded_file.ts";
import { rowsOf } from "../dataset/rows_of.ts";
import type { Visit } from "../queue/to_forget.ts";

/** A stored interaction file. */
export interface StoredInteractions
  extends Pick<UploadedFile, "storage_path" | "sha256" | "dialect"> {
  mapping: InteractionMapping;
  /** Whether it has live events. */
  is_live?: boolean;
}

/** Users, and what they did as visitors. */
export interface Whose {
  people: readonly string[];
  visits?: readonly Visit[];
}

/** The file stored in its place. */
export type ErasedFile = Pick<UploadedFile, "bytes" | "sha256" | "dialect">;

/** The bytes read are not those uploaded: the store returned different or incomplete data. */
export class ChangedFileError extends Error {
  override name = "ChangedFileError";
  constructor() {
    super("The stored file differs from the uploaded bytes, so it was not cleaned.");
  }
}

/**
 * Returns whether a file contains rows of these users, or "unreadable" if it cannot be read to its
 * end. A missing file contains none.
 */
export async function hasRowsOf(
  file: StoredInteractions,
  { blobs, ...whose }: Whose & { blobs: Blobs },
): Promise<boolean | "unreadable"> {
  const source = await blobBytes(blobs, file.storage_path);
  return source ? await hasRowsIn(source, { file, ...whose }) : false;
}

/** Same, for bytes that are read as `file` says. */
export async function hasRowsIn(
  source: FileBytes,
  { file, ...whose }: Whose & { file: Pick<StoredInteractions, "dialect" | "mapping" | "is_live"> },
): Promise<boolean | "unreadable"> {
  try {
    for await (const { isTheirs } of records(source, file, whose)) {
      if (isTheirs) return true;
    }
    return false;
  } catch (error) {
    if (error instanceof CsvError) return "unreadable";
    throw error;
  }
}

/**
 * Stores a copy of a file without the rows of these users: a CSV in UTF-8 with a header line, and
 * the columns and compression of the original. Streams; memory is bounded by a few rows.
 * @throws {ChangedFileError} if the bytes read are not those of the file; nothing is stored then.
 */
export async function eraseRows(
  file: StoredInteractions,
  { blobs, name, ...whose }: Whose & { blobs: Blobs; name: string },
): Promise<ErasedFile> {
  const source = await blobBytes(blobs, file.storage_path);
  if (!source) throw new ChangedFileError();
  const packed = isGzip(await source.slice(0, 3));
  const before = measure();
  const hashed = {
    ...source,
    open: async () => (await source.open()).pipeThrough(before.through),
  };
  // Binary formats are not read sequentially: hash the whole file first.
  if (isBinary(file.dialect)) await (await hashed.open()).pipeTo(new WritableStream());
  const lines = erased(hashed, file, whose);
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
 * Stores an empty file in place of one that cannot be read to its end, which no training could use
 * either.
 * @throws {ChangedFileError} if the store returned different bytes.
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

/** Yields the remaining lines of a file, in chunks of several rows. */
async function* erased(
  source: FileBytes,
  file: StoredInteractions,
  whose: Whose,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const delimiter = delimiterOf(file.dialect);
  let kept = "";
  for await (const { cells, isTheirs } of records(source, file, whose)) {
    if (!isTheirs) kept += writeRecord(cells, delimiter);
    if (kept.length < PIECE) continue;
    yield encoder.encode(kept);
    kept = "";
  }
  yield encoder.encode(kept);
}

/** Returns the dialect's delimiter if it is a single character that allows empty cells. */
function delimiterOf({ delimiter }: Dialect): Dialect["delimiter"] {
  return delimiter.length === 1 && delimiter !== " " ? delimiter : COMMON.delimiter;
}

/** Characters of a chunk. */
const PIECE = 1 << 16;

/** Yields the header and the records of a file, and whether each belongs to these users. */
async function* records(
  source: FileBytes,
  { dialect, mapping, is_live = false }: Pick<
    StoredInteractions,
    "dialect" | "mapping" | "is_live"
  >,
  { people, visits = [] }: Whose,
): AsyncGenerator<Pick<CsvRecord, "cells"> & { isTheirs: boolean }> {
  const { columns, batches } = await openRecords(source, dialect);
  yield { cells: columns, isTheirs: false };
  const isTheirs = rowsOf(people, columns.indexOf(mapping.user_id));
  const isVisit = is_live ? eventsOf(visits, columns) : () => false;
  for await (const batch of batches()) {
    for (const record of batch) {
      yield { cells: record.cells, isTheirs: isTheirs(record) || isVisit(record) };
    }
  }
}

/** Returns whether a record of live events belongs to one of these visits. */
function eventsOf(visits: readonly Visit[], columns: readonly string[]) {
  const byVisitor = Map.groupBy(visits, ({ visitor }) => visitor);
  const [user, seq] = ["user_id", "seq"].map((name) => columns.indexOf(name));
  return ({ cells }: Pick<CsvRecord, "cells">) =>
    byVisitor.get(cells[user])?.some(({ after, to }) =>
      Number(cells[seq]) > after && Number(cells[seq]) <= to
    ) ?? false;
}

/**
 * Passes pieces through and throws at the end if the input was not intact, so that nothing is
 * stored.
 */
async function* checked<Piece>(
  pieces: AsyncGenerator<Piece>,
  isWhole: () => boolean,
): AsyncGenerator<Piece> {
  yield* pieces;
  if (!isWhole()) throw new ChangedFileError();
}

/** Counts and hashes the bytes of a stream. */
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
