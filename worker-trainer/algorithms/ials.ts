import { z } from "zod";
import type { SparseRows } from "../../functions/recommender/model/model.ts";
import { seededRandom } from "../../functions/recommender/model/seeded_random.ts";
import { type Dense, type Matrix, plainMatrix, rowSlice } from "../linalg/dense.ts";
import { inverseOfFactor } from "../linalg/inverse_of_factor.ts";
import { lowRankBytes, lowRankRows, lowRankSeconds } from "../threads/low_rank_rows.ts";
import type { RowPool } from "../threads/row_pool.ts";
import { SharedSpace } from "../linalg/shared_space.ts";
import { emptyRows, rowCount, rowNorms } from "../linalg/sparse_rows.ts";
import { type Algorithm, defineAlgorithm, STREAM_RATE } from "./algorithm.ts";
import { activeItems, compactItems, type CompactSet, toAllItems } from "./compact_set.ts";
import { densityOf, type TrainingSet } from "./training_set.ts";

const SEED = 1;
/** Index of the likeliest configuration. */
const LIKELIEST = { sparse: 1, dense: 3, "very dense": 4 };
/** Factors of large and of small data. With half as many, a fit takes half as long. */
const MOST_FACTORS = 128;
const FEW_FACTORS = 64;
/** Users or items below which data are small: MovieLens-small has 610 users. */
const FEW = 1000;
/** Eight epochs nearly converge: 16 gain < 0.5 % on MovieLens-small, last.fm and Gowalla. */
const EPOCHS = 8;
/** Steps of conjugate gradients per epoch, starting from the previous epoch's solution. */
const STEPS = 3;
/** Rows solved at a time, which limits the memory in addition to the factors. */
const BATCH = 1 << 16;
/** Floating-point operations per second of a step's kernel, for estimates. */
const STEP_RATE = 1.6e10;
/** Passes of an epoch over all factors, for estimates. */
const PASSES = 64;
/** Standard deviation of the initial factors, times √d. */
const START = 0.1;

export interface IalsParameters {
  /** d: number of factors, at least 1; at most the number of users and of items. */
  factors: number;
  /**
   * α₀ I: total weight of a user's unobserved items, above 0, where an observed one weighs 1. It
   * carries over to catalogues of another size better than α₀.
   */
  unobserved: number;
  /** λ: weight of the regularisation, above 0. */
  lambda: number;
}

/**
 * Matrix factorisation for implicit feedback (Hu, Koren and Volinsky 2008), parametrised as in
 * Rendle et al. 2022 (arXiv 2110.14037) with ν = 1:
 *
 *     L = Σ_ui x_ui (u·i − 1)² + α₀ Σ_all (u·i)² + λ Σ_u (n_u + α₀ I) ‖u‖² + λ Σ_i (n_i + α₀ U) ‖i‖²
 *
 * Alternates between the sides, each solved by conjugate gradients. Served as item-to-item rows:
 * see `collapse`.
 */
export const ials: Algorithm<IalsParameters> = defineAlgorithm<IalsParameters>({
  name: "ials",
  family: "factors",
  schema: z.object({
    factors: z.int().min(1),
    unobserved: z.number().positive(),
    lambda: z.number().positive(),
  }),
  // From the least to the most regularised.
  configurations: [
    { factors: 128, unobserved: 1000, lambda: 0.003 },
    { factors: 128, unobserved: 3000, lambda: 0.003 },
    { factors: 128, unobserved: 3000, lambda: 0.01 },
    { factors: 128, unobserved: 9000, lambda: 0.003 },
    // For small and very dense catalogues, which many factors overfit.
    { factors: 32, unobserved: 3000, lambda: 0.003 },
    { factors: 16, unobserved: 3000, lambda: 0.003 },
  ],
  start: (set) => LIKELIEST[densityOf(set)],
  adapt(set, { factors, ...others }) {
    if (factors < MOST_FACTORS && densityOf(set) !== "very dense") return undefined;
    return { factors: Math.min(factors, mostFactors(set)), ...others };
  },
  cost(set, dense, { factors }) {
    const { users, x } = set;
    const items = activeItems(set);
    const d = factorsOf(set, factors);
    const sides = users + items;
    const height = Math.min(BATCH, Math.max(users, items));
    const epoch = 8 * (STEPS + 1) * x.columns.length * d / STEP_RATE +
      2 * (STEPS + 2) * sides * d * d / dense.flopsPerSecond + PASSES * sides * d / STREAM_RATE;
    return {
      seconds: EPOCHS * epoch + lowRankSeconds(items, d, dense),
      bytes: 4 * d * (4 * sides + 5 * height) + lowRankBytes(items, set.keep),
      sharedBytes: 4 * d * (sides + 3 * height) + 16 * x.columns.length,
    };
  },
  async fit(set, { factors, unobserved, lambda }, { dense, pool, progress }) {
    const compact = compactItems(set);
    if (compact.active.length === 0) return emptyRows(set.items);
    const settings = {
      factors: factorsOf(set, factors),
      alpha: unobserved / set.items,
      lambda,
      epochs: EPOCHS,
    };
    const learned = await factorise(compact, settings, {
      dense,
      pool,
      progress: (share) => progress?.(0.7 * share),
    });
    // Copy out of shared memory, which the dense engine would copy at each product.
    const items = { ...learned.items, data: learned.items.data.slice() };
    const left = await dense.multiply(items, await collapse(compact, learned, settings, dense));
    const rows = await lowRankRows(left, items, {
      keep: set.keep,
      dense,
      pool,
      progress: (share) => progress?.(0.7 + 0.3 * share),
    });
    return toAllItems(compact, rows);
  },
});

/** Hyperparameters of one fit. */
export interface FactorisationOptions {
  factors: number;
  alpha: number;
  lambda: number;
  epochs: number;
}

export interface Factors {
  /** Users × factors. */
  users: Matrix;
  /** Active items × factors. */
  items: Matrix;
}

/** Returns the factors of both sides after `epochs` epochs. */
export async function factorise(
  { x, xt }: CompactSet,
  { factors, alpha, lambda, epochs }: FactorisationOptions,
  { dense, pool, progress }: { dense: Dense; pool: RowPool; progress?: (share: number) => void },
): Promise<Factors> {
  const space = new SharedSpace();
  const [byUser, byItem] = [space.rows(x), space.rows(xt)];
  const draw = normal(seededRandom(SEED));
  const start = (rows: number): Matrix => {
    const matrix = space.matrix(rows, factors);
    for (let e = 0; e < matrix.data.length; e++) {
      matrix.data[e] = START / Math.sqrt(factors) * draw();
    }
    return matrix;
  };
  const users = start(rowCount(x));
  const items = start(rowCount(xt));
  const height = Math.min(BATCH, Math.max(users.rows, items.rows));
  const tools = { dense, pool, space, buffers: buffersFor(space, height, factors) };
  for (let epoch = 0; epoch < epochs; epoch++) {
    await solveSide({ a: byUser, y: items, x: users, alpha, lambda }, tools);
    progress?.((epoch + 0.5) / epochs);
    await solveSide({ a: byItem, y: users, x: items, alpha, lambda }, tools);
    progress?.((epoch + 1) / epochs);
  }
  return { users, items };
}

/**
 * Buffers of the steps, allocated once because freed memory is returned late. The first three are
 * shared with the threads, the last two are the dense engine's.
 */
type Buffers = Record<"residual" | "direction" | "image" | "along" | "product", Matrix>;

function buffersFor(space: SharedSpace, height: number, factors: number): Buffers {
  return {
    residual: space.matrix(height, factors),
    direction: space.matrix(height, factors),
    image: space.matrix(height, factors),
    along: plainMatrix(height, factors),
    product: plainMatrix(height, factors),
  };
}

/** Solves for one side of the factors, `x`, given the other, `y`. */
async function solveSide(
  { a, y, x, alpha, lambda }: {
    a: SparseRows;
    y: Matrix;
    x: Matrix;
    alpha: number;
    lambda: number;
  },
  { dense, pool, space, buffers }: {
    dense: Dense;
    pool: RowPool;
    space: SharedSpace;
    buffers: Buffers;
  },
): Promise<void> {
  const d = x.columns;
  const gram = await dense.multiply(y, y, { transA: true });
  for (let e = 0; e < gram.data.length; e++) gram.data[e] *= alpha;
  const ridges = rowNorms(a, "l1").map((count) => lambda * (count + alpha * y.rows));
  for (let from = 0; from < x.rows; from += BATCH) {
    const to = Math.min(from + BATCH, x.rows);
    const rows = to - from;
    const batch = {
      memory: space.memory,
      a: { ...a, offsets: a.offsets.subarray(from, to + 1) },
      y,
      ridge: ridges.slice(from, to),
      x: rowSlice(x, from, to),
      residual: rowSlice(buffers.residual, 0, rows),
      direction: rowSlice(buffers.direction, 0, rows),
      image: rowSlice(buffers.image, 0, rows),
    };
    const [along, into] = [rowSlice(buffers.along, 0, rows), rowSlice(buffers.product, 0, rows)];
    for (let step = 0; step <= STEPS; step++) {
      along.data.set((step === 0 ? batch.x : batch.direction).data);
      batch.image.data.set((await dense.multiply(along, gram, { into })).data);
      await pool.write({
        kernel: "conjugateStep",
        input: { ...batch, first: step === 0 },
        rows,
        cost: 2 * (batch.a.offsets[rows] - batch.a.offsets[0]) * d,
      });
    }
  }
}

/**
 * Approximates the fold-in of a history: with h the sum of its items' factors, u ≈ h · A⁻¹, where A
 * is the mean over users of the matrix of their systems,
 *
 *     A = Yᵀ·(α₀ I + D_I / U)·Y + λ (n̄ + α₀ I) I
 *
 * so that the rows of Y·A⁻¹·Yᵀ are the item-to-item weights.
 * @returns A⁻¹.
 */
export async function collapse(
  { x, xt }: CompactSet,
  { items }: Factors,
  { alpha, lambda }: FactorisationOptions,
  dense: Dense,
): Promise<Matrix> {
  const d = items.columns;
  const users = rowCount(x);
  const degrees = rowNorms(xt, "l1");
  const weighted = items.data.map((value, e) =>
    value * (alpha + degrees[Math.floor(e / d)] / users)
  );
  const mean = await dense.multiply({ ...items, data: weighted }, items, { transA: true });
  const length = degrees.reduce((sum, degree) => sum + degree, 0) / users;
  // Exactly symmetric, as the Cholesky factorisation requires.
  const ridge = lambda * (length + alpha * items.rows);
  for (let k = 0; k < d; k++) mean.data[k * d + k] += ridge;
  const inverse = inverseOfFactor(mean);
  return await dense.multiply(inverse, inverse, { transA: true });
}

/** Returns the largest number of factors to try. */
function mostFactors({ users, items }: TrainingSet): number {
  return Math.min(users, items) < FEW ? FEW_FACTORS : MOST_FACTORS;
}

/** Limits the factors to the number of users and of items. */
function factorsOf({ users, items }: TrainingSet, factors: number): number {
  return Math.max(1, Math.min(factors, users, items));
}

/** Returns a standard normal generator from a uniform one (Box and Muller 1958). */
function normal(draw: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
}
