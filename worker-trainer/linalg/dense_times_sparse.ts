import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Matrix } from "./dense.ts";

/** A dense and a sparse factor in shared memory, and the destination. */
export interface DenseTimesSparse {
  a: Matrix;
  b: SparseRows;
  /** Rows of A × columns of B. */
  into: Matrix;
}

/** Writes the rows `from` (inclusive) to `to` (exclusive) of A·B; sums are float64. */
export function writeDenseTimesSparse(
  { a, b: { offsets, columns, values }, into }: DenseTimesSparse,
  { from, to }: { from: number; to: number },
): void {
  const sums = new Float64Array(into.columns);
  for (let r = from; r < to; r++) {
    sums.fill(0);
    for (let c = 0; c < a.columns; c++) {
      const weight = a.data[r * a.columns + c];
      for (let e = offsets[c]; e < offsets[c + 1]; e++) sums[columns[e]] += weight * values[e];
    }
    into.data.set(sums, r * into.columns);
  }
}
