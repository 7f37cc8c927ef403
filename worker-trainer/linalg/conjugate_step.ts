import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Matrix } from "./dense.ts";
import { kernelsOf } from "./kernels.ts";
import { rowCount } from "./sparse_rows.ts";

/**
 * A batch of small linear systems, one for each row r of a sparse matrix A, over the rows y of a
 * matrix Y:
 *
 *     (G + Σ_c a_rc · y_cᵀ·y_c + ridge_r · I) · x_r = Σ_c a_rc · y_c
 *
 * and the state of their solution by conjugate gradients, all in one shared space. The product with
 * G, the same for all rows, is one GEMM between two steps.
 */
export interface ConjugateStep {
  memory: WebAssembly.Memory;
  a: SparseRows;
  y: Matrix;
  /** One number for each row. */
  ridge: Float64Array;
  /** Current solution. */
  x: Matrix;
  residual: Matrix;
  /** Search direction of the next step. */
  direction: Matrix;
  /** direction · G, or x · G before the first step. */
  image: Matrix;
  /** Initialises the state from x instead of making a step. */
  first: boolean;
}

/** Initialises or makes a step, for the rows `from` (inclusive) to `to` (exclusive). */
export function conjugateStep(
  { memory, a, y, ridge, x, residual, direction, image, first }: ConjugateStep,
  { from, to } = { from: 0, to: rowCount(a) },
): void {
  const d = y.columns;
  const { add, addGram, addRows, advance } = kernelsOf(memory);
  for (let r = from; r < to; r++) {
    const at = ({ data }: Matrix) => data.byteOffset + 4 * d * r;
    const along = at(first ? x : direction);
    const entries = [
      y.data.byteOffset,
      a.columns.byteOffset + 4 * a.offsets[r],
      a.values.byteOffset + 4 * a.offsets[r],
      a.offsets[r + 1] - a.offsets[r],
    ] as const;
    add(at(image), 1, at(image), ridge[r], along, d);
    addGram(at(image), along, d, ...entries);
    if (first) {
      residual.data.fill(0, d * r, d * (r + 1));
      addRows(at(residual), d, ...entries);
      add(at(residual), 1, at(residual), -1, at(image), d);
      add(at(direction), 1, at(residual), 0, at(residual), d);
    } else {
      advance(at(x), at(residual), along, at(image), d);
    }
  }
}
