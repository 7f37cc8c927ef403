import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Matrix } from "./dense.ts";
import { SharedSpace } from "./shared_space.ts";
import { rowCount, RowsBuilder } from "./sparse_rows.ts";
import { addRows } from "./sparse_times_dense.ts";
import { strongestOfRow } from "./strongest.ts";

/** A sparse and a dense factor in one shared space, and how much of their product is kept. */
export interface DenseProduct {
  memory: WebAssembly.Memory;
  a: SparseRows;
  b: Matrix;
  /** Entries kept in a row: those of largest absolute value. */
  keep: number;
}

/**
 * Returns the strongest entries in the rows `from` (inclusive) to `to` (exclusive) of a dense
 * product, without its diagonal:
 *
 *     C_ij = Σ_u A_iu · B_uj,  i ≠ j
 *
 * Holds one row of the product at a time. Time: entries of A × columns of B.
 */
export function denseProduct(
  { memory, a, b, keep }: DenseProduct,
  { from, to } = { from: 0, to: rowCount(a) },
): SparseRows {
  const n = b.columns;
  const built = new RowsBuilder(to - from, Math.max(1, (to - from) * Math.min(keep, n)));
  const space = new SharedSpace(memory);
  const row = { memory, indices: space.integers(n), values: space.floats(n) };
  for (let i = from; i < to; i++) {
    row.values.fill(0);
    addRows(row.values, { memory, weights: a, row: i, of: b });
    row.values[i] = 0;
    built.addRow(row, strongestOfRow(row, { count: n, k: keep }));
  }
  return built.build();
}
