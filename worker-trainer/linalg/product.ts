import type { SparseRows } from "../../functions/recommender/model/model.ts";
import { rowCount, RowsBuilder } from "./sparse_rows.ts";
import { strongest } from "./strongest.ts";

/** Two sparse factors, how their product is turned into similarities, and what is kept of it. */
export interface Product {
  a: SparseRows;
  b: SparseRows;
  /** Columns of the result. */
  width: number;
  /** Entries kept in a row, those of largest absolute value. */
  keep: number;
  /** Divisor by row, 1 where absent. */
  rowNorms?: Float64Array;
  /** Divisor by column, 1 where absent. */
  columnNorms?: Float64Array;
  /** Added to the divisor, so that what rests on little evidence counts less. */
  shrinkage?: number;
}

/**
 * The strongest entries of the rows `from` up to, but not including, `to` of a sparse product,
 * without its diagonal:
 *
 *     C_ij = Σ_u A_iu · B_uj / (rowNorm_i · columnNorm_j + shrinkage),  i ≠ j
 *
 * With A = Xᵀ and B = X this is the Gram matrix of the items, and with norms their cosine. Sums are
 * float64 in the order of A's entries; time is Σ over A's entries of the length of B's row.
 */
export function product(
  { a, b, width, keep, rowNorms, columnNorms, shrinkage = 0 }: Product,
  { from, to } = { from: 0, to: rowCount(a) },
): SparseRows {
  const built = new RowsBuilder(to - from, Math.max(1, Math.min((to - from) * keep, 1 << 20)));
  const scratch: Scratch = {
    sums: new Float64Array(width),
    touched: new Uint32Array(width),
    marks: new Uint8Array(width),
  };
  const { sums, touched, marks } = scratch;
  const values = new Float32Array(width);
  for (let i = from; i < to; i++) {
    const count = addRows(a, b, { row: i, ...scratch });
    const rowNorm = rowNorms?.[i] ?? 1;
    for (let t = 0; t < count; t++) {
      const j = touched[t];
      const divisor = rowNorm * (columnNorms?.[j] ?? 1) + shrinkage;
      values[j] = divisor > 0 && j !== i ? sums[j] / divisor : 0;
      sums[j] = 0;
      marks[j] = 0;
    }
    const kept = strongest(touched, values, { count, k: keep });
    built.addRow(touched, values, kept);
  }
  return built.build();
}

interface Scratch {
  sums: Float64Array;
  /** The columns with a sum. */
  touched: Uint32Array;
  /** 1 where a column is in `touched`. */
  marks: Uint8Array;
}

/** sums_j = Σ_u A_iu · B_uj; gives how many columns it touched. */
function addRows(
  a: SparseRows,
  b: SparseRows,
  { row, sums, touched, marks }: Scratch & { row: number },
): number {
  let count = 0;
  for (let e = a.offsets[row]; e < a.offsets[row + 1]; e++) {
    const weight = a.values[e];
    const u = a.columns[e];
    for (let f = b.offsets[u]; f < b.offsets[u + 1]; f++) {
      const j = b.columns[f];
      if (marks[j] === 0) {
        marks[j] = 1;
        touched[count++] = j;
      }
      sums[j] += weight * b.values[f];
    }
  }
  return count;
}

/** Multiplications that a product of `a` and `b` makes: what its cost is estimated by. */
export function productCost(a: SparseRows, b: SparseRows): number {
  let cost = 0;
  for (const u of a.columns) cost += b.offsets[u + 1] - b.offsets[u];
  return cost;
}
