/**
 * Blob store: bytes by name. Uploads and the folder registry are built on it. Every implementation
 * accepts the names that pass `checkBlobName`. Each call throws a BlobsAwayError if the store
 * cannot be reached.
 */
export interface Blobs {
  /**
   * Stores a stream under `name`, which may contain `/`. The blob is visible only when complete; an
   * existing one is replaced. If the stream fails, nothing is stored and its error is thrown.
   * @throws {BlobsFullError} if the store is full.
   */
  put(name: string, content: ReadableStream<Uint8Array> | Uint8Array): Promise<void>;
  /**
   * Opens a blob, or a byte range of it: `end` is exclusive, and a range past the end is truncated.
   * Returns null if it does not exist. The caller must read the stream to its end or cancel it.
   */
  get(name: string, range?: Range): Promise<Blob | null>;
  /** Returns the names of complete blobs that start with `prefix`, in ascending order. */
  list(prefix: string): Promise<string[]>;
  /**
   * Lists everything under `prefix` (a folder with a trailing `/`, or "") with its age: complete
   * blobs and unfinished writes. Unordered, except that a folder's entries are contiguous.
   */
  entries(prefix: string): AsyncIterable<BlobEntry>;
  /**
   * Deletes a blob and the unfinished writes of a killed `put` to it; with a trailing `/`, the
   * whole folder. Deleting a missing blob is not an error.
   */
  remove(name: string): Promise<void>;
  /** Reads a small blob with its tag for `swap`. Returns null if it does not exist. */
  read(name: string): Promise<TaggedBlob | null>;
  /**
   * Compare and swap of a small blob: replaces it if it still has the tag it was read with; with a
   * null tag, creates it if it does not exist. Returns false, without a change, if another writer
   * came first: of several writers that read the same blob one succeeds, however long they wait in
   * between.
   * @throws {BlobsFullError} if the store is full.
   */
  swap(name: string, content: Uint8Array<ArrayBuffer>, tag: string | null): Promise<boolean>;
  /** Whether the store is empty, as when a volume is not mounted. */
  isEmpty(): Promise<boolean>;
  /** Multipart writes, over several calls and possibly several processes. */
  parts: PartedBlobs;
}

/** A small blob and an opaque tag of its content. */
export interface TaggedBlob {
  bytes: Uint8Array<ArrayBuffer>;
  tag: string;
}

/** Multipart writes: a blob is not visible until its parts are joined. */
export interface PartedBlobs {
  /** Begins a multipart write. A write that is never joined must be abandoned. */
  begin(name: string): Promise<PartedBlob>;
  /**
   * Stores or replaces a part and returns its tag. All parts but the last have `partBytes` bytes,
   * which must be `PART_BYTES` of parts.ts.
   * @throws {BlobsFullError} if the store is full.
   */
  put(blob: PartedBlob, part: { n: number; partBytes: number; bytes: Bytes }): Promise<string>;
  /** Joins the parts into one blob; `tags` are the tags of the parts in order. */
  join(blob: PartedBlob, tags: string[]): Promise<void>;
  /** Discards the parts of an unjoined write. Abandoning a missing one is not an error. */
  abandon(blob: PartedBlob): Promise<void>;
}

/** A blob or an unfinished write, as listed. */
export interface BlobEntry {
  name: string;
  /** Size; 0 for an unfinished write if the store does not report it. */
  bytes: number;
  /** Time of the last write; for an unfinished write possibly the time it began. */
  modifiedAt: Date;
  /** Set for an unfinished write: the handle for `parts.abandon`. */
  handle?: string;
}

/** Name and store-specific handle of a multipart write. */
export interface PartedBlob {
  name: string;
  handle: string;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes from `start` (inclusive) to `end` (exclusive), or to the last byte without `end`. */
export interface Range {
  start: number;
  end?: number;
}

/** An open blob. `bytes` is the size of the whole blob, even if a range was requested. */
export interface Blob {
  bytes: number;
  stream: ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** The store is full: HTTP status 507. */
export class BlobsFullError extends Error {
  override name = "BlobsFullError";
}

/** The store does not respond, or not as expected. A retry may succeed. */
export class BlobsAwayError extends Error {
  override name = "BlobsAwayError";
}

const SEGMENT = /^[A-Za-z0-9_@=+-][A-Za-z0-9._@=+-]{0,199}$/;

/**
 * Checks a blob name: segments of letters, digits and `. _ - @ = +`, separated by single `/`, none
 * starting with a dot. So no name leaves its folder or collides with a part file, on any system.
 * @throws {TypeError} if the name is invalid.
 */
export function checkBlobName(name: string): void {
  if (name.length <= 900 && name.split("/").every((segment) => SEGMENT.test(segment))) return;
  throw new TypeError(
    "A blob's name consists of segments of letters, digits and . _ - @ = + between single " +
      `slashes, none starting with a dot; ${JSON.stringify(name)} is not.`,
  );
}
