import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Interactions } from "../dataset/dataset.ts";
import { seededRandom } from "../../functions/recommender/model/seeded_random.ts";
import { partOf, type Split } from "../dataset/split/split.ts";
import { type Fitted, rankableModel } from "../algorithms/assemble.ts";
import type { RowPool } from "../threads/row_pool.ts";
import { emptyRows } from "../linalg/sparse_rows.ts";
import { confidenceInterval } from "./confidence.ts";
import { evaluate, type Evaluation } from "./evaluate.ts";
import { usersWithLikes } from "./evaluated_users.ts";
import type { Report } from "../../functions/recommender/report/report.ts";

/** Share of the described items with interactions that is treated as cold. */
const SHARE = 0.1;
/** Maximum number of users evaluated. */
const MAX_USERS = 2000;

/** A split that holds out all interactions of some items, as if they were new. */
export interface ColdSplit extends Split {
  /** 1 for items treated as cold. */
  cold: Uint8Array;
}

/** Holds out all interactions of a seeded share of the items that are described and liked. */
export function splitColdItems(
  interactions: Interactions,
  { items, described, seed }: { items: number; described: number; seed: number },
): ColdSplit {
  const draw = seededRandom(seed);
  const liked = new Uint8Array(items);
  interactions.items.forEach((item, e) => {
    if (interactions.weights[e] > 0) liked[item] = 1;
  });
  const cold = liked.map((isLiked, item) => isLiked && item < described && draw() < SHARE ? 1 : 0);
  const held = Uint8Array.from(interactions.items, (item) => cold[item]);
  return { train: partOf(interactions, held, 0), held: partOf(interactions, held, 1), cold };
}

/**
 * Evaluates a hybrid on cold items, for the users who liked some: lists contain cold items only,
 * compared with content alone and with popularity (which has no data on them). Undefined without
 * such users.
 * @param fitted fitted without the cold items' interactions.
 */
export async function coldItems(
  fitted: Fitted,
  { split: { held, cold }, content, seed, pool }: {
    split: ColdSplit;
    content: SparseRows;
    seed: number;
    pool: RowPool;
  },
): Promise<Report["cold_items"]> {
  const { offsets, values } = fitted.histories!;
  const eligible = usersWithLikes(held)
    .filter((u) => values.subarray(offsets[u], offsets[u + 1]).some((value) => value > 0));
  if (eligible.length === 0) return undefined;
  const step = Math.max(1, eligible.length / MAX_USERS);
  const users = Uint32Array.from(
    { length: Math.min(eligible.length, MAX_USERS) },
    (_, p) => eligible[Math.floor(p * step)],
  );
  const excluded = cold.map((isCold) => 1 - isCold);
  const evaluateRows = (weights: SparseRows) =>
    evaluate(
      rankableModel({ ...fitted, similar: undefined, weights }),
      { held, users, excluded },
      pool,
    );
  const figures = ({ metrics: { ndcg, recall } }: Evaluation) => ({ ndcg, recall });
  const own = await evaluateRows(fitted.weights);
  return {
    items: cold.reduce((sum, isCold) => sum + isCold, 0),
    users: users.length,
    ...figures(own),
    ndcg_interval: confidenceInterval(own.ndcg, seededRandom(seed)),
    content: figures(await evaluateRows(content)),
    popularity: figures(await evaluateRows(emptyRows(cold.length))),
  };
}
