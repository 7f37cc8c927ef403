import { assertEquals, assertStringIncludes } from "@std/assert";
import { interactionsOf } from "../../testing/datasets.ts";
import { rankableModel } from "../algorithms/assemble.ts";
import { trainingSet } from "../algorithms/training_set.ts";
import type { Interactions } from "../dataset/dataset.ts";
import { emptyRows, RowsBuilder } from "../linalg/sparse_rows.ts";
import { RowPool } from "../threads/row_pool.ts";
import { nextItemMetrics, nextItems } from "./next_item.ts";

const pool = new RowPool(1);
const ITEMS = 20;

function timed(lists: number[][], times: number[][]): Interactions {
  return { ...interactionsOf(lists), times: Float64Array.from(times.flat()) };
}

const nextOf = (train: Interactions, held: Interactions) => {
  const { offsets, items } = nextItems({ train, held });
  return Array.from(
    { length: offsets.length - 1 },
    (_, u) => [...items.subarray(offsets[u], offsets[u + 1])],
  );
};

Deno.test("the next item is the first after a history, unless its time is shared or unknown", () => {
  const train = timed([[0, 1], [0], [0], [], [0], [0]], [[1, 2], [5], [NaN], [], [7], [1]]);
  const held = timed(
    [[2, 3], [2, 3], [2], [2], [2], []],
    [[3, 4], [6, 6], [3], [3], [7], []],
  );
  assertEquals(nextOf(train, held), [[2], [], [], [], [], []]);
  assertEquals(nextOf(train, interactionsOf([[2], [2], [2], [2], [2], [2]])).flat(), []);
});

Deno.test("the sentence says how many more next items are found by knowing the order", async () => {
  const train = timed([[0], [0], [1], [1]], [[1], [1], [1], [1]]);
  const held = timed([[12], [12], [13], [14]], [[2], [2], [2], [2]]);
  const { popularity, histories } = trainingSet(train, { items: ITEMS });
  const modelOf = (...rows: number[][]) => {
    const built = new RowsBuilder(ITEMS);
    for (const row of rows) {
      for (const item of row) built.add(item, 1);
      built.endRow();
    }
    return rankableModel({ weights: built.build(), popularity, histories });
  };
  const models = {
    model: modelOf([12], [13]),
    popular: rankableModel({ weights: emptyRows(ITEMS), popularity, histories }),
    ...{ unordered: modelOf([12], []), usesOrder: true, pool },
  };
  const next = (await nextItemMetrics({ train, held }, models))!;
  assertEquals(
    [next.users, next.hit_rate, next.ndcg, next.popularity.hit_rate, next.unordered!.hit_rate],
    [4, 0.75, 0.75, 0, 0.5],
  );
  assertStringIncludes(next.says, "finds 50 % more of the next items");
  const ignoring = { ...models, unordered: undefined, usesOrder: false };
  assertStringIncludes(
    (await nextItemMetrics({ train, held }, ignoring))!.says,
    "the model ignores it",
  );
  const none = { train, held: interactionsOf([[], [], [], []]) };
  assertEquals(await nextItemMetrics(none, models), undefined);
});
