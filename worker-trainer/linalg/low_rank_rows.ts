import type { SparseRows } from "../../functions/recommender/model/model.ts";
import { type Dense, type Matrix, plainMatrix, rowsOf } from "./dense.ts";
import { concatenate, type RowPool } from "./row_pool.ts";
import { sharedFloats } from "./sparse_rows.ts";

/** Bytes of the product that are held at a time, three times: much of it in the caches. */
const BLOCK_BYTES = 2.5e7;
/** Entries that are cut a second beside the products. */
const CUT_RATE = 7.5e8;
/** Multiplications that looking at an entry of a row counts as. */
const ENTRY_COST = 2;

/** Bytes that `lowRankRows` needs beside its factors, result included. */
export function lowRankBytes(items: number, keep: number): number {
  return 3 * Math.min(BLOCK_BYTES, 4 * items * items) + 8 * items * Math.min(keep, items);
}

/** Seconds that it takes, by estimate: the cutting is done beside the products, but not quite all. */
export function lowRankSeconds(items: number, rank: number, dense: Dense): number {
  return 2 * items * items * rank / dense.flopsPerSecond + items * items / CUT_RATE;
}

/**
 * The strongest entries of each row of L·Rᵀ, without its diagonal: how a model of low rank becomes
 * item-to-item rows. A few blocks of rows are held at a time: one is multiplied while the one before
 * is cut.
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
  // Two take turns.
  const blocks = [0, 1].map(() => ({ rows: block, columns: n, data: sharedFloats(block * n) }));
  const parts: SparseRows[] = [];
  let cutting: Promise<SparseRows> | undefined;
  for (let first = 0; first < n; first += block) {
    const factor = rowsOf(left, first, Math.min(first + block, n));
    const into = rowsOf(product, 0, factor.rows);
    await dense.multiply(factor, right, { transB: true, into });
    const rows = rowsOf(blocks[first / block % 2], 0, factor.rows);
    rows.data.set(into.data);
    if (cutting) parts.push(await cutting);
    // Before the next job is given, since what is told may end it all.
    progress?.(first / n);
    cutting = pool.run({
      kernel: "strongestRows",
      input: { rows, first, keep },
      rows: rows.rows,
      cost: ENTRY_COST * rows.data.length,
    });
    // What goes wrong is heard where it is awaited, after the next product.
    cutting.catch(() => {});
  }
  if (cutting) parts.push(await cutting);
  return concatenate(parts);
}
