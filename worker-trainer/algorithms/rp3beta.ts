import { productCost } from "../linalg/product.ts";
import { mapEntries, rowNorms } from "../linalg/sparse_rows.ts";
import type { Algorithm } from "./algorithm.ts";
import { neighboursCost } from "./neighbours_cost.ts";
import { servedRows } from "./served_rows.ts";

/**
 * A random walk of three steps, item → user → item, that discounts popular targets (RP3β, Paudel et
 * al. 2017; transition powers as in P3α, Cooper et al. 2014):
 *
 *     W_ij = Σ_u (x_ui / d_i)^α · (x_uj / d_u)^α / d_j^β,  cut to k a row, then each row to sum 1
 *
 * with d_i = Σ_u x_ui and d_u = Σ_i x_ui, and the sum over the entries that are served. Parameters:
 * `alpha`, `beta`, `neighbours`.
 */
export const rp3beta: Algorithm = {
  name: "rp3beta",
  family: "neighbours",
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
    const [power, discount] = [Number(alpha), Number(beta)];
    const itemDegrees = rowNorms(xt, "l1");
    const userDegrees = rowNorms(x, "l1");
    const rows = await pool.run({
      kernel: "product",
      input: {
        a: mapEntries(xt, (value, item) => (value / itemDegrees[item]) ** power),
        b: mapEntries(x, (value, user) => (value / userDegrees[user]) ** power),
        width: items,
        keep: Math.min(keep, Number(neighbours)),
        columnNorms: itemDegrees.map((degree) => degree ** discount),
      },
      rows: items,
      cost: productCost(xt, x),
      progress,
    });
    const sums = rowNorms(await servedRows(rows, { served }, pool), "l1");
    return mapEntries(rows, (value, row) => value / sums[row]);
  },
};
