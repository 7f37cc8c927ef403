import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Dense, Matrix } from "./dense.ts";
import { RowsBuilder } from "./sparse_rows.ts";
import { strongestOfRow } from "./strongest.ts";

/** Rows of the product that are held at a time. */
const BLOCK = 256;

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
  const rank = left.columns;
  const built = new RowsBuilder(n, Math.max(1, n * Math.min(keep, n)));
  const indices = new Uint32Array(n);
  const blockFrom = (from: number) => {
    const to = Math.min(from + BLOCK, n);
    const data = left.data.subarray(from * rank, to * rank);
    return dense.multiply({ rows: to - from, columns: rank, data }, right, { transB: true });
  };
  let coming = n > 0 ? blockFrom(0) : undefined;
  for (let from = 0; from < n; from += BLOCK) {
    const { rows, data } = await coming!;
    // The next block is multiplied while this one is cut.
    if (from + BLOCK < n) coming = blockFrom(from + BLOCK);
    for (let r = 0; r < rows; r++) {
      const row = data.subarray(r * n, (r + 1) * n);
      row[from + r] = 0;
      const kept = strongestOfRow(indices, row, { count: n, k: keep });
      for (let t = 0; t < kept; t++) built.add(indices[t], row[indices[t]]);
      built.endRow();
    }
    progress?.((from + rows) / n);
  }
  return built.build();
}
