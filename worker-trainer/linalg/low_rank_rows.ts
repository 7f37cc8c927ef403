import type { SparseRows } from "../../functions/recommender/model/model.ts";
import { type Dense, type Matrix, rowsOf } from "./dense.ts";
import { RowsBuilder } from "./sparse_rows.ts";
import { strongestOfRow } from "./strongest.ts";

/** Bytes of the product that are held at a time, twice: a product of few rows is a slow one. */
const BLOCK_BYTES = 1e8;

/** Bytes that `lowRankRows` needs beside its factors, result included. */
export function lowRankBytes(items: number, keep: number): number {
  return 2 * Math.min(BLOCK_BYTES, 4 * items * items) + 8 * items * Math.min(keep, items);
}

/**
 * The strongest entries of each row of L·Rᵀ, without its diagonal: how a model of low rank becomes
 * item-to-item rows. Never more than two blocks of rows are held.
 * @param left L, items × rank. @param right R, items × rank.
 */
export async function lowRankRows(
  left: Matrix,
  right: Matrix,
  { keep, dense, progress }: { keep: number; dense: Dense; progress?: (share: number) => void },
): Promise<SparseRows> {
  const n = left.rows;
  const built = new RowsBuilder(n, Math.max(1, n * Math.min(keep, n)));
  const indices = new Uint32Array(n);
  const block = Math.max(1, Math.min(n, Math.floor(BLOCK_BYTES / (4 * n || 1))));
  // Two blocks take turns: memory that is new for each product costs a third of the time.
  const blocks = [0, 1].map(() => new Float32Array(block * n));
  const blockFrom = (from: number) => {
    const factor = rowsOf(left, from, Math.min(from + block, n));
    const { rows } = factor;
    const data = blocks[from / block % 2].subarray(0, rows * n);
    return dense.multiply(factor, right, { transB: true, into: { rows, columns: n, data } });
  };
  let coming = n > 0 ? blockFrom(0) : undefined;
  for (let from = 0; from < n; from += block) {
    const { rows, data } = await coming!;
    // The next block is multiplied while this one is cut.
    if (from + block < n) coming = blockFrom(from + block);
    for (let r = 0; r < rows; r++) {
      const row = data.subarray(r * n, (r + 1) * n);
      row[from + r] = 0;
      const kept = strongestOfRow(indices, row, { count: n, k: keep });
      built.addRow(indices, row, kept);
    }
    progress?.((from + rows) / n);
  }
  return built.build();
}
