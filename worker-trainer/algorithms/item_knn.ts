import { z } from "zod";
import type { SparseRows } from "../../functions/recommender/model/model.ts";
import { gramBytes } from "../linalg/gram.ts";
import { productCost } from "../linalg/product.ts";
import { mapEntries, rowNorms, transpose } from "../linalg/sparse_rows.ts";
import { type Algorithm, defineAlgorithm, type FitOptions } from "./algorithm.ts";
import { activeItems, compactItems, MAX_PAIRED_ITEMS, toAllItems } from "./compact_set.ts";
import { cachedGram } from "./cached_gram.ts";
import { neighboursCost } from "./neighbours_cost.ts";
import type { TrainingSet } from "./training_set.ts";

/** Weighting of interactions before items are compared. */
export type ItemWeighting = "cosine" | "tfidf" | "bm25";

const K1 = 1.2;
const B = 0.75;

export interface ItemKnnParameters {
  /** Weighting of the interactions before items are compared. */
  weighting: ItemWeighting;
  /** k: entries kept in a row, at least 1; at most `set.keep` are. */
  neighbours: number;
  /** Added to the product of the norms, not negative; in squared units of the weights. */
  shrinkage: number;
}

/**
 * Item-based nearest neighbours (Sarwar et al. 2001) with the weightings of text search: an item is
 * a document, its users are the terms.
 *
 *     W_ij = Σ_u w_ui · w_uj / (‖w_i‖ · ‖w_j‖ + shrinkage)
 */
export const itemKnn: Algorithm<ItemKnnParameters> = defineAlgorithm<ItemKnnParameters>({
  name: "item_knn",
  family: "neighbours",
  schema: z.object({
    weighting: z.enum(["cosine", "tfidf", "bm25"]),
    neighbours: z.int().min(1),
    shrinkage: z.number().min(0),
  }),
  configurations: [
    { weighting: "tfidf", neighbours: 200, shrinkage: 100 },
    { weighting: "cosine", neighbours: 200, shrinkage: 100 },
    { weighting: "bm25", neighbours: 200, shrinkage: 10 },
  ],
  cost(set, _, { weighting }) {
    const { seconds, bytes } = neighboursCost(set);
    const keptBytes = weighting === "cosine" && mostPairsCoOccur(set)
      ? gramBytes(activeItems(set))
      : 0;
    return { seconds, bytes: bytes + keptBytes, keptBytes };
  },
  async fit(set, { weighting, neighbours, shrinkage }, { pool, progress }) {
    const keep = Math.min(set.keep, neighbours);
    if (weighting === "cosine" && mostPairsCoOccur(set)) {
      return await cosines(set, { keep, shrinkage }, { pool, progress });
    }
    const weighted = weighInteractions(set, weighting);
    const norms = rowNorms(weighted, "l2");
    return await pool.run({
      kernel: "product",
      input: {
        a: weighted,
        b: transpose(weighted, set.users),
        width: set.items,
        keep,
        rowNorms: norms,
        columnNorms: norms,
        shrinkage,
      },
      rows: set.items,
      cost: productCost(set.xt, set.x),
      progress,
    });
  },
});

/** Returns whether most pairs of items co-occur, so that a full Gram matrix is faster. */
function mostPairsCoOccur(set: TrainingSet): boolean {
  const active = activeItems(set);
  return active <= MAX_PAIRED_ITEMS && productCost(set.xt, set.x) >= active ** 2;
}

/** Returns the cosines of unweighted interactions, from the Gram matrix that EASE uses as well. */
async function cosines(
  set: TrainingSet,
  { keep, shrinkage }: { keep: number; shrinkage: number },
  { pool, progress }: Pick<FitOptions, "pool" | "progress">,
): Promise<SparseRows> {
  const compact = compactItems(set);
  const gram = await cachedGram(compact.xt, compact.x, pool);
  const rows = await pool.run({
    kernel: "gramCosines",
    input: { gram, shrinkage, keep },
    rows: gram.size,
    cost: gram.size ** 2,
    progress,
  });
  return toAllItems(compact, rows);
}

/**
 * Returns items × users, weighted. With N items, n_u items of user u, l_i users of item i and l
 * their mean:
 *
 *     tfidf   w_ui = x_ui · ln((1 + N) / (1 + n_u))
 *     bm25    w_ui = x_ui · (k₁ + 1) / (x_ui + k₁ · (1 − b + b · l_i / l)) · ln((1 + N) / (1 + n_u))
 */
function weighInteractions({ x, xt, items }: TrainingSet, weighting: ItemWeighting): SparseRows {
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
