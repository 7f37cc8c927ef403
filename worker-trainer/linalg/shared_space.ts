import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Matrix } from "./dense.ts";

/** Bytes of a page, by which WebAssembly's memory grows. */
const PAGE = 1 << 16;
/** Pages that 32-bit addresses reach. */
const PAGES = 1 << 16;

/** Bytes that a space can hold: a fit that needs more of it cannot be tried. */
export const SPACE_BYTES = PAGE * PAGES;

/**
 * Memory that all threads and the kernels see. What is made in it is of one computation, and goes
 * with it.
 */
export class SharedSpace {
  /** @param memory what a thread was given; new where absent. */
  constructor(
    readonly memory = new WebAssembly.Memory({ initial: 0, maximum: PAGES, shared: true }),
  ) {}

  /** Zeros. */
  floats(length: number): Float32Array {
    const start = this.#room(4 * length);
    return new Float32Array(this.memory.buffer, start, length);
  }

  /** Zeros. */
  integers(length: number): Uint32Array {
    const start = this.#room(4 * length);
    return new Uint32Array(this.memory.buffer, start, length);
  }

  /** A matrix of zeros. */
  matrix(rows: number, columns: number): Matrix {
    return { rows, columns, data: this.floats(rows * columns) };
  }

  /** A copy of a matrix whose entries the kernels read. */
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

  /** Whole pages, so that two threads which ask at a time get different ones; the buffer is another then. */
  #room(bytes: number): number {
    return PAGE * this.memory.grow(Math.ceil(bytes / PAGE));
  }
}
