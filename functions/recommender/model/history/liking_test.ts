import { assertEquals } from "@std/assert";
import { type Liking, opinionBy, TAKEN_BACK } from "./liking.ts";

/** Returns the weight of each rating of a user who gave exactly these ratings. */
function opinions(liking: Liking, ratings: number[]): number[] {
  const own = { sum: ratings.reduce((sum, rating) => sum + rating, 0), count: ratings.length };
  return ratings.map(opinionBy(liking, own));
}

Deno.test("stars are liked from the user's own mean, shrunk towards the global mean", () => {
  const stars: Liking = { rule: "own_mean", mean: 3.5 };
  assertEquals(opinions(stars, [5, 4, 3, 2, 1]), [1, 1, 0, 0, 0]);
  // Generous and strict users are read by their own mean.
  assertEquals(opinions(stars, Array(20).fill([5, 4]).flat()).slice(0, 2), [1, 0]);
  assertEquals(opinions(stars, Array(20).fill([3, 1]).flat()).slice(0, 2), [1, 0]);
  // Users with one rating, or with the same rating for everything, are read by the common scale.
  assertEquals(opinions(stars, [5, 5, 5]), [1, 1, 1]);
  assertEquals(opinions(stars, [1, 1, 1]), [0, 0, 0]);
  assertEquals([opinions(stars, [5]), opinions(stars, [1])], [[1], [0]]);
  // Rounding never puts equal ratings below their own mean.
  for (const rating of [0.1, 3.3, 4.7]) {
    assertEquals(opinions({ rule: "own_mean", mean: rating }, [rating, rating, rating]), [1, 1, 1]);
  }
});

Deno.test("negative ratings are rejections by each rule for scales, and without ratings", () => {
  assertEquals(opinions({ rule: "all" }, [-1]), [-1]);
  assertEquals(opinions({ rule: "all" }, [-1, 5, 0]), [-1, 1, 0]);
  assertEquals(opinions({ rule: "own_mean", mean: 1 }, [8, 1, -3]), [1, 0, -1]);
  assertEquals(opinions({ rule: "own_mean", mean: -5 }, [-4, -6]), [-1, -1]);
  assertEquals(opinions({ rule: "above_zero" }, [1, 0, -1]), [1, 0, -1]);
  assertEquals(opinions({ rule: "from", limit: 4 }, [5, 4, 3.5, -1]), [1, 1, 0, -1]);
});

Deno.test("amounts are all liked, by their logarithm relative to the median's", () => {
  const [usual, more, little, none, back] = opinions(
    { rule: "amount", usual: 100 },
    [100, 10_200, 1, 0, -2],
  );
  assertEquals([usual, more, none, back], [1, 2, 0, TAKEN_BACK]);
  assertEquals(little > 0 && little < 0.2, true);
});
