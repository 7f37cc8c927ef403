import { productCost } from "../linalg/product.ts";
import { mapEntries, rowNorms } from "../linalg/sparse_rows.ts";
import type { Algorithm } from "./algorithm.ts";
import { neighboursCost } from "./neighbours_cost.ts";

/** Entries of a row, as of the other neighbours. */
const NEIGHBOURS = 200;

/**
 * The linear filter of the normalised item graph (GF-CF, Shen et al. 2021), with the normalisation
 * and the power of each edge as in Turbo-CF (Park, Shin and Shin, SIGIR 2024, arXiv 2404.14243). With
 * the degrees D_U of the users and D_I of the items:
 *
 *     X̃ = D_U^−α · X · D_I^(α − 1),   W_ij = (X̃ᵀX̃)_ij ^ power
 *
 * Filters of higher order, which add powers of the matrix itself, ranked worse wherever they were
 * tried.
 * Parameters: `alpha`, from 0 (only items' degrees count) to 1 (only users'), and `power`.
 */
export const turboCf: Algorithm = {
  name: "turbo_cf",
  family: "neighbours",
  // From what favours the popular least to most.
  recipes: [{ alpha: 0.5, power: 0.5 }, { alpha: 0.6, power: 0.5 }, { alpha: 0.7, power: 0.5 }],
  start: 1,
  cost: neighboursCost,
  async fit({ x, xt, items, keep }, { alpha, power }, { pool, progress }) {
    const userDegrees = rowNorms(x, "l1");
    const itemNorms = rowNorms(xt, "l1").map((degree) => degree ** (1 - Number(alpha)));
    const rows = await pool.run({
      kernel: "product",
      input: {
        a: mapEntries(xt, (value, _, user) => value / userDegrees[user] ** (2 * Number(alpha))),
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
    return mapEntries(rows, (value) => value ** Number(power));
  },
};
