import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Matrix } from "./dense.ts";
import { kernelsOf } from "./kernels.ts";

/** A sparse and a dense factor and the destination, all in one shared space. */
export interface SparseTimesDense {
  memory: WebAssembly.Memory;
  a: SparseRows;
  b: Matrix;
  /** Rows of A × columns of B. */
  into: Matrix;
}

/** Writes the rows `from` (inclusive) to `to` (exclusive) of A·B. */
export function writeSparseTimesDense(
  { memory, a, b, into: { data, columns: n } }: SparseTimesDense,
  { from, to }: { from: number; to: number },
): void {
  for (let r = from; r < to; r++) {
    const row = data.subarray(r * n, (r + 1) * n);
    row.fill(0);
    addRows(row, { memory, weights: a, row: r, of: b });
  }
}

/** sums += Σ_c w_rc · B_c over the entries c of a row of `weights`, in their order. */
export function addRows(
  sums: Float32Array,
  { memory, weights: { offsets, columns, values }, row, of }: {
    memory: WebAssembly.Memory;
    weights: SparseRows;
    row: number;
    of: Matrix;
  },
): void {
  const [from, to] = [offsets[row], offsets[row + 1]];
  kernelsOf(memory).addRows(
    sums.byteOffset,
    of.columns,
    of.data.byteOffset,
    columns.byteOffset + 4 * from,
    values.byteOffset + 4 * from,
    to - from,
  );
}
