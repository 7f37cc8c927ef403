/**
 * NDCG loss of truncated and quantised weights: one fitted matrix, truncated to the strongest k of
 * each row, with weights of 32, 16 (half precision) or 8 bits (steps relative to a row's maximum).
 * Prints one JSON line for each combination.
 *
 *     AIREC_TEST_DATA=… deno run -A bench/narrow_weights.ts        Gowalla and MovieLens-small
 */
import type { SparseRows } from "../functions/recommender/model/model.ts";
import type { Interactions } from "../worker-trainer/dataset/dataset.ts";
import { splitInteractions } from "../worker-trainer/dataset/split/split.ts";
import { evaluate } from "../worker-trainer/metrics/evaluate.ts";
import type { Configuration } from "../worker-trainer/algorithms/algorithm.ts";
import { rankableModel } from "../worker-trainer/algorithms/assemble.ts";
import { ease } from "../worker-trainer/algorithms/ease.ts";
import { rp3beta } from "../worker-trainer/algorithms/rp3beta.ts";
import { servedRows } from "../worker-trainer/algorithms/served_rows.ts";
import { trainingSet } from "../worker-trainer/algorithms/training_set.ts";
import { openDense } from "../worker-trainer/linalg/open_dense.ts";
import { RowPool } from "../worker-trainer/threads/row_pool.ts";
import { publishedTest, realDataset } from "../testing/real_data.ts";

const WIDTHS = [400, 200, 100, 50, 25];
const BITS = [32, 16, 8] as const;

const engines = { dense: await openDense(), pool: new RowPool() };
const gowalla = await realDataset("gowalla");
const wideWalk = { ...rp3beta.configurations[1], neighbours: WIDTHS[0] };
await trials("gowalla", rp3beta.configure(wideWalk), {
  train: gowalla.interactions!,
  held: await publishedTest("gowalla", gowalla),
  items: gowalla.items.ids.length,
});
const films = await realDataset("movielens-small");
await trials("movielens-small", ease.configure(ease.configurations[1]), {
  ...splitInteractions(films.interactions!, { seed: 1 }),
  items: films.items.ids.length,
});
engines.pool.close();

/** Fits once, then evaluates each row width and precision. */
async function trials(
  data: string,
  configuration: Configuration,
  { train, held, items }: { train: Interactions; held: Interactions; items: number },
): Promise<void> {
  const set = trainingSet(train, { items });
  const wide = { ...set, keep: WIDTHS[0], served: WIDTHS[0] };
  const fitted = await configuration.fit(wide, engines);
  for (const served of WIDTHS) {
    const cut = await servedRows(fitted, { served }, engines.pool);
    for (const bits of BITS) {
      const weights = { ...cut, values: rounded(cut, bits) };
      const model = rankableModel({
        weights,
        popularity: set.popularity,
        histories: set.histories,
      });
      const { curve } = await evaluate(model, { held }, engines.pool);
      const { recall, ndcg } = curve[19];
      console.log(JSON.stringify({
        ...{ data, algorithm: configuration.algorithm.name, served, bits },
        recall_20: Number(recall.toFixed(4)),
        ndcg_20: Number(ndcg.toFixed(4)),
        megabytes: Number((cut.columns.length * (4 + bits / 8) / 1e6).toFixed(1)),
      }));
    }
  }
}

/** Returns the values rounded to a precision of `bits`. */
function rounded({ offsets, values }: SparseRows, bits: 32 | 16 | 8): Float32Array {
  if (bits === 32) return values;
  if (bits === 16) return values.map(Math.f16round);
  const steps = new Float32Array(values.length);
  for (let row = 0; row + 1 < offsets.length; row++) {
    const of = values.subarray(offsets[row], offsets[row + 1]);
    const step = of.reduce((top, value) => Math.max(top, Math.abs(value)), 0) / 127;
    steps.set(of.map((value) => step === 0 ? 0 : Math.round(value / step) * step), offsets[row]);
  }
  return steps;
}
