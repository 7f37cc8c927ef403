import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Matrix } from "./dense.ts";
import { rowCount } from "./sparse_rows.ts";
import { addRows } from "./sparse_times_dense.ts";

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
    addGram(q, along, { a, y, row: r });
    if (first) addRows(right, { weights: a, row: r, of: y });
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

/** q += Σ_c a_rc (y_c · p) y_c, four rows of Y at a time: what this costs is reading p and q. */
function addGram(
  q: Float64Array,
  p: Float64Array,
  { a: { offsets, columns, values }, y: { data: y }, row }: {
    a: SparseRows;
    y: Matrix;
    row: number;
  },
): void {
  const d = p.length;
  const end = offsets[row + 1];
  let e = offsets[row];
  for (; e + 4 <= end; e += 4) {
    const [i, j, l, m] = [
      columns[e] * d,
      columns[e + 1] * d,
      columns[e + 2] * d,
      columns[e + 3] * d,
    ];
    let [s, t, u, v] = [0, 0, 0, 0];
    for (let k = 0; k < d; k++) {
      const along = p[k];
      s += along * y[i + k];
      t += along * y[j + k];
      u += along * y[l + k];
      v += along * y[m + k];
    }
    s *= values[e];
    t *= values[e + 1];
    u *= values[e + 2];
    v *= values[e + 3];
    for (let k = 0; k < d; k++) {
      q[k] += s * y[i + k] + t * y[j + k] + u * y[l + k] + v * y[m + k];
    }
  }
  for (; e < end; e++) {
    const i = columns[e] * d;
    let s = 0;
    for (let k = 0; k < d; k++) s += p[k] * y[i + k];
    s *= values[e];
    for (let k = 0; k < d; k++) q[k] += s * y[i + k];
  }
}
