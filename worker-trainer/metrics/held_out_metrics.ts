/** Figures of the selected model on the test set, which no candidate has seen. */
import type { Model } from "../../functions/recommender/model/model.ts";
import type { Interactions } from "../dataset/dataset.ts";
import type { TimeCut } from "../dataset/split/time_cut.ts";
import { popularOrder } from "../algorithms/popularity.ts";
import { seededRandom } from "../../functions/recommender/model/seeded_random.ts";
import { type Fitted, rankableModel } from "../algorithms/assemble.ts";
import type { RowPool } from "../threads/row_pool.ts";
import { emptyRows } from "../linalg/sparse_rows.ts";
import { confidenceInterval } from "./confidence.ts";
import { evaluate, evaluateRandom, type Evaluation } from "./evaluate.ts";
import { sample, usersWithLikes } from "./evaluated_users.ts";
import { recentPopularity } from "./recent_popularity.ts";
import type { Interval, Report } from "../../functions/recommender/report/report.ts";

/** Maximum number of users for the figures of diversity; a seeded sample if there are more. */
const MAX_DIVERSITY_USERS = 300;
/** Values of diversity in the report. */
const DIVERSITIES = [0, 0.25, 0.5, 0.75, 1];

/** Returns the test metrics of the model, popularity and random lists; undefined without users. */
export async function heldOutMetrics(
  fitted: Fitted,
  { evaluation, held, cut, seed, pool, withDiversity = true }: {
    evaluation: Evaluation;
    held: Interactions;
    /** The temporal split, if `held` is of one. */
    cut?: TimeCut;
    seed: number;
    pool: RowPool;
    /**
     * Whether to evaluate `diversity` as well, which takes longer than the rest. True by default.
     */
    withDiversity?: boolean;
  },
): Promise<Report["test"]> {
  if (usersWithLikes(held).length === 0) return undefined;
  const options = { held };
  const popular = { ...fitted, weights: emptyRows(fitted.popularity.length) };
  const byPopularity = await evaluate(rankableModel(popular), options, pool);
  const byRandom = evaluateRandom(rankableModel(fitted), options, seededRandom(seed + 4));
  const { ndcg, metrics, curve } = evaluation;
  const recent = cut && recentPopularity(cut, fitted.popularity.length);
  const byRecent = recent && await evaluate(rankedBy(recent, popular), options, pool);
  const segments = [...evaluation.segments];
  if (cut) {
    const { users, metrics: { ndcg, recall } } = await evaluate(
      rankableModel(fitted),
      { held: cut.newcomers, short: true },
      pool,
    );
    segments.push({ name: "newcomers", users: users.length, ndcg, recall });
  }
  const users = sample(usersWithLikes(held), MAX_DIVERSITY_USERS, seededRandom(seed + 5));
  const diverse: NonNullable<Report["test"]>["diversity"] = [];
  for (const diversity of withDiversity ? DIVERSITIES : []) {
    const { metrics } = await evaluate(rankableModel(fitted), { held, users, diversity }, pool);
    diverse.push({ diversity, metrics });
  }
  return {
    metrics,
    ndcg_interval: confidenceInterval(ndcg, seededRandom(seed + 3)),
    popularity: byPopularity.metrics,
    ...(byRecent && { recent_popularity: byRecent.metrics }),
    random: byRandom.metrics,
    curve,
    baseline_curves: { popularity: byPopularity.curve, random: byRandom.curve },
    segments,
    diversity: diverse,
  };
}

/** Returns NDCG@10 of the model with its interval, and that of popularity. */
export async function briefMetrics(
  fitted: Fitted,
  { held, seed, pool }: { held: Interactions; seed: number; pool: RowPool },
): Promise<
  { test_users: number; ndcg: number; ndcg_interval: Interval; popularity_ndcg: number }
> {
  const options = { held, short: true };
  const own = await evaluate(rankableModel(fitted), options, pool);
  const popular = { ...fitted, weights: emptyRows(fitted.popularity.length) };
  const byPopularity = await evaluate(rankableModel(popular), options, pool);
  return {
    test_users: own.users.length,
    ndcg: own.metrics.ndcg,
    ndcg_interval: confidenceInterval(own.ndcg, seededRandom(seed + 3)),
    popularity_ndcg: byPopularity.metrics.ndcg,
  };
}

/** Returns the model of popular items, with these counts as their popularity. */
function rankedBy(counts: Uint32Array, popular: Fitted): Model {
  const model = rankableModel(popular);
  // Popularity stays that of all training data: it discounts the metrics.
  return { ...model, items: { ...model.items, popularOrder: popularOrder(counts) } };
}
