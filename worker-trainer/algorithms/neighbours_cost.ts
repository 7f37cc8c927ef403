import { productCost } from "../linalg/product.ts";
import { type Cost, ROW_RATE, SPARSE_RATE } from "./algorithm.ts";
import type { TrainingSet } from "./training_set.ts";

/** Returns the cost of computing and cutting the rows of a weighted XᵀX. */
export function neighboursCost({ x, xt, items, keep }: TrainingSet): Cost {
  return {
    seconds: productCost(xt, x) / SPARSE_RATE + items / ROW_RATE,
    bytes: 8 * items * Math.min(keep, items) + 16 * x.columns.length,
  };
}
