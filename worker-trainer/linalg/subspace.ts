import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Dense, Matrix } from "./dense.ts";
import { inverseOfFactor } from "./inverse_of_factor.ts";
import { rowCount } from "./sparse_rows.ts";

/** Rounds of iteration: enough for a subspace, where single vectors need not have converged. */
const ROUNDS = 4;
/** Share of the mean squared length added to the Gram, so that a rank too large is no error. */
const SHIFT = 1e-6;

/** What the iteration needs beside the matrix. */
export interface SubspaceOptions {
  rank: number;
  dense: Dense;
  /** Gives numbers in [0, 1); seeded, the result is reproducible. */
  random: () => number;
  progress?: (share: number) => void;
}

/**
 * An orthonormal basis of the space of the leading right singular vectors of A, by randomised
 * subspace iteration (Halko, Martinsson and Tropp 2011, algorithm 4.4):
 *
 *     Y ← random;  repeat: Y ← orth(Aᵀ·(A·Y))
 *
 * @param at Aᵀ. @returns columns of A × rank.
 */
export async function leadingSubspace(
  a: SparseRows,
  at: SparseRows,
  { rank, dense, random, progress }: SubspaceOptions,
): Promise<Matrix> {
  const n = rowCount(at);
  let basis: Matrix = {
    rows: n,
    columns: rank,
    data: Float32Array.from({ length: n * rank }, () => random() - 0.5),
  };
  for (let round = 0; round < ROUNDS; round++) {
    basis = await orthonormal(times(at, times(a, basis)), dense);
    progress?.((round + 1) / ROUNDS);
  }
  return basis;
}

/** A·B for a sparse A and a dense B. */
export function times(a: SparseRows, b: Matrix): Matrix {
  const width = b.columns;
  const data = new Float32Array(rowCount(a) * width);
  const sums = new Float64Array(width);
  for (let r = 0; r < rowCount(a); r++) {
    sums.fill(0);
    for (let e = a.offsets[r]; e < a.offsets[r + 1]; e++) {
      const weight = a.values[e];
      const start = a.columns[e] * width;
      for (let c = 0; c < width; c++) sums[c] += weight * b.data[start + c];
    }
    data.set(sums, r * width);
  }
  return { rows: rowCount(a), columns: width, data };
}

/** Y·L⁻ᵀ with L·Lᵀ = YᵀY: the same space, orthonormal (Cholesky QR). */
async function orthonormal(y: Matrix, dense: Dense): Promise<Matrix> {
  const gram = await dense.multiply(y, y, { transA: true });
  const size = gram.rows;
  let trace = 0;
  for (let c = 0; c < size; c++) trace += gram.data[c * size + c];
  for (let c = 0; c < size; c++) gram.data[c * size + c] += SHIFT * trace / size || 1;
  return await dense.multiply(y, inverseOfFactor(gram), { transB: true });
}
