/** Matrix operations spread over the threads of a pool. */
import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { DenseTimesSparse } from "../linalg/dense_times_sparse.ts";
import { BLOCK } from "../linalg/gram.ts";
import { productCost } from "../linalg/product.ts";
import type { RowPool } from "./row_pool.ts";
import { rowCount, sharedFloats } from "../linalg/sparse_rows.ts";
import type { SparseTimesDense } from "../linalg/sparse_times_dense.ts";
import { SymmetricPanels } from "../linalg/symmetric_panels.ts";
import { ENTRY_COST, type WeightedRows } from "../linalg/weighted_sum.ts";

/** Returns the strongest entries of each row of Σ weight · rows. */
export function parallelSum(
  parts: WeightedRows[],
  { keep, pool }: { keep: number; pool: RowPool },
): Promise<SparseRows> {
  return pool.run({
    kernel: "weightedSum",
    input: { parts, keep },
    rows: rowCount(parts[0].rows),
    cost: ENTRY_COST * parts.reduce((sum, { rows }) => sum + rows.columns.length, 0),
  });
}

/** Writes A·B. */
export async function sparseTimesDense(input: SparseTimesDense, pool: RowPool): Promise<void> {
  const { a, b, into } = input;
  await pool.write({
    kernel: "sparseTimesDense",
    input,
    rows: into.rows,
    cost: a.columns.length * b.columns,
  });
}

/** Writes A·B; all three are in shared memory. */
export async function denseTimesSparse(input: DenseTimesSparse, pool: RowPool): Promise<void> {
  await pool.write({
    kernel: "denseTimesSparse",
    input,
    rows: input.into.rows,
    cost: input.a.rows * input.b.columns.length,
  });
}

/** Returns A·Aᵀ in shared memory, for B = Aᵀ with ascending columns. */
export async function parallelGram(
  a: SparseRows,
  b: SparseRows,
  pool: RowPool,
): Promise<SymmetricPanels> {
  const into = SymmetricPanels.zeros(rowCount(a), BLOCK, sharedFloats);
  await pool.write({
    kernel: "gram",
    input: { a, b, into },
    rows: into.size,
    cost: productCost(a, b) / 2,
  });
  return into;
}
