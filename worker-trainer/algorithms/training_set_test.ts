import { assert, assertEquals } from "@std/assert";
import { full } from "../../testing/matrices.ts";
import { interactionsOf } from "../../testing/datasets.ts";
import { productCost } from "../linalg/product.ts";
import {
  densityOf,
  longHistories,
  MAX_LEARNED_HISTORY,
  ratingsVary,
  rowsToKeep,
  timesVary,
  trainingSet,
} from "./training_set.ts";

const UNRATED = interactionsOf([[2, 0, 1], [1, 2]]);
const RATED = interactionsOf([[2, 0, 1], [1, 2]], [[5, 1, 4], [4, 4]]);

Deno.test("without ratings all interactions count, in the order of the history", () => {
  const set = trainingSet(UNRATED, { items: 4 });
  assertEquals(full(set.x, 4), [[1, 1, 1, 0], [0, 1, 1, 0]]);
  assertEquals(set.histories.columns, Uint32Array.of(2, 0, 1, 1, 2));
  assertEquals(set.histories.values, Float32Array.of(1, 1, 1, 1, 1));
  assertEquals(full(set.xt, 2), [[1, 0], [1, 1], [1, 1], [0, 0]]);
});

Deno.test("density is the share of known pairs", () => {
  const density = (items: number) => densityOf(trainingSet(UNRATED, { items }));
  assertEquals([100, 200, 1000].map(density), ["very dense", "dense", "sparse"]);
  assertEquals(densityOf(trainingSet(interactionsOf([]), { items: 3 })), "sparse");
});

Deno.test("items rated below the user's mean are not learned from, but stay seen", () => {
  const set = trainingSet(RATED, { items: 4 });
  assertEquals(full(set.x, 4), [[0, 1, 1, 0], [0, 1, 1, 0]]);
  assertEquals(set.histories.columns, Uint32Array.of(2, 0, 1, 1, 2));
  assertEquals(set.histories.values, Float32Array.of(1, 0, 1, 1, 1));
  assertEquals(set.popularity, Uint32Array.of(0, 2, 2, 0));
});

Deno.test("an interaction without a rating is liked", () => {
  const set = trainingSet(interactionsOf([[0, 1, 2]], [[NaN, 1, 2]]), {
    items: 3,
    weighting: { signal: "liked" },
  });
  assertEquals(set.histories.values, Float32Array.of(1, 0, 1));
});

Deno.test("weights apply to the matrix, and to histories only if negative", () => {
  const weights = Float32Array.of(2, -3, 1, 0, 0.5);
  const set = trainingSet({ ...UNRATED, weights }, { items: 4 });
  assertEquals(full(set.x, 4), [[0, 1, 2, 0], [0, 0, 0.5, 0]]);
  assertEquals(set.histories.values, Float32Array.of(1, -3, 1, 0, 1));
  assertEquals(set.popularity, Uint32Array.of(0, 1, 2, 0));
});

Deno.test("ratings vary only if they differ among some user's liked items", () => {
  assertEquals(ratingsVary(RATED), true);
  assertEquals(ratingsVary(interactionsOf([[0, 1], [2]], [[3, 3], [1]])), false);
  assertEquals(ratingsVary(interactionsOf([[0, 1]])), false);
  assertEquals(ratingsVary(interactionsOf([[0, 1, 2], [1]], [[0, 1, 1], [0]])), false);
});

Deno.test("rows keep all of a small catalogue, fewer of a large one, never below fifty", () => {
  assertEquals([1, 10, 2000, 10_000, 1e6].map(rowsToKeep), [50, 50, 2000, 400, 50]);
  // 6 million entries from 15,000 items to 26,000, 4 million from 40,000 on.
  assertEquals([15_000, 20_000, 30_000, 40_000, 50_000].map(rowsToKeep), [400, 300, 177, 100, 80]);
  for (let items = 1; items <= 120_000; items += 97) assert(items * rowsToKeep(items) <= 6e6);
});

Deno.test("valued weights by the rank among the user's own ratings, ties equally", () => {
  const rated = interactionsOf([[0, 1, 2, 3], [0, 1]], [[1, 3, 3, 5], [2, 2]]);
  const set = trainingSet(rated, { items: 4, weighting: { signal: "valued" } });
  assertEquals(set.histories.values, Float32Array.of(0, 1, 1, 1.75, 0, 0));
  assertEquals(full(set.x, 4)[0], [0.25, 1, 1, 1.75]);
});

Deno.test("a rejection does not decay", () => {
  const weights = Float32Array.of(-1, 1, 1);
  const timed = { ...interactionsOf([[3, 0, 1]]), weights, times: Float64Array.of(1, 2, 3) };
  const { histories } = trainingSet(timed, {
    items: 4,
    weighting: { signal: "liked", halfLife: 1 },
  });
  assertEquals(histories.values, Float32Array.of(-1, 1 / 2, 1));
});

Deno.test("older items decay in the history, not in the matrix", () => {
  const timed = { ...interactionsOf([[3, 0, 1, 2]]), times: Float64Array.of(10, 20, 20, 30) };
  const set = trainingSet(timed, { items: 4, weighting: { signal: "liked", halfLife: 1 } });
  assertEquals(set.histories.values, Float32Array.of(1 / 8, 1 / 2, 1 / 2, 1));
  assertEquals(full(set.x, 4), [[1, 1, 1, 1]]);
  assertEquals(timesVary(timed), true);
  assertEquals(timesVary({ ...timed, times: Float64Array.of(5, 5, 5, 5) }), false);
  assertEquals(timesVary(interactionsOf([[0, 1]])), false);
});

Deno.test("only the latest items of a very long history are learned from, all stay seen", () => {
  const items = 200_000;
  const all = Array.from({ length: items }, (_, i) => i);
  const interactions = interactionsOf([[3, 4], all, [4]]);
  const { x, xt, histories, popularity } = trainingSet(interactions, { items });
  assertEquals(x.offsets, Uint32Array.of(0, 2, 2 + MAX_LEARNED_HISTORY, 3 + MAX_LEARNED_HISTORY));
  assertEquals(
    x.columns.subarray(2, 4),
    Uint32Array.of(items - MAX_LEARNED_HISTORY, items - 4_999),
  );
  assertEquals([x.columns[1 + MAX_LEARNED_HISTORY], x.columns[2 + MAX_LEARNED_HISTORY]], [
    items - 1,
    4,
  ]);
  assertEquals(histories.columns.length, items + 3);
  assertEquals([popularity[3], popularity[4]], [2, 3]);
  // All pairs of it would cost 4e10.
  assertEquals(productCost(xt, x), MAX_LEARNED_HISTORY ** 2 + 2 * 2 + 1);
  assertEquals(longHistories(interactions), { users: 1, longest: items });
  assertEquals(longHistories(RATED), { users: 0, longest: 3 });
});
