/** Figures of the selected model on the test part, which no candidate has seen. */
import type { Interactions } from "../dataset/dataset.ts";
import { random } from "../dataset/random.ts";
import { type Fitted, rankable } from "../algorithms/assemble.ts";
import type { RowPool } from "../threads/row_pool.ts";
import { emptyRows } from "../linalg/sparse_rows.ts";
import { confidenceInterval } from "./confidence.ts";
import { evaluate, evaluateRandom, type Evaluation } from "./evaluate.ts";
import { sample, usersOf } from "./evaluated_users.ts";
import type { Report } from "../../functions/recommender/report/report.ts";

/** Maximum number of users for the figures of diversity; a seeded sample if there are more. */
const DIVERSITY_JUDGES = 300;
/** Values of diversity in the report. */
const DIVERSITIES = [0, 0.25, 0.5, 0.75, 1];

/** Returns the test metrics of the model, popularity and random lists; undefined without users. */
export async function testFigures(
  fitted: Fitted,
  { judged, held, seed, pool }: {
    judged: Evaluation;
    held: Interactions;
    seed: number;
    pool: RowPool;
  },
): Promise<Report["test"]> {
  if (usersOf(held).length === 0) return undefined;
  const trial = { held };
  const popular = { ...fitted, weights: emptyRows(fitted.popularity.length) };
  const byPopularity = await evaluate(rankable(popular), trial, pool);
  const byChance = evaluateRandom(rankable(fitted), trial, random(seed + 4));
  const { ndcg, metrics, curve, segments } = judged;
  const users = sample(usersOf(held), DIVERSITY_JUDGES, random(seed + 5));
  const diverse: NonNullable<Report["test"]>["diversity"] = [];
  for (const diversity of DIVERSITIES) {
    const { metrics } = await evaluate(rankable(fitted), { held, users, diversity }, pool);
    diverse.push({ diversity, metrics });
  }
  return {
    metrics,
    ndcg_interval: confidenceInterval(ndcg, random(seed + 3)),
    popularity: byPopularity.metrics,
    random: byChance.metrics,
    curve,
    baseline_curves: { popularity: byPopularity.curve, random: byChance.curve },
    segments,
    diversity: diverse,
  };
}
