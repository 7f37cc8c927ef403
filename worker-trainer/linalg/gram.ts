import type { SparseRows } from "../../functions/recommender/model/model.ts";
import { rowScratch } from "./row_scratch.ts";
import { RowsBuilder } from "./sparse_rows.ts";
import { strongestOfRow } from "./strongest.ts";
import { SymmetricPanels } from "./symmetric_panels.ts";

/** Rows of a panel. */
export const BLOCK = 256;

/** Fields of a `SymmetricPanels` in shared memory: a class instance cannot be sent to a thread. */
type SharedPanels = Pick<SymmetricPanels, "size" | "block" | "panels">;

/** The factors of a Gram matrix, and its destination. */
export interface Gram {
  a: SparseRows;
  /** Aᵀ, with ascending columns. */
  b: SparseRows;
  into: SharedPanels;
}

/** Writes the rows `from` (inclusive) to `to` (exclusive) of A·Aᵀ; sums are float64. */
export function writeGram({ a, b, into }: Gram, { from, to }: { from: number; to: number }): void {
  const gram = new SymmetricPanels(into.size, into.block, into.panels);
  const sums = new Float64Array(to);
  for (let i = from; i < to; i++) {
    for (let e = a.offsets[i]; e < a.offsets[i + 1]; e++) {
      const u = a.columns[e];
      const weight = a.values[e];
      // Columns ascend, and only the lower half is stored.
      for (let f = b.offsets[u]; f < b.offsets[u + 1] && b.columns[f] <= i; f++) {
        sums[b.columns[f]] += weight * b.values[f];
      }
    }
    for (let j = 0; j <= i; j++) {
      if (sums[j] !== 0) gram.set(i, j, sums[j]);
    }
    sums.fill(0, 0, i + 1);
  }
}

/** Returns the size in bytes of a Gram matrix of `rows` rows. */
export function gramBytes(rows: number): number {
  return SymmetricPanels.bytes(rows, BLOCK);
}

/** A Gram matrix, and how its entries are turned into similarities. */
export interface GramCosines {
  gram: SharedPanels;
  /** Added to the divisor, which lowers similarities that rest on little evidence. */
  shrinkage: number;
  /** Entries kept in a row: those of largest absolute value. */
  keep: number;
}

/**
 * Returns the strongest cosines in the rows `from` (inclusive) to `to` (exclusive), without the
 * diagonal:
 *
 *     C_ij = G_ij / (√G_ii · √G_jj + shrinkage),  i ≠ j
 */
export function gramCosines(
  { gram: { size, block, panels }, shrinkage, keep }: GramCosines,
  { from, to } = { from: 0, to: size },
): SparseRows {
  const gram = new SymmetricPanels(size, block, panels);
  const norms = Float64Array.from({ length: size }, (_, i) => Math.sqrt(gram.get(i, i)));
  const built = new RowsBuilder(to - from, Math.max(1, (to - from) * Math.min(keep, size)));
  const row = rowScratch(size);
  const { values } = row;
  for (let i = from; i < to; i++) {
    gram.row(i, values);
    for (let j = 0; j < size; j++) {
      const divisor = norms[i] * norms[j] + shrinkage;
      values[j] = divisor > 0 ? values[j] / divisor : 0;
    }
    values[i] = 0;
    built.addRow(row, strongestOfRow(row, { count: size, k: keep }));
  }
  return built.build();
}
