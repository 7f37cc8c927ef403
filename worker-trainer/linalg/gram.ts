import type { SparseRows } from "../../functions/recommender/model/model.ts";
import { rowScratch } from "./row_scratch.ts";
import { RowsBuilder } from "./sparse_rows.ts";
import { strongestOfRow } from "./strongest.ts";
import { SymmetricPanels } from "./symmetric_panels.ts";

/** Rows of a panel. */
export const BLOCK = 256;

/** The panels of a symmetric matrix in memory that all threads see; no instance of it reaches a thread. */
type SharedPanels = Pick<SymmetricPanels, "size" | "block" | "panels">;

/** What a Gram matrix is made of, and where it goes. */
export interface Gram {
  a: SparseRows;
  /** Aᵀ; columns ascend. */
  b: SparseRows;
  into: SharedPanels;
}

/** Writes the rows `from` up to, but not including, `to` of A·Aᵀ; sums are float64. */
export function writeGram({ a, b, into }: Gram, { from, to }: { from: number; to: number }): void {
  const gram = new SymmetricPanels(into.size, into.block, into.panels);
  const sums = new Float64Array(to);
  for (let i = from; i < to; i++) {
    for (let e = a.offsets[i]; e < a.offsets[i + 1]; e++) {
      const u = a.columns[e];
      const weight = a.values[e];
      // Columns ascend, and the lower half is the whole.
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

/** Bytes of the Gram matrix of so many rows. */
export function gramBytes(rows: number): number {
  return SymmetricPanels.bytes(rows, BLOCK);
}

/** A Gram matrix, and how its entries become similarities. */
export interface GramCosines {
  gram: SharedPanels;
  /** Added to the divisor, so that what rests on little evidence counts less. */
  shrinkage: number;
  /** Entries kept in a row, those of largest absolute value. */
  keep: number;
}

/**
 * The strongest entries of the rows `from` up to, but not including, `to` of the cosines, without
 * the diagonal:
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
