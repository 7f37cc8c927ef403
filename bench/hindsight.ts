/**
 * Test NDCG of every candidate of a training, to evaluate the choice made on the validation set.
 * Prints one JSON line for each, best first, then the chosen model's share of the best NDCG.
 *
 *     AIREC_TEST_DATA=… deno run -A bench/hindsight.ts movielens-small [COLLABORATIVE|HYBRID]
 */
import { train } from "../worker-trainer/tuning/train_model.ts";
import { inHindsight } from "../testing/hindsight.ts";
import { REAL_DATA, type RealData, realDataset } from "../testing/real_data.ts";

const [name, modelType = "COLLABORATIVE"] = Deno.args;
if (!REAL_DATA.includes(name as RealData)) {
  console.error(`Name a data set, one of ${REAL_DATA.join(", ")}, not ${name ?? "nothing"}.`);
  Deno.exit(2);
}
const dataset = await realDataset(name as RealData);
const { report } = await train(dataset, { modelType: modelType as "COLLABORATIVE" | "HYBRID" });
const candidates = await inHindsight(dataset, report);
for (const candidate of candidates) console.log(JSON.stringify({ data: name, ...candidate }));
const own = report.test!.metrics.ndcg;
const best = Math.max(own, ...candidates.map(({ test_ndcg }) => test_ndcg));
console.log(JSON.stringify({
  data: name,
  chosen: report.chosen,
  test_ndcg: own,
  best_ndcg: best,
  of_the_best: Number((own / best).toFixed(4)),
}));
