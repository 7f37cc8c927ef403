/** Selection of models that know the order of items. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Model } from "../../functions/recommender/model/model.ts";
import { rank } from "../../functions/recommender/model/rank.ts";
import { openDense } from "../linalg/open_dense.ts";
import { walks } from "../../testing/datasets.ts";
import { train } from "./train_model.ts";

const dense = await openDense();
const { dataset, next } = walks({ users: 400, items: 80 });

/** Returns the share of the successors of users' last items that rank first. */
function found({ users }: Model, model: Model): number {
  const { offsets, columns, values } = users!.histories;
  let [hits, all] = [0, 0];
  next.forEach((item, user) => {
    if (item === undefined) return;
    const [from, to] = [offsets[user], offsets[user + 1]];
    const history = { items: columns.subarray(from, to), weights: values.subarray(from, to) };
    all++;
    if (rank(model, { history, n: 1 })[0].item === item) hits++;
  });
  return hits / all;
}

Deno.test("on a circle of transitions the next item ranks first; without times it cannot be told", async () => {
  const { model, report } = await train(dataset, { modelType: "COLLABORATIVE", dense });
  const share = found(model, model);
  assert(share >= 0.9, `${share} by ${JSON.stringify(report.chosen)}`);
  const { hit_rate, unordered, says } = report.next_item!;
  assert(hit_rate > 1.1 * unordered!.hit_rate, JSON.stringify(report.next_item));
  assertMatch(says, /finds \d+ % more of the next items/);
  const { times: _, ...interactions } = dataset.interactions;
  const untimed = await train({ ...dataset, interactions }, { modelType: "COLLABORATIVE", dense });
  const without = found(untimed.model, untimed.model);
  assert(without <= 0.3, `${without} by ${JSON.stringify(untimed.report.chosen)}`);
  assertEquals(untimed.model.manifest.reading!.fade, undefined);
  assertEquals(untimed.report.next_item, undefined);
});
