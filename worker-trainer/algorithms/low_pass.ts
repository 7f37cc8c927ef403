import { z } from "zod";
import type { SparseRows } from "../../functions/recommender/model/model.ts";
import { seededRandom } from "../../functions/recommender/model/seeded_random.ts";
import type { Matrix } from "../linalg/dense.ts";
import { lowRankBytes, lowRankRows, lowRankSeconds } from "../threads/low_rank_rows.ts";
import { emptyRows, mapEntries, rowNorms } from "../linalg/sparse_rows.ts";
import { leadingSubspace, subspaceBytes } from "../threads/subspace.ts";
import { type Algorithm, defineAlgorithm, KERNEL_RATE } from "./algorithm.ts";
import { activeItems, compactItems, toAllItems } from "./compact_set.ts";
import { densityOf, type TrainingSet } from "./training_set.ts";

const SEED = 1;
/** Maximum rank as a share of users and items: the full rank would be the identity. */
const LARGEST_SHARE = 0.25;

export interface LowPassParameters {
  /** Width of V, at least 1; at most a quarter of the users and of the items. */
  rank: number;
}

/**
 * Low-pass filter of the item graph, applied to the history (GF-CF, Shen et al. 2021). With X̃ =
 * D_U^−½ · X · D_I^−½ and V the space of its leading right singular vectors:
 *
 *     W = D_I^−½ · V·Vᵀ · D_I^½
 */
export const lowPass: Algorithm<LowPassParameters> = defineAlgorithm<LowPassParameters>({
  name: "low_pass",
  family: "filter",
  schema: z.object({ rank: z.int().min(1) }),
  // Dense data need a few dozen directions, sparse data as many as time allows.
  configurations: [{ rank: 32 }, { rank: 64 }, { rank: 512 }, { rank: 1024 }],
  start: (set) => densityOf(set) === "sparse" ? 2 : 1,
  adapt: (set, { rank }) => ({ rank: rankOf(set, rank) }),
  cost(set, dense, parameters) {
    const { x, users } = set;
    const items = activeItems(set);
    const rank = rankOf(set, parameters.rank);
    return {
      seconds: 16 * x.columns.length * rank / KERNEL_RATE +
        16 * items * rank * rank / dense.flopsPerSecond +
        lowRankSeconds(items, rank, dense),
      // The iteration, the basis scaled twice, and the rows.
      sharedBytes: 4 * rank * (users + items) + 16 * x.columns.length,
      bytes: subspaceBytes(users, items, rank) + 8 * items * rank + lowRankBytes(items, set.keep),
    };
  },
  async fit(set, { rank }, { dense, pool, progress }) {
    const compact = compactItems(set);
    const n = compact.active.length;
    if (n === 0) return emptyRows(set.items);
    const itemDegrees = rowNorms(compact.xt, "l1");
    const userDegrees = rowNorms(compact.x, "l1");
    const normalised = (matrix: SparseRows, rows: Float64Array, columns: Float64Array) =>
      mapEntries(matrix, (value, r, c) => value / Math.sqrt(rows[r] * columns[c]));
    const basis = await leadingSubspace(
      normalised(compact.x, userDegrees, itemDegrees),
      normalised(compact.xt, itemDegrees, userDegrees),
      {
        rank: rankOf(set, rank),
        dense,
        pool,
        random: seededRandom(SEED),
        progress: (share) => progress?.(0.5 * share),
      },
    );
    const rows = await lowRankRows(
      scaled(basis, itemDegrees.map((degree) => 1 / Math.sqrt(degree))),
      scaled(basis, itemDegrees.map(Math.sqrt)),
      { keep: set.keep, dense, pool, progress: (share) => progress?.(0.5 + 0.5 * share) },
    );
    return toAllItems(compact, rows);
  },
});

function rankOf({ users, items }: TrainingSet, rank: number): number {
  return Math.max(1, Math.min(rank, Math.floor(LARGEST_SHARE * Math.min(users, items))));
}

/** Returns the matrix with each row multiplied by its factor. */
function scaled({ rows, columns, data }: Matrix, factors: Float64Array): Matrix {
  return {
    rows,
    columns,
    data: data.map((value, e) => value * factors[Math.floor(e / columns)]),
  };
}
