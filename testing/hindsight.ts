/** Metrics of candidates on the test part of a training, in hindsight. */
import type { SparseRows } from "../functions/recommender/model/model.ts";
import { blendRows, parseSpec } from "../worker-trainer/tuning/model_spec.ts";
import type { Dataset } from "../worker-trainer/dataset/dataset.ts";
import { splitInteractions } from "../worker-trainer/dataset/split/split.ts";
import { evaluate } from "../worker-trainer/metrics/evaluate.ts";
import type { Candidate, Report } from "../functions/recommender/report/report.ts";
import type { Configuration } from "../worker-trainer/algorithms/algorithm.ts";
import { rankableModel } from "../worker-trainer/algorithms/assemble.ts";
import { type TrainingSet, trainingSet } from "../worker-trainer/algorithms/training_set.ts";
import { openDense } from "../worker-trainer/linalg/open_dense.ts";
import { RowPool } from "../worker-trainer/threads/row_pool.ts";

/** Candidates below this share of the best on validation are not refitted. */
const NEAR = 0.8;

/**
 * Returns the candidates of a report that use interactions alone and are close to the best on
 * validation, refitted on train and validation and evaluated like the selected model; best first.
 * @param others configurations that are evaluated, tried by the training or not.
 */
export async function inHindsight(
  { interactions, items: { ids } }: Dataset,
  { candidates, split }: Report,
  others: Configuration[] = [],
): Promise<(Candidate & { test_ndcg: number })[]> {
  const { test_share: share, seed } = split!;
  const { train, held } = splitInteractions(interactions, { seed, share });
  const top = Math.max(...candidates.map(({ validation_ndcg = 0 }) => validation_ndcg));
  const engines = { dense: await openDense(), pool: new RowPool() };
  // Blends share the same parts.
  const fitted = new Map<string, SparseRows>();
  const fit = async (configuration: Configuration, signal: string, set: TrainingSet) => {
    const key = JSON.stringify([configuration.algorithm.name, configuration.parameters, signal]);
    const rows = fitted.get(key) ?? await configuration.fit(set, engines);
    fitted.set(key, rows);
    return rows;
  };
  const near = candidates.filter(({ algorithm, validation_ndcg = 0 }) =>
    algorithm !== "hybrid" && validation_ndcg >= NEAR * top
  );
  const all = others.map(({ algorithm, parameters }): Candidate => ({
    algorithm: algorithm.name,
    parameters,
  }));
  const measured = [];
  for (const candidate of [...near, ...all]) {
    const { parts, weighting } = parseSpec(candidate)!;
    const set = trainingSet(train, { items: ids.length, weighting });
    const rows = [];
    for (const { configuration, share } of parts) {
      rows.push({ rows: await fit(configuration, weighting.signal, set), share });
    }
    const { popularity, histories } = set;
    const model = rankableModel({
      weights: await blendRows(rows, set, engines.pool),
      popularity,
      histories,
    });
    const { metrics } = await evaluate(model, { held }, engines.pool);
    measured.push({ ...candidate, test_ndcg: metrics.ndcg });
  }
  engines.pool.close();
  return measured.sort((a, b) => b.test_ndcg - a.test_ndcg);
}
