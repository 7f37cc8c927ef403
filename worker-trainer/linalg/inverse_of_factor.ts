import type { Matrix } from "./dense.ts";

/** The matrix has no Cholesky factor, in exact arithmetic or by rounding. */
export class NotPositiveDefiniteError extends RangeError {
  override name = "NotPositiveDefiniteError";
  constructor() {
    super("The matrix must be positive definite, but a pivot is not positive.");
  }
}

/**
 * Returns L⁻¹ for a small symmetric positive definite S = L·Lᵀ (Cholesky), computed in float64.
 * @throws {NotPositiveDefiniteError} if S is not positive definite.
 */
export function inverseOfFactor({ data: block, rows: size }: Matrix): Matrix {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = block[i * size + j];
      for (let k = 0; k < j; k++) sum -= factor[i * size + k] * factor[j * size + k];
      if (i === j && !(sum > 0)) throw new NotPositiveDefiniteError();
      factor[i * size + j] = i === j ? Math.sqrt(sum) : sum / factor[j * size + j];
    }
  }
  // Column c of the inverse solves L·x = e_c. Rows of `factor` are read along memory.
  const inverse = new Float32Array(size * size);
  const column = new Float64Array(size);
  for (let c = 0; c < size; c++) {
    for (let i = c; i < size; i++) {
      let sum = i === c ? 1 : 0;
      for (let k = c; k < i; k++) sum -= factor[i * size + k] * column[k];
      column[i] = sum / factor[i * size + i];
      inverse[i * size + c] = column[i];
    }
  }
  return { rows: size, columns: size, data: inverse };
}
