import { assertAlmostEquals, assertEquals } from "@std/assert";
import { TAKEN_BACK } from "../../functions/recommender/model/history/liking.ts";
import { orderHistories, type Rows } from "./join_repeats.ts";
import { decideLiking, type LikingOptions, weighByRatings } from "./liking.ts";

/** Returns rows of users with one item for each of their ratings. */
function rowsOf(ratings: number[][], weights = ratings.flat().map(() => 1)): Rows {
  return {
    user: Uint32Array.from(ratings.flatMap((own, user) => own.map(() => user))),
    item: Uint32Array.from(ratings.flatMap((own) => own.map((_, item) => item))),
    rating: Float32Array.from(ratings.flat()),
    time: new Float64Array(ratings.flat().length).fill(NaN),
    weight: Float32Array.from(weights),
  };
}

const ruleOf = (ratings: number[], options?: LikingOptions) =>
  decideLiking(rowsOf([ratings]), options).rule;
const times = (count: number, rating: number) => Array<number>(count).fill(rating);

Deno.test("the values decide how ratings are read", () => {
  assertEquals(ruleOf([]), "all");
  assertEquals(ruleOf([NaN, NaN]), "all");
  assertEquals(ruleOf(times(9, 3)), "all");
  assertEquals(ruleOf(times(9, 0)), "all");
  assertEquals(ruleOf([...times(90, 0), 1]), "above_zero");
  assertEquals(ruleOf([1, -1, 1]), "above_zero");
  assertEquals(ruleOf([1, 2, 3, 4, 5, 4, 4]), "own_mean");
  assertEquals(ruleOf([0.5, 4.5, 3, 3.5]), "own_mean");
  assertEquals(ruleOf([1, 10, 7, 8, 9, NaN]), "own_mean");
  assertEquals(ruleOf([100, 20, 70, 80]), "own_mean");
  // Many low stars are not amounts, if the others are at the upper end.
  assertEquals(ruleOf([...times(30, 1), ...times(10, 5)]), "own_mean");
  assertEquals(ruleOf([...times(60, 1), 10, 9]), "own_mean");
  assertEquals(ruleOf([3, 350_000, 12, 260]), "amount");
  assertEquals(ruleOf([...times(80, 1), ...times(15, 2), 3, 4, 4, 12]), "amount");
  assertEquals(ruleOf([1, 2, 3, 4, 5], { from: 4 }), "from");
});

Deno.test("stars are compared with the user's mean, and the most common limit is reported", () => {
  const rows = rowsOf([[5, 4, 2, 1], [4, 5, 1, 2], [3, 3, 1, 1]]);
  const liking = weighByRatings(rows, decideLiking(rows), orderHistories(rows, 3));
  assertEquals(liking, {
    rule: "own_mean",
    mean: 32 / 12,
    scale: { least: 1, most: 5 },
    limit: 3,
  });
  assertEquals([...rows.weight], [1, 1, NaN, NaN, 1, 1, NaN, NaN, 1, 1, NaN, NaN]);
});

Deno.test("0 of 0 and 1 has no weight, −1 rejects, and a lower event weight takes precedence", () => {
  const clicks = rowsOf([[1, 0]], [5, 5]);
  weighByRatings(clicks, decideLiking(clicks), orderHistories(clicks, 1));
  assertEquals([...clicks.weight], [5, 0]);
  const thumbs = rowsOf([[1, -1, 1, 1]], [3, 3, -2, 0]);
  weighByRatings(thumbs, decideLiking(thumbs), orderHistories(thumbs, 1));
  assertEquals([...thumbs.weight], [3, -1, -2, 0]);
});

Deno.test("amounts weigh by their logarithm, and a negative amount is a return", () => {
  const rows = rowsOf([[100, 100, 100, 10_200, -5, NaN]]);
  weighByRatings(rows, decideLiking(rows), orderHistories(rows, 1));
  const [usual, , , more, back, unsaid] = rows.weight;
  assertEquals([usual, back, unsaid], [1, Math.fround(TAKEN_BACK), 1]);
  assertAlmostEquals(more, 2, 1e-6);
});

Deno.test("a configured limit replaces the detected one", () => {
  const rows = rowsOf([[5, 4, 3, -1]]);
  assertEquals(weighByRatings(rows, decideLiking(rows, { from: 4 }), orderHistories(rows, 1)), {
    rule: "from",
    limit: 4,
  });
  assertEquals([...rows.weight], [1, 1, NaN, -1]);
});

Deno.test("a column's name decides between amounts and a scale, in any range", () => {
  const rows = rowsOf([[1, 2, 1, -1, 0]]);
  const liking = weighByRatings(
    rows,
    decideLiking(rows, { kind: "amount" }),
    orderHistories(rows, 1),
  );
  assertEquals(liking, { rule: "amount", usual: 1 });
  const [one, two, , back, none] = rows.weight;
  assertEquals([one, back, none], [1, Math.fround(TAKEN_BACK), 0]);
  assertAlmostEquals(two, Math.log(3) / Math.log(2), 1e-6);
  assertEquals(ruleOf([1, 1, 2, 5, -1], { kind: "amount" }), "amount");
  const lowScores = [...times(80, 1.2), ...times(15, 12.5), 40, 40, 60, 95];
  assertEquals(ruleOf(lowScores), "amount");
  assertEquals(ruleOf(lowScores, { kind: "scale" }), "own_mean");
});

Deno.test("single wrong values among stars do not turn them into amounts, nor move the mean", () => {
  const stars = [1, 2, 3, 4, 5].flatMap((value) => times(320, value));
  for (const wrong of [101, 999, -999]) {
    const liking = decideLiking(rowsOf([[...stars, wrong]]));
    assertEquals(liking.rule, "own_mean");
    if (liking.rule !== "own_mean") continue;
    assertEquals(liking.scale, { least: 1, most: 5 });
    assertAlmostEquals(liking.mean, 3, 0.01);
  }
  const decimals = [1.25, 2.25, 3.25, 4.75].flatMap((value) => times(400, value));
  assertEquals(decideLiking(rowsOf([[...decimals, 999]])), {
    rule: "own_mean",
    mean: (400 * (1.25 + 2.25 + 3.25 + 4.75) + 4.75) / 1601,
    scale: { least: 1.25, most: 4.75 },
  });
});

Deno.test("mostly low stars stay a scale, and 2 of 5 is not liked for a low mean", () => {
  for (const low of [[...times(80, 1), ...times(15, 2), 3, 4, 5], [...times(9, 1), 2, 2, 3, 5]]) {
    assertEquals(ruleOf(low), "own_mean");
  }
  const rows = rowsOf([[5, 4, 2, ...times(8, 1)], [4, 5, 2, 2, ...times(8, 1)], [
    3,
    ...times(9, 1),
  ]]);
  const liking = weighByRatings(rows, decideLiking(rows), orderHistories(rows, 3));
  assertEquals(liking.rule === "own_mean" && liking.limit, 3);
  const liked = [...rows.weight].map((weight, row) => weight > 0 ? rows.rating[row] : 0);
  assertEquals(liked.filter((rating) => rating > 0), [5, 4, 4, 5, 3]);
});
