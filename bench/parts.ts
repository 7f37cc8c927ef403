/**
 * Algorithms that other libraries implement too, timed separately: item-kNN, RP3β and an epoch of
 * iALS on Gowalla, and EASE on generated data. Prints one JSON line for each.
 *
 *     AIREC_TEST_DATA=… deno run -A bench/parts.ts [items of EASE, 10000 by default]
 */
import { interactionsOf } from "../testing/datasets.ts";
import { compactItems } from "../worker-trainer/algorithms/compact_set.ts";
import { byItems } from "../worker-trainer/algorithms/ease.ts";
import { factorise } from "../worker-trainer/algorithms/ials.ts";
import { itemKnn } from "../worker-trainer/algorithms/item_knn.ts";
import { rp3beta } from "../worker-trainer/algorithms/rp3beta.ts";
import { trainingSet } from "../worker-trainer/algorithms/training_set.ts";
import { openDense } from "../worker-trainer/linalg/open_dense.ts";
import { RowPool } from "../worker-trainer/threads/row_pool.ts";
import { seededRandom } from "../functions/recommender/model/seeded_random.ts";
import { realDataset } from "../testing/real_data.ts";

const engines = { dense: await openDense(), pool: new RowPool() };
const say = (what: string, start: number, share = 1) =>
  console.log(
    JSON.stringify({
      what,
      seconds: Number(((performance.now() - start) / 1000 * share).toFixed(2)),
    }),
  );

const { items, interactions } = await realDataset("gowalla");
const set = trainingSet(interactions, { items: items.ids.length });
// Starts the threads, which must not be timed.
const cosine = itemKnn.configurations.find(({ weighting }) => weighting === "cosine")!;
await itemKnn.fit(set, cosine, engines);
const walk = rp3beta.configure(rp3beta.configurations[0]);
for (const configuration of [itemKnn.configure(cosine), walk]) {
  const start = performance.now();
  await configuration.fit(set, engines);
  say(configuration.algorithm.name, start);
}
for (const factors of [64, 128]) {
  const start = performance.now();
  const settings = { factors, alpha: 0.1, lambda: 0.003, epochs: 5 };
  await factorise(compactItems(set), settings, engines);
  say(`iALS epoch, ${factors} factors`, start, 1 / 5);
}

const size = Number(Deno.args[0] ?? 10_000);
const draw = seededRandom(1);
const lists = Array.from(
  { length: 2 * size },
  () => [...new Set(Array.from({ length: 20 }, () => Math.floor(size * draw() ** 2)))],
);
const wide = trainingSet(interactionsOf(lists), { items: size });
const start = performance.now();
await byItems(compactItems(wide), { ...engines, lambda: 300 });
say(`EASE, ${size} items`, start);
engines.pool.close();
