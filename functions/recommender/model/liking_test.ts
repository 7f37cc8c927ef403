import { assertEquals } from "@std/assert";
import { type Liking, opinionBy, TAKEN_BACK } from "./liking.ts";

/** What each of a user's ratings says, which are all that the user gave. */
function opinions(liking: Liking, ratings: number[]): number[] {
  const own = { sum: ratings.reduce((sum, rating) => sum + rating, 0), count: ratings.length };
  return ratings.map(opinionBy(liking, own));
}

Deno.test("stars are liked from the user's own mean on, steadied by that of all", () => {
  const stars: Liking = { rule: "own_mean", mean: 3.5 };
  assertEquals(opinions(stars, [5, 4, 3, 2, 1]), [1, 1, 0, 0, 0]);
  // Who is generous or strict is read by what they give.
  assertEquals(opinions(stars, Array(20).fill([5, 4]).flat()).slice(0, 2), [1, 0]);
  assertEquals(opinions(stars, Array(20).fill([3, 1]).flat()).slice(0, 2), [1, 0]);
  // One value for everything, or one rating alone, is read by the scale.
  assertEquals(opinions(stars, [5, 5, 5]), [1, 1, 1]);
  assertEquals(opinions(stars, [1, 1, 1]), [0, 0, 0]);
  assertEquals([opinions(stars, [5]), opinions(stars, [1])], [[1], [0]]);
  // Equal ratings are never below their own mean by rounding.
  for (const rating of [0.1, 3.3, 4.7]) {
    assertEquals(opinions({ rule: "own_mean", mean: rating }, [rating, rating, rating]), [1, 1, 1]);
  }
});

Deno.test("below zero is a rejection by each rule that reads a scale", () => {
  assertEquals(opinions({ rule: "own_mean", mean: 1 }, [8, 1, -3]), [1, 0, -1]);
  assertEquals(opinions({ rule: "own_mean", mean: -5 }, [-4, -6]), [-1, -1]);
  assertEquals(opinions({ rule: "above_zero" }, [1, 0, -1]), [1, 0, -1]);
  assertEquals(opinions({ rule: "from", limit: 4 }, [5, 4, 3.5, -1]), [1, 1, 0, -1]);
});

Deno.test("amounts are all liked, by their logarithm beside the usual one", () => {
  const [usual, more, little, none, back] = opinions(
    { rule: "amount", usual: 100 },
    [100, 10_200, 1, 0, -2],
  );
  assertEquals([usual, more, none, back], [1, 2, 0, TAKEN_BACK]);
  assertEquals(little > 0 && little < 0.2, true);
});
