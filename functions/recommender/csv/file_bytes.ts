/** A file's bytes as they are stored, packed or not, wherever they lie. */
export interface FileBytes {
  /** How many there are. */
  size: number;
  /** All of them, from the first: to be read to the end, or cancelled. */
  open(): Promise<ReadableStream<Uint8Array>>;
  /** Those from `start` to before `end`; fewer where the file ends before. */
  slice(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** The bytes of a file in memory, or of one that a browser has on disk. */
export function bytesOf(blob: Blob): FileBytes {
  return {
    size: blob.size,
    open: () => Promise.resolve(blob.stream()),
    slice: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
  };
}
