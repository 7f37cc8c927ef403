import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { UserRows } from "../../functions/recommender/model/model.ts";
import { EQUAL_WEIGHTING, trainingSet } from "../algorithms/training_set.ts";
import { splitInteractions } from "../dataset/split/split.ts";
import type { Interactions } from "../dataset/dataset.ts";
import { joinRepeats, orderHistories, type Rows } from "../dataset/join_repeats.ts";
import { userRows } from "../dataset/user_rows.ts";
import { RowsBuilder } from "../linalg/sparse_rows.ts";
import { RowPool } from "../threads/row_pool.ts";
import { repeatMetrics, withEarlier } from "./repeats.ts";

const pool = new RowPool(1);
const ITEMS = 30;

/** Returns rows, one a day, of users with these items, and the rows joined. */
function daily(lists: number[][], isTimed = true): { rows: UserRows; interactions: Interactions } {
  const user = Uint32Array.from(lists.flatMap((list, u) => list.map(() => u)));
  const size = user.length;
  const rows: Rows = {
    user,
    item: Uint32Array.from(lists.flat()),
    rating: new Float32Array(size).fill(NaN),
    time: Float64Array.from(lists.flatMap((list) => list.map((_, d) => isTimed ? 100 + d : NaN))),
    weight: new Float32Array(size).fill(1),
  };
  const order = orderHistories(rows, lists.length);
  const interactions = joinRepeats(rows, order, { items: ITEMS });
  return { rows: userRows(rows, order, { weights: undefined, interactions }), interactions };
}

const of = ({ offsets, items }: Interactions, u: number) => [
  ...items.subarray(offsets[u], offsets[u + 1]),
];

/** Five items each; the last held out. User 0 had it before, user 1 not. */
const LISTS = [[4, 0, 1, 2, 3, 4], [0, 1, 2, 3, 4]];

Deno.test("held-out items that a user had before are in the history, at their earlier row", () => {
  const { rows, interactions } = daily(LISTS);
  const split = splitInteractions(interactions, { seed: 1 });
  assertEquals([of(split.train, 0), of(split.held, 0)], [[0, 1, 2, 3], [4]]);
  const { interactions: earlier, share } = withEarlier(rows, split);
  assertEquals([of(earlier, 0), of(earlier, 1)], [[4, 0, 1, 2, 3], [0, 1, 2, 3]]);
  assertEquals([earlier.times![0], share], [100, 0.5]);
});

Deno.test("rows after the first held-out one are no history", () => {
  // Two of ten are held out: 8 and 9, and the first row of 9 comes after that of 8.
  const { rows, interactions } = daily([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9]]);
  const split = splitInteractions(interactions, { seed: 1 });
  assertEquals(of(split.held, 0), [8, 9]);
  assertEquals(withEarlier(rows, split).share, 0);
});

Deno.test("lists with seen items find repeats; without repeats or times there are no figures", async () => {
  // Each item leads to item 4 most, then to items outside every history.
  const built = new RowsBuilder(ITEMS);
  for (let i = 0; i < ITEMS; i++) {
    if (i !== 4) built.add(4, 20);
    for (let j = 10; j < ITEMS; j++) if (j !== i) built.add(j, j / ITEMS);
    built.endRow();
  }
  const weights = built.build();
  const measure = ({ rows, interactions }: ReturnType<typeof daily>) => {
    const split = splitInteractions(interactions, { seed: 1 });
    const { popularity, histories } = trainingSet(split.train, { items: ITEMS });
    const fitted = { weights, popularity, histories };
    return repeatMetrics(fitted, { rows, split, weighting: EQUAL_WEIGHTING, pool });
  };
  const found = (await measure(daily(LISTS)))!;
  assertEquals([found.users, found.share], [2, 0.5]);
  // The second user's item is new to them, and in both lists.
  assertAlmostEquals(found.with_seen.recall, 1);
  assertAlmostEquals(found.without_seen.recall, 0.5);
  assertEquals(
    found.says,
    "50 % of what users liked later was something that they had before. Of all they liked later, " +
      "lists of ten with include_seen hold 100 % on average, and lists of new items 50 %.",
  );
  assertEquals(await measure(daily([[0, 1, 2, 3, 4], [0, 1, 2, 3, 4]])), undefined);
  assertEquals(await measure(daily(LISTS, false)), undefined);
  pool.close();
});
