import { SharedSpace } from "./shared_space.ts";

/** Buffers of a row, for finding its strongest entries. */
export interface RowScratch {
  memory: WebAssembly.Memory;
  indices: Uint32Array;
  values: Float32Array;
}

let scratch: RowScratch | undefined;

/** Returns this thread's scratch, for rows of at least `width`. It is not cleared. */
export function rowScratch(width: number): RowScratch {
  if (scratch && scratch.values.length >= width) return scratch;
  const space = new SharedSpace();
  return scratch = {
    memory: space.memory,
    indices: space.integers(width),
    values: space.floats(width),
  };
}
