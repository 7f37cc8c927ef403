import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { conformance } from "../../testing/algorithm_conformance.ts";
import { interactionsOf } from "../../testing/datasets.ts";
import { full } from "../../testing/matrices.ts";
import { seededRandom } from "../../functions/recommender/model/seeded_random.ts";
import type { Interactions } from "../dataset/dataset.ts";
import { openDense } from "../linalg/open_dense.ts";
import { RowPool } from "../threads/row_pool.ts";
import { sequentialRules, type SequentialRulesParameters } from "./sequential_rules.ts";
import { MAX_ORDERED_HISTORY } from "./sequences.ts";
import { trainingSet } from "./training_set.ts";

const engines = { dense: await openDense(), pool: new RowPool(1) };

conformance(sequentialRules);

/** An item with its time; NaN if missing. */
type Event = [item: number, time: number];

/** Returns interactions of users with times, oldest first. */
function timed(users: Event[][]): Interactions {
  const times = Float64Array.from(users.flatMap((events) => events.map(([, time]) => time)));
  return { ...interactionsOf(users.map((events) => events.map(([item]) => item))), times };
}

async function rules(users: Event[][], items: number, parameters: SequentialRulesParameters) {
  const set = trainingSet(timed(users), { items });
  return full(await sequentialRules.fit(set, parameters, engines), items);
}

/** Returns the same by the equation, pair by pair. */
function twin(users: Event[][], items: number, { decay, alpha, beta }: SequentialRulesParameters) {
  const counts = Array.from({ length: items }, () => Array<number>(items).fill(0));
  for (const events of users) {
    const known = events.slice(-MAX_ORDERED_HISTORY).filter(([, time]) => !Number.isNaN(time));
    const moments = [...new Set(known.map(([, time]) => time))].sort((a, b) => a - b);
    for (const [i, earlier] of known) {
      for (const [j, later] of known) {
        const gap = moments.indexOf(later) - moments.indexOf(earlier);
        if (gap <= 0 || gap > Math.min(5 * decay, 40)) continue;
        counts[i][j] += Math.exp(-(gap - 1) / decay);
        counts[j][i] += Math.exp(-(gap - 1) / decay) / 2;
      }
    }
  }
  const sources = counts.map((row) => row.reduce((sum, count) => sum + count, 0));
  const targets = counts.map((_, j) => counts.reduce((sum, row) => sum + row[j], 0));
  return counts.map((row, i) =>
    row.map((count, j) => count && count / (sources[i] ** alpha * targets[j] ** beta))
  );
}

Deno.test("sequential rules are the decayed transitions of the equation, ties and missing times aside", async () => {
  const random = seededRandom(5);
  const [items, longest] = [30, 25];
  const users = Array.from({ length: 40 }, () => {
    const order = Array.from({ length: items }, (_, item) => ({ item, by: random() }))
      .sort((a, b) => a.by - b.by).slice(0, Math.floor(longest * random()));
    let time = 0;
    return order.map(({ item }, e): Event => {
      if (random() < 0.7) time++;
      return [item, e < 2 ? NaN : time];
    });
  });
  for (const parameters of [{ decay: 2, alpha: 0.6, beta: 0.2 }, { decay: 9, alpha: 1, beta: 0 }]) {
    const [learned, expected] = [
      await rules(users, items, parameters),
      twin(users, items, parameters),
    ];
    for (let i = 0; i < items; i++) {
      for (let j = 0; j < items; j++) assertAlmostEquals(learned[i][j], expected[i][j], 1e-6);
    }
  }
});

Deno.test("the following item weighs twice the preceding one, and items at one time nothing", async () => {
  const parameters = { decay: 8, alpha: 0, beta: 0 };
  assertEquals(await rules([[[0, 10], [1, 20]]], 2, parameters), [[0, 1], [0.5, 0]]);
  assertEquals(await rules([[[0, 10], [1, 10]]], 2, parameters), [[0, 0], [0, 0]]);
  assertEquals(await rules([[[0, NaN], [1, 20]]], 2, parameters), [[0, 0], [0, 0]]);
  // A tie takes one place: 2 follows 0 and 1 directly.
  const tied = await rules([[[0, 10], [1, 10], [2, 20], [3, 30]]], 4, parameters);
  assertEquals([tied[0][1], tied[0][2], tied[1][2]], [0, 1, 1]);
  assertAlmostEquals(tied[0][3], Math.exp(-1 / 8), 1e-6);
});

Deno.test("order is learned from the latest items of a long history only", async () => {
  const length = MAX_ORDERED_HISTORY + 100;
  const history = Array.from({ length }, (_, e): Event => [e, e]);
  const learned = await rules([history], length, { decay: 8, alpha: 0, beta: 0 });
  assertEquals(learned[98][99], 0);
  assertEquals(learned[length - 2][length - 1], 1);
});

Deno.test("sequential rules are tried only where times order most items", () => {
  const candidates = (users: Event[][]) =>
    sequentialRules.candidates(trainingSet(timed(users), { items: 4 })).length;
  assert(candidates([[[0, 1], [1, 2], [2, 3]]]) > 0);
  assert(candidates([[[0, 1], [1, 1], [2, 3]]]) > 0);
  assertEquals(candidates([[[0, 1], [1, 1], [2, 1], [3, 2]]]), 0);
  assertEquals(candidates([[[0, NaN], [1, NaN], [2, 1]]]), 0);
  assertEquals(candidates([[[0, 1]], []]), 0);
  assertEquals(sequentialRules.candidates(trainingSet(interactionsOf([[0, 1]]), { items: 2 })), []);
});

Deno.test("threads do not change the rules", async () => {
  const pool = new RowPool(3);
  const users = Array.from(
    { length: 600 },
    (_, u) => Array.from({ length: 200 }, (_, e): Event => [(7 * u + 11 * e) % 400, e]),
  );
  const set = trainingSet(timed(users), { items: 400 });
  const [parameters] = sequentialRules.configurations;
  assertEquals(
    await sequentialRules.fit(set, parameters, { ...engines, pool }),
    await sequentialRules.fit(set, parameters, engines),
  );
  pool.close();
});
