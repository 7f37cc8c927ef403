import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Matrix } from "./dense.ts";
import { kernelsOf } from "./kernels.ts";
import { rowCount } from "./sparse_rows.ts";
import { addRows } from "./sparse_times_dense.ts";

/**
 * Many small systems at once, one a row r of a sparse matrix A, over the rows y of one matrix Y:
 *
 *     (G + Σ_c a_rc · y_cᵀ·y_c + ridge_r · I) · x_r = Σ_c a_rc · y_c
 *
 * and where their solution by conjugate gradients stands, all in one shared space. The product with
 * G, which is the same for all rows, is one GEMM between two steps.
 */
export interface ConjugateStep {
  memory: WebAssembly.Memory;
  a: SparseRows;
  y: Matrix;
  /** Length rows. */
  ridge: Float64Array;
  /** The solution so far. */
  x: Matrix;
  residual: Matrix;
  /** Where the next step goes. */
  direction: Matrix;
  /** direction · G, or x · G before the first step. */
  image: Matrix;
  /** Sets out from x instead of making a step. */
  first: boolean;
}

/** Sets out, or makes a step, for the rows `from` up to, but not including, `to`. */
export function conjugateStep(
  { memory, a, y, ridge, x, residual, direction, image, first }: ConjugateStep,
  { from, to } = { from: 0, to: rowCount(a) },
): void {
  const d = y.columns;
  const along = first ? x.data : direction.data;
  const q = image.data;
  const { addGram } = kernelsOf(memory);
  for (let r = from; r < to; r++) {
    const [start, end] = [r * d, (r + 1) * d];
    for (let k = start; k < end; k++) q[k] += ridge[r] * along[k];
    addGram(
      q.byteOffset + 4 * start,
      along.byteOffset + 4 * start,
      d,
      y.data.byteOffset,
      a.columns.byteOffset + 4 * a.offsets[r],
      a.values.byteOffset + 4 * a.offsets[r],
      a.offsets[r + 1] - a.offsets[r],
    );
    if (first) {
      const rest = residual.data.subarray(start, end);
      rest.fill(0);
      addRows(rest, { memory, weights: a, row: r, of: y });
      for (let k = start; k < end; k++) {
        direction.data[k] = residual.data[k] -= q[k];
      }
    } else {
      advance({ x: x.data, residual: residual.data, direction: along, q }, { start, end });
    }
  }
}

/** x ← x + α p, r ← r − α q, p ← r + β p with α = ‖r‖² / pᵀq and β = ‖r‖²' / ‖r‖². */
function advance(
  { x, residual, direction, q }: Record<"x" | "residual" | "direction" | "q", Float32Array>,
  { start, end }: { start: number; end: number },
): void {
  let before = 0;
  let curvature = 0;
  for (let k = start; k < end; k++) {
    before += residual[k] * residual[k];
    curvature += direction[k] * q[k];
  }
  // Solved to the last bit: nothing to add.
  if (!(before > 0 && curvature > 0)) return;
  const alpha = before / curvature;
  let after = 0;
  for (let k = start; k < end; k++) {
    x[k] += alpha * direction[k];
    const rest = residual[k] - alpha * q[k];
    residual[k] = rest;
    after += rest * rest;
  }
  const beta = after / before;
  for (let k = start; k < end; k++) direction[k] = residual[k] + beta * direction[k];
}
