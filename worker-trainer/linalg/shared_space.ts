import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Matrix } from "./dense.ts";

/** Bytes of a page of WebAssembly memory. */
const PAGE = 1 << 16;
/** Maximum number of pages with 32-bit addresses. */
const PAGES = 1 << 16;

/** Capacity of a space in bytes; a fit that needs more cannot be tried. */
export const SPACE_BYTES = PAGE * PAGES;

/**
 * Memory shared by all threads and the kernels. A space serves one computation and is freed with
 * it.
 */
export class SharedSpace {
  /** @param memory memory received from another thread; new if absent. */
  constructor(
    readonly memory = new WebAssembly.Memory({ initial: 0, maximum: PAGES, shared: true }),
  ) {}

  /** Returns an array of zeros. */
  floats(length: number): Float32Array {
    const start = this.#room(4 * length);
    return new Float32Array(this.memory.buffer, start, length);
  }

  /** Returns an array of zeros. */
  integers(length: number): Uint32Array {
    const start = this.#room(4 * length);
    return new Uint32Array(this.memory.buffer, start, length);
  }

  /** Returns a matrix of zeros. */
  matrix(rows: number, columns: number): Matrix {
    return { rows, columns, data: this.floats(rows * columns) };
  }

  /** Returns a copy of a matrix whose entries the kernels can read. */
  rows({ offsets, columns, values }: SparseRows): SparseRows {
    const copy = {
      offsets,
      columns: this.integers(columns.length),
      values: this.floats(values.length),
    };
    copy.columns.set(columns);
    copy.values.set(values);
    return copy;
  }

  /**
   * Returns the address of new memory. Rounded up to pages, so that concurrent calls of two threads
   * do not overlap; growing replaces `memory.buffer`.
   */
  #room(bytes: number): number {
    return PAGE * this.memory.grow(Math.ceil(bytes / PAGE));
  }
}
