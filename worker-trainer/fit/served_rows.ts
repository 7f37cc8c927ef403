import type { SparseRows } from "../../functions/recommender/model/model.ts";
import { sumOf } from "./hybrid.ts";
import type { TrainingSet } from "./training_set.ts";

/** What a model serves of learned rows: the strongest entries of each. */
export function servedRows(
  rows: SparseRows,
  { served }: Pick<TrainingSet, "served">,
): SparseRows {
  const { offsets } = rows;
  const fits = offsets.subarray(1).every((end, row) => end - offsets[row] <= served);
  return fits ? rows : sumOf([{ rows, weight: 1 }], { keep: served });
}
