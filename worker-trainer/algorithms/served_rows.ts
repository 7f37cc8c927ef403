import type { SparseRows } from "../../functions/recommender/model/model.ts";
import { parallelSum } from "../threads/parallel_products.ts";
import type { RowPool } from "../threads/row_pool.ts";
import type { TrainingSet } from "./training_set.ts";

/** Returns the strongest entries of each learned row, as served by the model. */
export async function servedRows(
  rows: SparseRows,
  { served }: Pick<TrainingSet, "served">,
  pool: RowPool,
): Promise<SparseRows> {
  const { offsets } = rows;
  const fits = offsets.subarray(1).every((end, row) => end - offsets[row] <= served);
  return fits ? rows : await parallelSum([{ rows, weight: 1 }], { keep: served, pool });
}
