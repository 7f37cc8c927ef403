/** What candidates are worth on the test part of a training, afterwards. */
import { choiceOf, fitChoice } from "./choice.ts";
import type { Dataset } from "./dataset/dataset.ts";
import { splitInteractions } from "./dataset/split.ts";
import { evaluate } from "./evaluate/evaluate.ts";
import type { Candidate, Report } from "./evaluate/report.ts";
import { rankable } from "./fit/assemble.ts";
import { openDense } from "./linalg/dense.ts";
import { RowPool } from "./linalg/row_pool.ts";

/** What is far below the best on validation is not fitted again: it would not be the best of all. */
const NEAR = 0.9;

/**
 * The candidates of a report that learned from interactions alone and came near the best on
 * validation, fitted anew and judged as the choice was; best first.
 */
export async function inHindsight(
  { interactions, items }: Dataset,
  { candidates, split }: Report,
): Promise<(Candidate & { test_ndcg: number })[]> {
  const { test_share: share, seed } = split!;
  const { train, held } = splitInteractions(interactions, { seed, share });
  const top = Math.max(...candidates.map(({ validation_ndcg = 0 }) => validation_ndcg));
  const engines = { dense: await openDense(), pool: new RowPool() };
  const judged = [];
  for (const candidate of candidates) {
    const choice = choiceOf(candidate)!;
    if (choice.contentShare !== undefined || !(candidate.validation_ndcg! >= NEAR * top)) continue;
    const fitted = await fitChoice(
      choice,
      { interactions: train, items: items.ids.length },
      engines,
    );
    const { metrics } = await evaluate(rankable(fitted), { held }, engines.pool);
    judged.push({ ...candidate, test_ndcg: metrics.ndcg });
  }
  engines.pool.close();
  return judged.sort((a, b) => b.test_ndcg - a.test_ndcg);
}
