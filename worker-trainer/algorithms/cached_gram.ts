import type { SparseRows } from "../../functions/recommender/model/model.ts";
import { parallelGram } from "../threads/parallel_products.ts";
import type { RowPool } from "../threads/row_pool.ts";
import type { SymmetricPanels } from "../linalg/symmetric_panels.ts";

const cache = new WeakMap<SparseRows, SymmetricPanels>();

/**
 * Returns the Gram matrix A·Aᵀ, for B = Aᵀ with ascending columns. Cached while A is referenced,
 * for all candidates that are fitted on A; callers must not change it.
 */
export async function cachedGram(
  a: SparseRows,
  b: SparseRows,
  pool: RowPool,
): Promise<SymmetricPanels> {
  const gram = cache.get(a) ?? await parallelGram(a, b, pool);
  cache.set(a, gram);
  return gram;
}
