import type { Dense, Matrix } from "./dense.ts";
import { inverseOfFactor } from "./inverse_of_factor.ts";
import { release, SymmetricPanels } from "./symmetric_panels.ts";

/**
 * Inverts a symmetric positive definite matrix in place, by blocks. All work of order n³ is GEMM,
 * so it runs at the speed of the dense engine, in n³ operations.
 *
 *     A = L·Lᵀ (Cholesky),  X = L⁻¹,  A⁻¹ = Xᵀ·X
 *
 * @param progress called with the share that is done, from 0 to 1.
 * @throws {NotPositiveDefiniteError} if the matrix is not positive definite.
 */
export async function invert(
  matrix: SymmetricPanels,
  { dense, progress }: { dense: Dense; progress?: (share: number) => void },
): Promise<SymmetricPanels> {
  const inverses = await factorise(matrix, dense, (share) => progress?.(share / 3));
  const columns = await invertFactor(matrix, { inverses, dense });
  progress?.(2 / 3);
  await multiplyFactors(matrix, columns, { dense, progress: (s) => progress?.((2 + s) / 3) });
  columns.forEach(release);
  return matrix;
}

/**
 * Left-looking Cholesky in place: afterwards the panels hold L below the diagonal.
 *
 *     S_ij = A_ij − Σ_{k<j} L_ik · L_jkᵀ,   L_jj = chol(S_jj),   L_ij = S_ij · L_jj⁻ᵀ
 *
 * @returns the inverses of the diagonal blocks of L.
 */
async function factorise(
  matrix: SymmetricPanels,
  dense: Dense,
  progress: (share: number) => void,
): Promise<Matrix[]> {
  const { panels } = matrix;
  const inverses: Matrix[] = [];
  for (let j = 0; j < panels.length; j++) {
    for (let i = j; i < panels.length; i++) {
      const own = matrix.part(i, j, j + 1);
      if (j > 0) {
        const known = [matrix.part(j, 0, j), matrix.part(i, 0, j)];
        subtract(own, await dense.multiply(known[0], known[1], { transA: true }));
      }
      if (i === j) inverses.push(inverseOfFactor(own));
      else own.data.set((await dense.multiply(inverses[j], own)).data);
    }
    progress((j + 1) / panels.length);
  }
  return inverses;
}

/**
 * Returns X = L⁻¹ by block columns; column j holds X_jj, X_j+1,j … stacked.
 *
 *     X_jj = L_jj⁻¹,   X_ij = −L_ii⁻¹ · Σ_{j≤k<i} L_ik · X_kj
 */
async function invertFactor(
  factor: SymmetricPanels,
  { inverses, dense }: { inverses: Matrix[]; dense: Dense },
): Promise<Float32Array<ArrayBuffer>[]> {
  const { block, panels } = factor;
  const area = block * block;
  const columns: Float32Array<ArrayBuffer>[] = [];
  for (let j = 0; j < panels.length; j++) {
    const column = new Float32Array((panels.length - j) * area);
    column.set(inverses[j].data);
    for (let i = j + 1; i < panels.length; i++) {
      const known = stack(column.subarray(0, (i - j) * area), block);
      const sum = await dense.multiply(factor.part(i, j, i), known, { transA: true });
      const { data } = await dense.multiply(inverses[i], sum);
      const offset = (i - j) * area;
      for (let e = 0; e < area; e++) column[offset + e] = -data[e];
    }
    columns.push(column);
  }
  return columns;
}

/** Writes the lower half of Xᵀ·X: (A⁻¹)_ij = Σ_{k≥i} X_kiᵀ · X_kj. */
async function multiplyFactors(
  target: SymmetricPanels,
  columns: Float32Array[],
  { dense, progress }: { dense: Dense; progress: (share: number) => void },
): Promise<void> {
  const { block, panels } = target;
  const area = block * block;
  for (let i = 0; i < panels.length; i++) {
    const right = stack(columns[i], block);
    for (let j = 0; j <= i; j++) {
      const left = stack(columns[j].subarray((i - j) * area), block);
      const { data } = await dense.multiply(left, right, { transA: true });
      panels[i].set(data, j * area);
    }
    progress((i + 1) / panels.length);
  }
}

/** Returns stacked blocks as one matrix. */
function stack(data: Float32Array, block: number): Matrix {
  return { rows: data.length / block, columns: block, data };
}

function subtract(target: Matrix, other: Matrix): void {
  for (let e = 0; e < target.data.length; e++) target.data[e] -= other.data[e];
}
