/** Bytes by name. Uploads and the folder registry stand on it. */
export interface Blobs {
  /**
   * Stores a stream under `name`, which may contain `/`. The blob is visible only when complete;
   * an existing one is replaced. A stream that fails leaves nothing behind, and its error is thrown.
   * @throws {BlobsFullError} when there is no room.
   */
  put(name: string, content: ReadableStream<Uint8Array> | Uint8Array): Promise<void>;
  /** The blob, or a part of it: `end` is exclusive. Null where there is none. */
  get(name: string, range?: { start: number; end?: number }): Promise<Blob | null>;
  /** Names that start with `prefix`, in ascending order. */
  list(prefix: string): Promise<string[]>;
  /** Removes one blob, or with a trailing `/` all under it. Removing what is not there is fine. */
  remove(name: string): Promise<void>;
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
