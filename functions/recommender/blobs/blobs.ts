/**
 * Bytes by name. Uploads and the folder registry stand on it. A name is what `checkBlobName` lets
 * through, on every side. Each call throws a BlobsAwayError where the store cannot be reached.
 */
export interface Blobs {
  /**
   * Stores a stream under `name`, which may contain `/`. The blob is visible only when complete;
   * an existing one is replaced. A stream that fails leaves nothing behind, and its error is thrown.
   * @throws {BlobsFullError} when there is no room.
   */
  put(name: string, content: ReadableStream<Uint8Array> | Uint8Array): Promise<void>;
  /**
   * The blob, or a part of it: `end` is exclusive, and a range beyond the end is cut. Null where
   * there is none. The stream is to be read to its end or cancelled.
   */
  get(name: string, range?: Range): Promise<Blob | null>;
  /** Names of complete blobs that start with `prefix`, in ascending order. */
  list(prefix: string): Promise<string[]>;
  /**
   * All that lies under `prefix` (a folder's, with a trailing `/`, or ""), with its age: complete
   * blobs, and writes that have not ended. In no order, but each folder's entries together.
   */
  entries(prefix: string): AsyncIterable<BlobEntry>;
  /**
   * Removes one blob with what a `put` that was killed left of it, or with a trailing `/` all under
   * it. Removing what is not there is fine.
   */
  remove(name: string): Promise<void>;
  /** A small blob, whole, with the tag that `swap` compares. Null where there is none. */
  read(name: string): Promise<TaggedBlob | null>;
  /**
   * Replaces a small blob that still bears the tag it was read with; with null, stores one where
   * there is none. False, and nothing is changed, where another writer came first: of several
   * writers that read the same blob one succeeds, however long each of them waits in between.
   * @throws {BlobsFullError} when there is no room.
   */
  swap(name: string, content: Uint8Array<ArrayBuffer>, tag: string | null): Promise<boolean>;
  /** Whether nothing at all lies there, as where a volume is not mounted. */
  isEmpty(): Promise<boolean>;
  /** Blobs that come in parts, over several calls and perhaps to several processes. */
  parts: PartedBlobs;
}

/** A small blob, and a mark of its content that only its store can read. */
export interface TaggedBlob {
  bytes: Uint8Array<ArrayBuffer>;
  tag: string;
}

/** A blob that comes in parts: nothing is seen of it until they are joined. */
export interface PartedBlobs {
  /** Begins a blob. What is never joined is to be abandoned. */
  begin(name: string): Promise<PartedBlob>;
  /**
   * Stores a part, or replaces it, and gives its tag. All parts but the last are of `partBytes`, as
   * many as `PART_BYTES` of parts.ts.
   * @throws {BlobsFullError} when there is no room.
   */
  put(blob: PartedBlob, part: { n: number; partBytes: number; bytes: Bytes }): Promise<string>;
  /** Makes one blob of the parts; `tags` are theirs, in order. */
  join(blob: PartedBlob, tags: string[]): Promise<void>;
  /** Drops what is not joined. Abandoning what is not there is fine. */
  abandon(blob: PartedBlob): Promise<void>;
}

/** A blob or an unfinished write as it is listed. */
export interface BlobEntry {
  name: string;
  /** Of an unfinished write 0 where the store does not say. */
  bytes: number;
  /** When it was last written to; of an unfinished write perhaps when it began. */
  modifiedAt: Date;
  /** Of a write that has not ended, or never will: what `parts.abandon` drops it by. */
  handle?: string;
}

/** A name, and what the store knows the parts by. */
export interface PartedBlob {
  name: string;
  handle: string;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes from `start` to before `end`; to the last one without `end`. */
export interface Range {
  start: number;
  end?: number;
}

/** An open blob. `bytes` is the length of the whole blob, also where a range was asked for. */
export interface Blob {
  bytes: number;
  stream: ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** There is no room left where the blobs lie: HTTP's 507. */
export class BlobsFullError extends Error {
  override name = "BlobsFullError";
}

/** The store does not answer, or not as it should; a later try may go through. */
export class BlobsAwayError extends Error {
  override name = "BlobsAwayError";
}

const SEGMENT = /^[A-Za-z0-9_@=+-][A-Za-z0-9._@=+-]{0,199}$/;

/**
 * Refuses a name that is not segments of letters, digits and `. _ - @ = +` between single `/`, none
 * of which starts with a dot: so no name leaves its folder or meets a part file, on any system.
 * @throws {TypeError} when it is such a name.
 */
export function checkBlobName(name: string): void {
  if (name.length <= 900 && name.split("/").every((segment) => SEGMENT.test(segment))) return;
  throw new TypeError(
    `A blob's name is segments of letters, digits and . _ - @ = + between single slashes, none ` +
      `starting with a dot; ${JSON.stringify(name)} is not.`,
  );
}
