/** Reports of trainings that are evaluated at one moment for all users. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { openDense } from "../linalg/open_dense.ts";
import { walks } from "../../testing/datasets.ts";
import { train } from "./train_model.ts";

const dense = await openDense();
const { dataset } = walks({ users: 300, items: 60 });
const { offsets, items } = dataset.interactions;
const DAY = 86_400;

/** Each user takes a step a day; the last thirty begin when the others are nearly done. */
const times = new Float64Array(items.length);
for (let u = 0; u + 1 < offsets.length; u++) {
  const start = 1.7e9 + (u < 270 ? 0 : 10.5 * DAY);
  for (let e = offsets[u]; e < offsets[u + 1]; e++) times[e] = start + DAY * (e - offsets[u]);
}

Deno.test("a training in time reports why, both ways to divide, newcomers and recent popularity", async () => {
  const interactions = { ...dataset.interactions, times };
  const { report } = await train({ ...dataset, interactions }, {
    modelType: "COLLABORATIVE",
    dense,
  });
  const { kind, cut, says, other, test_users } = report.split!;
  assertEquals([kind, test_users], ["time", 270]);
  assertMatch(cut!, /^2023-11-2\dT/);
  assertMatch(says!, /^Evaluated in time: .* 270 users/);
  assertEquals([other!.kind, other!.test_users], ["user", 300]);
  assert(other!.ndcg_interval.low <= other!.ndcg && other!.ndcg <= other!.ndcg_interval.high);
  const { metrics, popularity, recent_popularity, segments } = report.test!;
  assert(metrics.ndcg > 1.5 * popularity.ndcg && metrics.ndcg > 1.5 * recent_popularity!.ndcg);
  assert(metrics.discounted_ndcg! > 0 && metrics.discounted_ndcg! <= 1);
  const [newcomers] = segments.filter(({ name }) => name === "newcomers");
  assertEquals(newcomers.users, 30);
  assertEquals(segments.reduce((sum, { users }) => sum + users, 0), 300);
  assert(report.next_item!.users > 200);
});

Deno.test("a training reports lists with seen items where users come back to items", async () => {
  const users = offsets.length - 1;
  const interactions = { ...dataset.interactions, times };
  // Everybody had the last of their items once before all others.
  const rows = {
    offsets: offsets.map((offset, u) => offset + u),
    items: new Uint32Array(items.length + users),
    times: new Float64Array(items.length + users),
  };
  for (let u = 0; u < users; u++) {
    const [start, end] = [offsets[u], offsets[u + 1]];
    rows.items.set([items[end - 1], ...items.subarray(start, end)], rows.offsets[u]);
    rows.times.set([times[start] - DAY, ...times.subarray(start, end)], rows.offsets[u]);
  }
  const { report } = await train({ ...dataset, interactions, rows }, {
    modelType: "COLLABORATIVE",
    dense,
  });
  const { share, users: evaluated, with_seen, without_seen } = report.repeats!;
  assert(share > 0.1 && share < 0.9 && evaluated > 200, `${share} of ${evaluated}`);
  assert(with_seen.recall > 0 && without_seen.recall > 0);
});
