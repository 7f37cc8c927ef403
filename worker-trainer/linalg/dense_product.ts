import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Matrix } from "./dense.ts";
import { rowCount, RowsBuilder } from "./sparse_rows.ts";
import { strongestOfRow } from "./strongest.ts";

/** A sparse and a dense factor, and what is kept of their product. */
export interface DenseProduct {
  a: SparseRows;
  b: Matrix;
  /** Divisor by column. */
  divisors: Float64Array;
  /** Entries kept in a row, those of largest absolute value. */
  keep: number;
}

/**
 * The strongest entries of the rows `from` up to, but not including, `to` of a product that is full,
 * without its diagonal:
 *
 *     C_ij = Σ_u A_iu · B_uj / divisor_j,  i ≠ j
 *
 * Never more of it is held than a row; time is A's entries times B's columns.
 */
export function denseProduct(
  { a, b, divisors, keep }: DenseProduct,
  { from, to } = { from: 0, to: rowCount(a) },
): SparseRows {
  const n = b.columns;
  const built = new RowsBuilder(to - from, Math.max(1, (to - from) * Math.min(keep, n)));
  const sums = new Float64Array(n);
  const row = new Float32Array(n);
  const indices = new Uint32Array(n);
  for (let i = from; i < to; i++) {
    sumRows(sums, b.data, { weights: a, row: i });
    for (let j = 0; j < n; j++) row[j] = sums[j] / divisors[j];
    row[i] = 0;
    const kept = strongestOfRow(indices, row, { count: n, k: keep });
    for (let t = 0; t < kept; t++) built.add(indices[t], row[indices[t]]);
    built.endRow();
  }
  return built.build();
}

/**
 * sums = Σ_u w_iu · B_u over the entries u of row i of `weights`. Four rows at a time, since what
 * this costs is reading and writing `sums`.
 */
function sumRows(
  sums: Float64Array,
  rows: Float32Array,
  { weights, row }: { weights: SparseRows; row: number },
): void {
  const { offsets, columns, values } = weights;
  const n = sums.length;
  sums.fill(0);
  let e = offsets[row];
  for (; e + 4 <= offsets[row + 1]; e += 4) {
    const a = columns[e] * n;
    const b = columns[e + 1] * n;
    const c = columns[e + 2] * n;
    const d = columns[e + 3] * n;
    const [p, q, r, s] = [values[e], values[e + 1], values[e + 2], values[e + 3]];
    for (let j = 0; j < n; j++) {
      sums[j] += p * rows[a + j] + q * rows[b + j] + r * rows[c + j] + s * rows[d + j];
    }
  }
  for (; e < offsets[row + 1]; e++) {
    const a = columns[e] * n;
    const p = values[e];
    for (let j = 0; j < n; j++) sums[j] += p * rows[a + j];
  }
}
