import { assert, assertEquals } from "@std/assert";
import { train } from "./train_model.ts";
import { datasetOf } from "../../testing/datasets.ts";
import { openDense } from "../linalg/open_dense.ts";
import { seededRandom } from "../../functions/recommender/model/seeded_random.ts";
import { describeSpec, parseSpec } from "./model_spec.ts";

const dense = await openDense();

/**
 * Returns users of four tastes with twelve items each, nearly all from their own quarter.
 * @param options.rated whether users rate those 5 and the others -1, which rejects them
 */
function tastes({ rated = false } = {}) {
  const random = seededRandom(5);
  const lists = Array.from({ length: 100 }, (_, user) => {
    const list = new Set<number>();
    while (list.size < 12) {
      const any = Math.floor(random() * 80);
      list.add(random() < 0.9 ? any - any % 4 + user % 4 : any);
    }
    return [...list];
  });
  const features = Array.from({ length: 80 }, (_, item) => `kind ${item % 4}`);
  const ratings = lists.map((list, user) => list.map((item) => item % 4 === user % 4 ? 5 : -1));
  return datasetOf(lists, { items: 80, features, ...(rated && { ratings }) });
}

const POPULARITY = { algorithm: "popularity", parameters: {} };

Deno.test("a model that ranks significantly worse than the champion is refused", async () => {
  const dataset = tastes();
  const options = { modelType: "COLLABORATIVE", dense, threads: 1 } as const;
  const first = (await train(dataset, options)).report;
  assertEquals(first.gate, undefined);
  const champion = first.chosen;
  assert(champion.algorithm !== "popularity");

  const same = (await train(dataset, { ...options, champion })).report.gate!;
  assertEquals([same.verdict, same.ndcg, same.champion_ndcg], [
    "accepted",
    first.test!.metrics.ndcg,
    first.test!.metrics.ndcg,
  ]);

  const better = (await train(dataset, { ...options, champion: POPULARITY })).report.gate!;
  assertEquals([better.verdict, better.champion_ndcg], [
    "accepted",
    first.test!.popularity.ndcg,
  ]);
  assert(better.difference!.low > 0);

  // Without any time for a search, only popularity is left.
  const hasty = (await train(dataset, { ...options, champion, budgetSeconds: 0 })).report;
  assertEquals(hasty.chosen.algorithm, "popularity");
  const { verdict, difference, ndcg, champion_ndcg } = hasty.gate!;
  assertEquals([verdict, champion_ndcg], ["refused", first.test!.metrics.ndcg]);
  assert(difference!.high < 0 && ndcg < champion_ndcg!);

  const unsupported = { algorithm: "oracle", parameters: {} };
  const unknown = (await train(dataset, { ...options, champion: unsupported })).report.gate!;
  assertEquals([unknown.verdict, unknown.champion], ["ungated", unsupported]);
});

Deno.test("a rejected item counts as found neither for a model nor for the champion", async () => {
  const dataset = tastes({ rated: true });
  const options = { modelType: "COLLABORATIVE", dense, threads: 1 } as const;
  const { report } = await train(dataset, { ...options, champion: POPULARITY });
  assert(report.data.liking!.rejected > 0);
  const { champion_ndcg, ndcg, verdict } = report.gate!;
  assertEquals([champion_ndcg, ndcg], [
    report.test!.popularity.ndcg,
    report.test!.metrics.ndcg,
  ]);
  assertEquals(verdict, "accepted");
  // With all rows liked, popularity has another NDCG.
  const plain = (await train(tastes(), { ...options, champion: POPULARITY })).report;
  assert(plain.gate!.champion_ndcg !== champion_ndcg);
});

Deno.test("a hybrid is compared with a hybrid champion of another content share", async () => {
  const dataset = tastes();
  const options = { modelType: "HYBRID", dense, threads: 1 } as const;
  const { chosen } = (await train(dataset, options)).report;
  assertEquals(describeSpec(parseSpec(chosen)!), chosen);
  const changed = { ...chosen, parameters: { ...chosen.parameters, content_share: 0.9 } };
  const { gate } = (await train(dataset, { ...options, champion: changed })).report;
  assertEquals([gate!.verdict, gate!.champion], ["accepted", changed]);
  assert(gate!.champion_ndcg! > 0);
});

Deno.test("without users to evaluate, no model is refused", async () => {
  const dataset = datasetOf([[0], [1]], { items: 2 });
  const options = { modelType: "COLLABORATIVE", dense, threads: 1 } as const;
  const { gate } = (await train(dataset, { ...options, champion: { ...POPULARITY } })).report;
  assertEquals(gate!.verdict, "ungated");
});
