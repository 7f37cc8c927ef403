import { z } from "zod";
import { productCost } from "../linalg/product.ts";
import { mapEntries, rowNorms } from "../linalg/sparse_rows.ts";
import { type Algorithm, defineAlgorithm } from "./algorithm.ts";
import { neighboursCost } from "./neighbours_cost.ts";
import { servedRows } from "./served_rows.ts";

export interface Rp3betaParameters {
  /** α: power of the transition probabilities, above 0; below 1 it evens them out. */
  alpha: number;
  /** β: power of a target's degree, by which it is discounted; 0 to not discount popular items. */
  beta: number;
  /** k: entries kept in a row, at least 1; at most `set.keep` are. */
  neighbours: number;
}

/**
 * A random walk of three steps, item → user → item, that discounts popular targets (RP3β, Paudel et
 * al. 2017; transition powers as in P3α, Cooper et al. 2014):
 *
 *     W_ij = Σ_u (x_ui / d_i)^α · (x_uj / d_u)^α / d_j^β,  cut to k a row, then each row to sum 1
 *
 * with d_i = Σ_u x_ui and d_u = Σ_i x_ui, and the sum over the entries that are served.
 */
export const rp3beta: Algorithm<Rp3betaParameters> = defineAlgorithm<Rp3betaParameters>({
  name: "rp3beta",
  family: "neighbours",
  schema: z.object({
    alpha: z.number().positive(),
    beta: z.number().min(0),
    neighbours: z.int().min(1),
  }),
  configurations: [
    { alpha: 0.8, beta: 0.2, neighbours: 200 },
    { alpha: 0.6, beta: 0.2, neighbours: 200 },
    { alpha: 0.6, beta: 0.4, neighbours: 200 },
    { alpha: 0.8, beta: 0.4, neighbours: 200 },
    { alpha: 1, beta: 0.6, neighbours: 200 },
  ],
  start: 1,
  cost: neighboursCost,
  async fit({ x, xt, items, keep, served }, { alpha, beta, neighbours }, { pool, progress }) {
    const itemDegrees = rowNorms(xt, "l1");
    const userDegrees = rowNorms(x, "l1");
    const rows = await pool.run({
      kernel: "product",
      input: {
        a: mapEntries(xt, (value, item) => (value / itemDegrees[item]) ** alpha),
        b: mapEntries(x, (value, user) => (value / userDegrees[user]) ** alpha),
        width: items,
        keep: Math.min(keep, neighbours),
        columnNorms: itemDegrees.map((degree) => degree ** beta),
      },
      rows: items,
      cost: productCost(xt, x),
      progress,
    });
    const sums = rowNorms(await servedRows(rows, { served }, pool), "l1");
    return mapEntries(rows, (value, row) => value / sums[row]);
  },
});
