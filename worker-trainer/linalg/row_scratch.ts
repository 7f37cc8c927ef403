import { SharedSpace } from "./shared_space.ts";

/** Room for a row in which its strongest entries are found. */
export interface RowScratch {
  memory: WebAssembly.Memory;
  indices: Uint32Array;
  values: Float32Array;
}

let scratch: RowScratch | undefined;

/** This thread's own, at least so wide; what was in it may still be there. */
export function rowScratch(width: number): RowScratch {
  if (scratch && scratch.values.length >= width) return scratch;
  const space = new SharedSpace();
  return scratch = {
    memory: space.memory,
    indices: space.integers(width),
    values: space.floats(width),
  };
}
