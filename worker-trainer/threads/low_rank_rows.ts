import type { SparseRows } from "../../functions/recommender/model/model.ts";
import { type Dense, type Matrix, plainMatrix, rowSlice } from "../linalg/dense.ts";
import { concatenate, type RowPool } from "./row_pool.ts";
import { sharedFloats } from "../linalg/sparse_rows.ts";

/** Bytes of a block of the product, of which three are held: small enough for the caches. */
const BLOCK_BYTES = 2.5e7;
/** Entries cut per second while products are computed. */
const CUT_RATE = 7.5e8;
/** Cost of checking an entry, in multiplications. */
const ENTRY_COST = 2;

/** Returns the bytes that `lowRankRows` needs in addition to its factors, including the result. */
export function lowRankBytes(items: number, keep: number): number {
  return 3 * Math.min(BLOCK_BYTES, 4 * items * items) + 8 * items * Math.min(keep, items);
}

/** Returns the estimated seconds of `lowRankRows`; cutting overlaps only in part. */
export function lowRankSeconds(items: number, rank: number, dense: Dense): number {
  return 2 * items * items * rank / dense.flopsPerSecond + items * items / CUT_RATE;
}

/**
 * Returns the strongest entries of each row of L·Rᵀ, without its diagonal: the item-to-item rows of
 * a low-rank model. Works in blocks of rows: one is multiplied while the previous one is cut.
 * @param left L, items × rank. @param right R, items × rank.
 */
export async function lowRankRows(
  left: Matrix,
  right: Matrix,
  { keep, dense, pool, progress }: {
    keep: number;
    dense: Dense;
    pool: RowPool;
    progress?: (share: number) => void;
  },
): Promise<SparseRows> {
  const n = left.rows;
  const block = Math.max(1, Math.min(n, Math.floor(BLOCK_BYTES / (4 * n || 1))));
  const product = plainMatrix(block, n);
  // Double buffering.
  const blocks = [0, 1].map(() => ({ rows: block, columns: n, data: sharedFloats(block * n) }));
  const parts: SparseRows[] = [];
  let cutting: Promise<SparseRows> | undefined;
  for (let first = 0; first < n; first += block) {
    const factor = rowSlice(left, first, Math.min(first + block, n));
    const into = rowSlice(product, 0, factor.rows);
    await dense.multiply(factor, right, { transB: true, into });
    const rows = rowSlice(blocks[first / block % 2], 0, factor.rows);
    rows.data.set(into.data);
    if (cutting) parts.push(await cutting);
    // Before the next job starts, because `progress` may throw to end the fit.
    progress?.(first / n);
    cutting = pool.run({
      kernel: "strongestRows",
      input: { rows, first, keep },
      rows: rows.rows,
      cost: ENTRY_COST * rows.data.length,
    });
    // A failure is handled where `cutting` is awaited, after the next product.
    cutting.catch(() => {});
  }
  if (cutting) parts.push(await cutting);
  return concatenate(parts);
}
