import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Matrix } from "./dense.ts";
import { rowScratch } from "./row_scratch.ts";
import { RowsBuilder } from "./sparse_rows.ts";
import { strongestOfRow } from "./strongest.ts";

/** Consecutive rows of a square matrix in shared memory, and how much of them is kept. */
export interface StrongestRows {
  rows: Matrix;
  /** Index of the first of them in the whole matrix. */
  first: number;
  /** Entries kept in a row: those of largest absolute value. */
  keep: number;
}

/** Returns the strongest entries in the rows `from` to `to` (exclusive), without the diagonal. */
export function strongestRows(
  { rows: { data, rows, columns: n }, first, keep }: StrongestRows,
  { from, to } = { from: 0, to: rows },
): SparseRows {
  const built = new RowsBuilder(to - from, Math.max(1, (to - from) * Math.min(keep, n)));
  const row = rowScratch(n);
  for (let r = from; r < to; r++) {
    row.values.set(data.subarray(r * n, (r + 1) * n));
    row.values[first + r] = 0;
    built.addRow(row, strongestOfRow(row, { count: n, k: keep }));
  }
  return built.build();
}
