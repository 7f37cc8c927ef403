import type { SparseRows } from "../../functions/recommender/model/model.ts";
import { productCost } from "../linalg/product.ts";
import { mapEntries, rowNorms, transpose } from "../linalg/sparse_rows.ts";
import type { Algorithm } from "./algorithm.ts";
import { neighboursCost } from "./neighbours_cost.ts";
import type { TrainingSet } from "./training_set.ts";

/** How an interaction counts before items are compared. */
export type Weighting = "cosine" | "tfidf" | "bm25";

const K1 = 1.2;
const B = 0.75;

/**
 * Neighbourhoods of items by who had them (Sarwar et al. 2001), with the weightings of text search:
 * an item is a document, its users are the terms.
 *
 *     W_ij = Σ_u w_ui · w_uj / (‖w_i‖ · ‖w_j‖ + shrinkage)
 *
 * Parameters: `weighting`, `neighbours` kept in a row, `shrinkage`, which is in the squares of what
 * an entry weighs.
 */
export const itemKnn: Algorithm = {
  name: "item_knn",
  family: "neighbours",
  recipes: [
    { weighting: "tfidf", neighbours: 200, shrinkage: 100 },
    { weighting: "cosine", neighbours: 200, shrinkage: 10 },
    { weighting: "cosine", neighbours: 200, shrinkage: 100 },
    { weighting: "bm25", neighbours: 200, shrinkage: 10 },
  ],
  cost: neighboursCost,
  fit(set, { weighting, neighbours, shrinkage }, { pool, progress }) {
    const weighted = weigh(set, weighting as Weighting);
    const norms = rowNorms(weighted, "l2");
    return pool.run({
      kernel: "product",
      input: {
        a: weighted,
        b: transpose(weighted, set.users),
        width: set.items,
        keep: Math.min(set.keep, Number(neighbours)),
        rowNorms: norms,
        columnNorms: norms,
        shrinkage: Number(shrinkage),
      },
      rows: set.items,
      cost: productCost(set.xt, set.x),
      progress,
    });
  },
};

/**
 * Items × users, weighted. With N items, n_u items of user u, l_i users of item i and l their mean:
 *
 *     tfidf   w_ui = x_ui · ln((1 + N) / (1 + n_u))
 *     bm25    w_ui = x_ui · (k₁ + 1) / (x_ui + k₁ · (1 − b + b · l_i / l)) · ln((1 + N) / (1 + n_u))
 */
function weigh({ x, xt, items }: TrainingSet, weighting: Weighting): SparseRows {
  if (weighting === "cosine") return xt;
  const rarity = (user: number) =>
    Math.log((1 + items) / (1 + x.offsets[user + 1] - x.offsets[user]));
  if (weighting === "tfidf") return mapEntries(xt, (value, _, user) => value * rarity(user));
  const meanLength = xt.columns.length / items;
  return mapEntries(xt, (value, item, user) => {
    const length = (xt.offsets[item + 1] - xt.offsets[item]) / meanLength;
    return value * (K1 + 1) / (value + K1 * (1 - B + B * length)) * rarity(user);
  });
}
