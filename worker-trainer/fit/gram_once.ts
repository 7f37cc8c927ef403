import type { SparseRows } from "../../functions/recommender/model/model.ts";
import { gramOf } from "../linalg/on_threads.ts";
import type { RowPool } from "../linalg/row_pool.ts";
import type { SymmetricPanels } from "../linalg/symmetric_panels.ts";

const made = new WeakMap<SparseRows, SymmetricPanels>();

/**
 * A·Aᵀ for B = Aᵀ whose columns ascend: made when the first candidate needs it, the same for all others
 * that learn from A, and gone with A. It is in shared memory, and nobody's to change.
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
