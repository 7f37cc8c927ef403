import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Matrix } from "./dense.ts";
import { rowCount } from "./sparse_rows.ts";

/**
 * Many small systems at once, one a row r of a sparse matrix A, over the rows y of one matrix Y:
 *
 *     (G + Σ_c a_rc · y_cᵀ·y_c + ridge_r · I) · x_r = Σ_c a_rc · y_c
 *
 * and where their solution by conjugate gradients stands. All in shared memory; the product with G,
 * which is the same for all rows, is one GEMM between two steps.
 */
export interface ConjugateStep {
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
  { a, y, ridge, x, residual, direction, image, first }: ConjugateStep,
  { from, to } = { from: 0, to: rowCount(a) },
): void {
  const d = y.columns;
  const along = new Float64Array(d);
  const q = new Float64Array(d);
  const right = new Float64Array(d);
  const source = first ? x.data : direction.data;
  for (let r = from; r < to; r++) {
    const start = r * d;
    for (let k = 0; k < d; k++) {
      along[k] = source[start + k];
      q[k] = image.data[start + k] + ridge[r] * along[k];
    }
    if (first) right.fill(0);
    for (let e = a.offsets[r]; e < a.offsets[r + 1]; e++) {
      const weight = a.values[e];
      const row = a.columns[e] * d;
      const share = weight * dot(y.data, row, along);
      for (let k = 0; k < d; k++) q[k] += share * y.data[row + k];
      if (first) { for (let k = 0; k < d; k++) right[k] += weight * y.data[row + k]; }
    }
    if (first) {
      for (let k = 0; k < d; k++) {
        residual.data[start + k] = direction.data[start + k] = right[k] - q[k];
      }
      continue;
    }
    advance({ x: x.data, residual: residual.data, direction: direction.data }, { start, along, q });
  }
}

/** x ← x + α p, r ← r − α q, p ← r + β p with α = ‖r‖² / pᵀq and β = ‖r‖²' / ‖r‖². */
function advance(
  { x, residual, direction }: Record<"x" | "residual" | "direction", Float32Array>,
  { start, along, q }: { start: number; along: Float64Array; q: Float64Array },
): void {
  const d = q.length;
  let before = 0;
  let curvature = 0;
  for (let k = 0; k < d; k++) {
    before += residual[start + k] * residual[start + k];
    curvature += along[k] * q[k];
  }
  // Solved to the last bit: nothing to add.
  if (!(before > 0 && curvature > 0)) return;
  const alpha = before / curvature;
  let after = 0;
  for (let k = 0; k < d; k++) {
    x[start + k] += alpha * along[k];
    const rest = residual[start + k] - alpha * q[k];
    residual[start + k] = rest;
    after += rest * rest;
  }
  const beta = after / before;
  for (let k = 0; k < d; k++) direction[start + k] = residual[start + k] + beta * along[k];
}

/** Four sums at a time, so that none waits for the one before. */
function dot(y: Float32Array, row: number, p: Float64Array): number {
  const d = p.length;
  let [a, b, c, e] = [0, 0, 0, 0];
  let k = 0;
  for (; k + 4 <= d; k += 4) {
    a += y[row + k] * p[k];
    b += y[row + k + 1] * p[k + 1];
    c += y[row + k + 2] * p[k + 2];
    e += y[row + k + 3] * p[k + 3];
  }
  for (; k < d; k++) a += y[row + k] * p[k];
  return a + b + (c + e);
}
