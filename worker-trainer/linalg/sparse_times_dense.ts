import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Matrix } from "./dense.ts";
import type { RowPool } from "./row_pool.ts";
import { sharedFloats } from "./sparse_rows.ts";

/** A sparse and a dense factor in shared memory, and where the product goes. */
export interface SparseTimesDense {
  a: SparseRows;
  b: Matrix;
  /** Rows of A × columns of B. */
  into: Matrix;
}

/** Writes the rows `from` up to, but not including, `to` of A·B; each is summed in float64. */
export function writeSparseTimesDense(
  { a, b, into }: SparseTimesDense,
  { from, to }: { from: number; to: number },
): void {
  const width = b.columns;
  const sums = new Float64Array(width);
  for (let r = from; r < to; r++) {
    addRows(sums, { weights: a, row: r, of: b });
    into.data.set(sums, r * width);
  }
}

/**
 * sums = Σ_c w_rc · B_c over the entries c of a row of `weights`. Four rows of B at a time, since
 * what this costs is reading and writing `sums`.
 */
export function addRows(
  sums: Float64Array,
  { weights, row, of }: { weights: SparseRows; row: number; of: Matrix },
): void {
  const { offsets, columns, values } = weights;
  const b = of.data;
  const n = of.columns;
  sums.fill(0);
  let e = offsets[row];
  for (; e + 4 <= offsets[row + 1]; e += 4) {
    const [k, l, m, o] = [
      columns[e] * n,
      columns[e + 1] * n,
      columns[e + 2] * n,
      columns[e + 3] * n,
    ];
    const [p, q, r, s] = [values[e], values[e + 1], values[e + 2], values[e + 3]];
    for (let j = 0; j < n; j++) {
      sums[j] += p * b[k + j] + q * b[l + j] + r * b[m + j] + s * b[o + j];
    }
  }
  for (; e < offsets[row + 1]; e++) {
    const k = columns[e] * n;
    const p = values[e];
    for (let j = 0; j < n; j++) sums[j] += p * b[k + j];
  }
}

/** Writes A·B on the threads of a pool; all three are in shared memory. */
export async function sparseTimesDense(input: SparseTimesDense, pool: RowPool): Promise<void> {
  const { a, b, into } = input;
  await pool.write({
    kernel: "sparseTimesDense",
    input,
    rows: into.rows,
    cost: a.columns.length * b.columns,
  });
}

/** Zeros that all threads see. */
export function sharedMatrix(rows: number, columns: number): Matrix {
  return { rows, columns, data: sharedFloats(rows * columns) };
}
