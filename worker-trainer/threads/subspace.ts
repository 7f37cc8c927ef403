import type { SparseRows } from "../../functions/recommender/model/model.ts";
import { type Dense, type Matrix, plainMatrix } from "../linalg/dense.ts";
import { inverseOfFactor, NotPositiveDefiniteError } from "../linalg/inverse_of_factor.ts";
import { sparseTimesDense } from "./parallel_products.ts";
import type { RowPool } from "./row_pool.ts";
import { rowCount } from "../linalg/sparse_rows.ts";
import { SharedSpace } from "../linalg/shared_space.ts";

/** Iterations: enough for the subspace to converge, even if single vectors have not. */
const ROUNDS = 4;
/**
 * Share of the mean squared length added to the diagonal, so that too large a rank is no error; and
 * its growth, up to a limit, where rounding exceeds it, as with a single direction in many rows.
 */
const SHIFT = { first: 1e-6, growth: 100, most: 1e4 };

/** Options of the iteration. */
export interface SubspaceOptions {
  rank: number;
  dense: Dense;
  pool: RowPool;
  /** Returns numbers in [0, 1); with a seed, the result is reproducible. */
  random: () => number;
  progress?: (share: number) => void;
}

/** Returns the bytes that `leadingSubspace` needs in addition to the matrix. */
export function subspaceBytes(users: number, items: number, rank: number): number {
  return 4 * rank * (3 * items + users);
}

/**
 * Returns an orthonormal basis of the space of the leading right singular vectors of A, by
 * randomised subspace iteration (Halko, Martinsson and Tropp 2011, algorithm 4.4):
 *
 *     Y ← random;  repeat: Y ← orth(Aᵀ·(A·Y))
 *
 * Buffers are reused between iterations, because freed memory is returned late.
 * @param at Aᵀ. @returns columns of A × rank.
 */
export async function leadingSubspace(
  a: SparseRows,
  at: SparseRows,
  { rank, dense, pool, random, progress }: SubspaceOptions,
): Promise<Matrix> {
  const n = rowCount(at);
  const space = new SharedSpace();
  const { memory } = space;
  const [forth, back] = [space.rows(a), space.rows(at)];
  const y = space.matrix(n, rank);
  const image = space.matrix(rowCount(a), rank);
  y.data.forEach((_, e) => y.data[e] = random() - 0.5);
  const [plain, basis] = [plainMatrix(n, rank), plainMatrix(n, rank)];
  for (let round = 0; round < ROUNDS; round++) {
    await sparseTimesDense({ memory, a: forth, b: y, into: image }, pool);
    await sparseTimesDense({ memory, a: back, b: image, into: y }, pool);
    plain.data.set(y.data);
    await orthonormal(plain, { dense, into: basis });
    y.data.set(basis.data);
    progress?.((round + 1) / ROUNDS);
  }
  return basis;
}

/** Writes Y·L⁻ᵀ with L·Lᵀ = YᵀY: an orthonormal basis of the same space (Cholesky QR). */
async function orthonormal(
  y: Matrix,
  { dense, into }: { dense: Dense; into: Matrix },
): Promise<void> {
  const gram = await dense.multiply(y, y, { transA: true });
  const size = gram.rows;
  let trace = 0;
  for (let c = 0; c < size; c++) trace += gram.data[c * size + c];
  await dense.multiply(y, shiftedInverse(gram, trace), { transB: true, into });
}

/** Returns L⁻¹ of a Gram matrix with the smallest shift that makes it positive definite. */
function shiftedInverse(gram: Matrix, trace: number): Matrix {
  const size = gram.rows;
  for (let shift = SHIFT.first;; shift *= SHIFT.growth) {
    const data = gram.data.slice();
    for (let c = 0; c < size; c++) data[c * size + c] += shift * trace / size || 1;
    try {
      return inverseOfFactor({ ...gram, data });
    } catch (error) {
      if (!(error instanceof NotPositiveDefiniteError) || shift > SHIFT.most) throw error;
    }
  }
}
