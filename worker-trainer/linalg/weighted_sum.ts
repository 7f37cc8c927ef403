import type { SparseRows } from "../../functions/recommender/model/model.ts";
import { rowCount, RowsBuilder } from "./sparse_rows.ts";
import { strongest } from "./strongest.ts";

/** A matrix and its weight in a sum. */
export interface WeightedRows {
  rows: SparseRows;
  weight: number;
}

/** Square matrices of the same size, and how much of their sum is kept. */
export interface WeightedSum {
  parts: WeightedRows[];
  /** Entries kept in a row: those of largest absolute value. */
  keep: number;
}

/** Cost of adding and cutting an entry, in multiplications. */
export const ENTRY_COST = 8;

/** Returns the strongest entries in the rows `from` to `to` (exclusive) of a weighted sum. */
export function weightedSum(
  { parts, keep }: WeightedSum,
  { from, to } = { from: 0, to: rowCount(parts[0].rows) },
): SparseRows {
  const items = rowCount(parts[0].rows);
  const entries = ({ rows: { offsets } }: WeightedRows) => offsets[to] - offsets[from];
  const built = new RowsBuilder(to - from, Math.max(1, ...parts.map(entries)));
  const values = new Float32Array(items);
  const marks = new Uint8Array(items);
  const touched = new Uint32Array(items);
  for (let i = from; i < to; i++) {
    let count = 0;
    for (const { rows, weight } of parts) {
      for (let e = rows.offsets[i]; e < rows.offsets[i + 1]; e++) {
        const j = rows.columns[e];
        if (!marks[j]) touched[count++] = j;
        marks[j] = 1;
        values[j] += weight * rows.values[e];
      }
    }
    const all = touched.slice(0, count);
    const kept = strongest(touched, values, { count, k: keep });
    built.addRow({ indices: touched, values }, kept);
    for (const j of all) values[j] = marks[j] = 0;
  }
  return built.build();
}
