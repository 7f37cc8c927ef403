import { z } from "zod";
import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Dense } from "../linalg/dense.ts";
import { gramBytes } from "../linalg/gram.ts";
import { invert } from "../linalg/invert.ts";
import { denseTimesSparse } from "../threads/parallel_products.ts";
import { productCost } from "../linalg/product.ts";
import { rowScratch } from "../linalg/row_scratch.ts";
import { rowCount, RowsBuilder } from "../linalg/sparse_rows.ts";
import { SharedSpace } from "../linalg/shared_space.ts";
import { strongestOfRow } from "../linalg/strongest.ts";
import type { SymmetricPanels } from "../linalg/symmetric_panels.ts";
import {
  type Algorithm,
  type Cost,
  defineAlgorithm,
  type FitOptions,
  KERNEL_RATE,
  SPARSE_RATE,
  STREAM_RATE,
} from "./algorithm.ts";
import {
  activeItems,
  compactItems,
  type CompactSet,
  MAX_PAIRED_ITEMS,
  toAllItems,
} from "./compact_set.ts";
import { cachedGram } from "./cached_gram.ts";
import type { TrainingSet } from "./training_set.ts";

export interface EaseParameters {
  /** λ: weight of the ridge, above 0; in squared units of the interactions' weights. */
  lambda: number;
  /** Maximum number of items learned, the most popular ones, at least 1; all if absent. */
  items?: number;
}

/**
 * Predicts each item from all others by ridge regression with a zero diagonal (EASEᴿ, Steck 2019,
 * arXiv 1905.03375). With G = XᵀX:
 *
 *     P = (G + λI)⁻¹,   W_ij = −P_ij / P_jj for i ≠ j
 *
 * The cheaper of two exact forms is used: the inverse over items, or, with fewer users than items,
 * the one over users by Woodbury's identity, which never holds items². A large catalogue is limited
 * to its most popular items, because the cost is cubic and the other items have too few
 * interactions to learn much from.
 */
export const ease: Algorithm<EaseParameters> = defineAlgorithm<EaseParameters>({
  name: "ease",
  family: "regression",
  schema: z.object({ lambda: z.number().positive(), items: z.int().min(1).optional() }),
  configurations: [{ lambda: 100 }, { lambda: 300 }, { lambda: 1000 }],
  start: 1,
  adapt: (set, parameters) =>
    Math.min(set.users, activeItems(set)) > MAX_PAIRED_ITEMS
      ? { ...parameters, items: MAX_PAIRED_ITEMS }
      : parameters,
  cost(set, dense, { items }) {
    const [primal, dual] = costs(set, dense, items ?? Infinity);
    return dual.seconds < primal.seconds ? dual : primal;
  },
  fit(set, { lambda, items = Infinity }, options) {
    const [primal, dual] = costs(set, options.dense, items);
    const compact = compactItems(set, items);
    const form = dual.seconds < primal.seconds ? byUsers : byItems;
    return form(compact, { ...options, lambda });
  },
});

interface EaseOptions extends FitOptions {
  lambda: number;
}

/** Solves by the inverse over items: about n³ operations. */
export async function byItems(set: CompactSet, options: EaseOptions): Promise<SparseRows> {
  const { x, xt, active } = set;
  const n = active.length;
  using inverse = await invertGram(xt, x, { ...options, progress: progressTo(options, 0.9) });
  const diagonal = Float64Array.from(active.keys(), (i) => inverse.get(i, i));
  const rows = cutRows(set, (i, row) => {
    inverse.row(i, row);
    for (let j = 0; j < n; j++) row[j] /= -diagonal[j];
  });
  return toAllItems(set, rows);
}

/**
 * Solves by the inverse over users. With M = (XXᵀ + λI)⁻¹ and H = XᵀMX,
 *
 *     P = (I − H) / λ,   W_ij = H_ij / (1 − H_jj)
 *
 * where row i of H is the sum of the rows of MX of the users who interacted with i.
 */
export async function byUsers(set: CompactSet, options: EaseOptions): Promise<SparseRows> {
  const { x, xt, active } = set;
  const n = active.length;
  const users = rowCount(x);
  using inverse = await invertGram(x, xt, { ...options, progress: progressTo(options, 0.3) });

  const space = new SharedSpace();
  const m = space.matrix(users, users);
  for (let u = 0; u < users; u++) inverse.row(u, m.data.subarray(u * users, (u + 1) * users));
  const mx = space.matrix(users, n);
  await denseTimesSparse({ a: m, b: x, into: mx }, options.pool);
  const divisors = new Float64Array(n).fill(1);
  for (let j = 0; j < n; j++) {
    for (let e = xt.offsets[j]; e < xt.offsets[j + 1]; e++) {
      divisors[j] -= xt.values[e] * mx.data[xt.columns[e] * n + j];
    }
  }
  // Divide each column once, rather than in every row built from it.
  for (let e = 0; e < mx.data.length; e++) mx.data[e] /= divisors[e % n];
  const rows = await options.pool.run({
    kernel: "denseProduct",
    input: { memory: space.memory, a: space.rows(xt), b: mx, keep: set.keep },
    rows: n,
    cost: x.columns.length * n,
    progress: (share) => options.progress?.(0.3 + 0.7 * share),
  });
  return toAllItems(set, rows);
}

/** Returns (A·Aᵀ + λI)⁻¹ for B = Aᵀ. */
async function invertGram(
  a: SparseRows,
  b: SparseRows,
  { lambda, ...options }: EaseOptions,
): Promise<SymmetricPanels> {
  const matrix = (await cachedGram(a, b, options.pool)).copy();
  for (let i = 0; i < matrix.size; i++) matrix.set(i, i, matrix.get(i, i) + lambda);
  return await invert(matrix, options);
}

/** Returns the strongest entries of each full row written by `fill`, without the diagonal. */
function cutRows(
  { active, keep }: CompactSet,
  fill: (row: number, into: Float32Array) => void,
): SparseRows {
  const n = active.length;
  const built = new RowsBuilder(n, Math.max(1, n * Math.min(keep, n)));
  const row = rowScratch(n);
  for (let i = 0; i < n; i++) {
    fill(i, row.values);
    row.values[i] = 0;
    built.addRow(row, strongestOfRow(row, { count: n, k: keep }));
  }
  return built.build();
}

/** Returns the costs of both forms: by items, by users. Half of a Gram matrix is computed. */
function costs(set: TrainingSet, dense: Dense, most: number): [Cost, Cost] {
  const { x, xt, users, items, keep } = set;
  const active = Math.min(activeItems(set), most);
  const entries = x.columns.length;
  const result = 8 * items * Math.min(keep, items);
  const cut = 4 * active * active / STREAM_RATE;
  const shared = 4 * users * (users + active) + 8 * entries;
  const primal = {
    seconds: active ** 3 / dense.flopsPerSecond + productCost(xt, x) / 2 / SPARSE_RATE + cut,
    bytes: 3 * gramBytes(active) + result,
    keptBytes: gramBytes(active),
  };
  const dual = {
    seconds: users ** 3 / dense.flopsPerSecond + productCost(x, xt) / 2 / SPARSE_RATE +
      entries * users / SPARSE_RATE + 2 * entries * active / KERNEL_RATE + cut / 2,
    bytes: 3 * gramBytes(users) + shared + result,
    keptBytes: gramBytes(users),
    sharedBytes: shared,
  };
  return [primal, dual];
}

function progressTo({ progress }: FitOptions, end: number): (share: number) => void {
  return (share) => progress?.(share * end);
}
