/** Random and sequential access to a file's bytes, as stored. */
export interface FileBytes {
  /** Size in bytes. */
  size: number;
  /** Opens the whole file. The caller must read the stream to its end or cancel it. */
  open(): Promise<ReadableStream<Uint8Array>>;
  /** Reads the bytes `start` (inclusive) to `end` (exclusive), truncated at the end of the file. */
  slice(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * If it is several files of one format and the same columns, all of them, each with its name for
   * errors; size, open and slice are then those of the first.
   */
  parts?: readonly (FileBytes & { name: string })[];
}

/** Returns the bytes of a file in memory, or of one that a browser has on disk. */
export function bytesOf(blob: Blob): FileBytes {
  return {
    size: blob.size,
    open: () => Promise.resolve(blob.stream()),
    slice: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
  };
}
