import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Interactions } from "../dataset/dataset.ts";
import { random } from "../dataset/random.ts";
import { partOf, type Split } from "../dataset/split.ts";
import { type Fitted, rankable } from "../fit/assemble.ts";
import type { RowPool } from "../linalg/row_pool.ts";
import { emptyRows } from "../linalg/sparse_rows.ts";
import { confidenceInterval } from "./confidence.ts";
import { evaluate, type Evaluation } from "./evaluate.ts";
import { usersOf } from "./judges.ts";
import type { Report } from "./report.ts";

/** Share of the described items with interactions that play the cold ones. */
const SHARE = 0.1;
/** Users that judge at most. */
const JUDGES = 2000;

/** A split that takes some items away from everybody, as if they were new. */
export interface ColdSplit extends Split {
  /** 1 where an item plays a cold one. */
  cold: Uint8Array;
}

/** Holds out all interactions of a seeded share of the items that somebody liked and are described. */
export function splitColdItems(
  interactions: Interactions,
  { items, described, seed }: { items: number; described: number; seed: number },
): ColdSplit {
  const draw = random(seed);
  const had = new Uint8Array(items);
  interactions.items.forEach((item, e) => {
    if (interactions.weights[e] > 0) had[item] = 1;
  });
  const cold = had.map((one, item) => one && item < described && draw() < SHARE ? 1 : 0);
  const held = Uint8Array.from(interactions.items, (item) => cold[item]);
  return { train: partOf(interactions, held, 0), held: partOf(interactions, held, 1), cold };
}

/**
 * How well a hybrid orders items that nobody had yet, for the users who in truth liked some: lists
 * hold cold items alone, beside content alone and popularity (which knows nothing of them) on the
 * same. Nothing where nobody can judge.
 * @param fitted made without the cold items' interactions.
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
  const able = usersOf(held)
    .filter((u) => values.subarray(offsets[u], offsets[u + 1]).some((value) => value > 0));
  if (able.length === 0) return undefined;
  const step = Math.max(1, able.length / JUDGES);
  const users = Uint32Array.from(
    { length: Math.min(able.length, JUDGES) },
    (_, p) => able[Math.floor(p * step)],
  );
  const barred = cold.map((one) => 1 - one);
  const judged = (weights: SparseRows) =>
    evaluate(rankable({ ...fitted, similar: undefined, weights }), { held, users, barred }, pool);
  const figures = ({ metrics: { ndcg, recall } }: Evaluation) => ({ ndcg, recall });
  const own = await judged(fitted.weights);
  return {
    items: cold.reduce((sum, one) => sum + one, 0),
    users: users.length,
    ...figures(own),
    ndcg_interval: confidenceInterval(own.ndcg, random(seed)),
    content: figures(await judged(content)),
    popularity: figures(await judged(emptyRows(cold.length))),
  };
}
