import { assert, assertEquals } from "@std/assert";
import { interactionsOf } from "../../testing/datasets.ts";
import { trainingSet } from "../algorithms/training_set.ts";
import { RowPool } from "../threads/row_pool.ts";
import { emptyRows, RowsBuilder } from "../linalg/sparse_rows.ts";
import { coldItems, splitColdItems } from "./cold_items.ts";

/** 40 users of two tastes with ten of 100 items of their own parity. */
const LISTS = Array.from(
  { length: 40 },
  (_, user) => Array.from({ length: 10 }, (_, t) => (user % 2 + 2 * (user * 7 + t * 3)) % 100),
);
const interactions = interactionsOf(LISTS.map((list) => [...new Set(list)]));
const split = splitColdItems(interactions, { items: 100, described: 80, seed: 5 });

Deno.test("cold items lose all of their interactions, and all are described", () => {
  const taken = Array.from(split.cold.keys()).filter((item) => split.cold[item]);
  assert(taken.length > 2 && taken.length < 20 && taken.every((item) => item < 80));
  assert(split.train.items.every((item) => !split.cold[item]));
  assert(split.held.items.every((item) => split.cold[item]));
  const [all, kept] = [interactions.items.length, split.train.items.length];
  assertEquals(split.held.items.length, all - kept);
});

Deno.test("only liked interactions with cold items are found, by users who liked something", async () => {
  const rejected = { ...interactions, weights: interactions.weights.map(() => -1) };
  const none = splitColdItems(rejected, { items: 100, described: 80, seed: 5 });
  assertEquals(none.cold.some((isCold) => isCold > 0), false);
  const { popularity, histories } = trainingSet(split.train, { items: 100 });
  const fitted = { weights: emptyRows(100), popularity, histories };
  const options = { content: emptyRows(100), seed: 1, pool: new RowPool(1) };
  const all = (await coldItems(fitted, { split, ...options }))!;
  // Half of the users rejected what is held out.
  const { offsets } = split.held;
  const half = offsets[20];
  const weights = split.held.weights.map((weight, e) => e < half ? -weight : weight);
  const held = { ...split.held, weights };
  const figures = (await coldItems(fitted, { split: { ...split, held }, ...options }))!;
  assert(figures.users > 0 && figures.users < all.users);
});

Deno.test("content that predicts cold items ranks above uninformative content", async () => {
  const { popularity, histories } = trainingSet(split.train, { items: 100 });
  const built = new RowsBuilder(100);
  for (let i = 0; i < 100; i++) {
    for (let j = i % 2; j < 100; j += 2) if (j !== i) built.add(j, 1);
    built.endRow();
  }
  const fitted = { weights: built.build(), popularity, histories };
  const pool = new RowPool(1);
  const options = { content: emptyRows(100), seed: 1, pool };
  const figures = (await coldItems(fitted, { split, ...options }))!;
  assert(figures.ndcg > figures.popularity.ndcg, JSON.stringify(figures));
  assertEquals(figures.content, figures.popularity);
  assert(figures.ndcg_interval.low <= figures.ndcg && figures.ndcg <= figures.ndcg_interval.high);
  const empty = splitColdItems(interactionsOf([[0]]), { items: 1, described: 0, seed: 1 });
  assertEquals(await coldItems(fitted, { split: empty, ...options }), undefined);
});
