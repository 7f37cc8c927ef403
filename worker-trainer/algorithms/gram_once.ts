import type { SparseRows } from "../../functions/recommender/model/model.ts";
import { gramOf } from "../threads/on_threads.ts";
import type { RowPool } from "../threads/row_pool.ts";
import type { SymmetricPanels } from "../linalg/symmetric_panels.ts";

const made = new WeakMap<SparseRows, SymmetricPanels>();

/**
 * Returns A·Aᵀ for B = Aᵀ with ascending columns. Cached for all candidates that learn from A, and
 * freed with A. Shared and read-only.
 */
export async function gramOnce(
  a: SparseRows,
  b: SparseRows,
  pool: RowPool,
): Promise<SymmetricPanels> {
  const gram = made.get(a) ?? await gramOf(a, b, pool);
  made.set(a, gram);
  return gram;
}
