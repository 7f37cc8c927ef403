import { z } from "zod";
import type { SparseRows } from "../../functions/recommender/model/model.ts";
import { parallelSum } from "../threads/parallel_products.ts";
import { productCost } from "../linalg/product.ts";
import { mapEntries, rowNorms } from "../linalg/sparse_rows.ts";
import {
  type Algorithm,
  defineAlgorithm,
  type FitOptions,
  ROW_RATE,
  SPARSE_RATE,
} from "./algorithm.ts";
import { neighboursCost } from "./neighbours_cost.ts";
import type { TrainingSet } from "./training_set.ts";

/** Entries of a row, as in the other neighbour models. */
const NEIGHBOURS = 200;

export interface TurboCfParameters {
  /** α: share of the normalisation by users' degrees, 0 (only items' degrees count) to 1. */
  alpha: number;
  /** Power of each edge of the item graph, above 0; below 1 it evens the edges out. */
  power: number;
  /** Order of the filter: 1 for P, 2 for 2P − P². */
  order: number;
}

/**
 * Filters of the normalised item graph (GF-CF, Shen et al. 2021), with the normalisation and the
 * power of each edge as in Turbo-CF (Park, Shin and Shin, SIGIR 2024, arXiv 2404.14243). With the
 * degrees D_U of the users and D_I of the items:
 *
 *     X̃ = D_U^−α · X · D_I^(α − 1),   P_ij = (X̃ᵀX̃)_ij ^ power
 *     W = P of first order,  2P − P² of second
 */
export const turboCf: Algorithm<TurboCfParameters> = defineAlgorithm<TurboCfParameters>({
  name: "turbo_cf",
  family: "neighbours",
  schema: z.object({
    alpha: z.number().min(0).max(1),
    power: z.number().positive(),
    order: z.int().min(1).max(2),
  }),
  // From the least to the most favourable to popular items.
  configurations: [
    { alpha: 0.5, power: 0.8, order: 2 },
    { alpha: 0.5, power: 0.5, order: 1 },
    { alpha: 0.6, power: 0.5, order: 1 },
    { alpha: 0.7, power: 0.5, order: 1 },
  ],
  start: 2,
  cost(set, _, { order }) {
    const { seconds, bytes } = neighboursCost(set);
    const squared = set.items * (NEIGHBOURS ** 2 / SPARSE_RATE + 1 / ROW_RATE);
    return { seconds: seconds + (order === 2 ? squared : 0), bytes: order * bytes };
  },
  async fit(set, { alpha, power, order }, options) {
    const graph = await edges(set, alpha, options);
    const p = mapEntries(graph, (value) => value ** power);
    return order === 2 ? await ofSecondOrder(p, set, options) : p;
  },
});

/** Returns the strongest entries of X̃ᵀX̃. */
function edges(
  { x, xt, items, keep }: TrainingSet,
  alpha: number,
  { pool, progress }: FitOptions,
): Promise<SparseRows> {
  const userDegrees = rowNorms(x, "l1");
  const itemNorms = rowNorms(xt, "l1").map((degree) => degree ** (1 - alpha));
  return pool.run({
    kernel: "product",
    input: {
      a: mapEntries(xt, (value, _, user) => value / userDegrees[user] ** (2 * alpha)),
      b: x,
      width: items,
      keep: Math.min(keep, NEIGHBOURS),
      rowNorms: itemNorms,
      columnNorms: itemNorms,
    },
    rows: items,
    cost: productCost(xt, x),
    progress,
  });
}

/** Returns 2P − P². */
async function ofSecondOrder(
  p: SparseRows,
  { items, keep }: TrainingSet,
  { pool }: FitOptions,
): Promise<SparseRows> {
  const squared = await pool.run({
    kernel: "product",
    input: { a: p, b: p, width: items, keep },
    rows: items,
    cost: productCost(p, p),
  });
  return await parallelSum([{ rows: p, weight: 2 }, { rows: squared, weight: -1 }], { keep, pool });
}
