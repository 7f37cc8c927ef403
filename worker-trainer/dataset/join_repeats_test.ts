import { assertEquals } from "@std/assert";
import { WITHDRAWN } from "../../functions/recommender/model/history/liking.ts";
import { joinRepeats, orderHistories } from "./join_repeats.ts";

/** Returns the weight of an entry joined from rows of these weights, at these times if given. */
function joined(weights: number[], times = weights.map(() => NaN)): number {
  const rows = {
    user: new Uint32Array(weights.length),
    item: new Uint32Array(weights.length),
    rating: new Float32Array(weights.length).fill(NaN),
    time: Float64Array.from(times),
    weight: Float32Array.from(weights),
  };
  const { weights: [weight] } = joinRepeats(rows, orderHistories(rows, 1), { items: 1 });
  return weight;
}

Deno.test("only entries with a positive weight are combined", () => {
  assertEquals(joined([1, 0, 1]), joined([1, 1]));
  assertEquals(joined([0, 0]), 0);
  assertEquals(joined([5, 0]), 5);
});

Deno.test("the latest rejection holds until a later positive event", () => {
  assertEquals(joined([5, 3, -1]), -1);
  assertEquals(joined([5, -2, 0]), -2);
  assertEquals(joined([5, -1, 3]), 3);
  assertEquals(joined([-3, -1]), -1);
  // By time, if there are times, whatever the order in the file.
  assertEquals(joined([-1, 5], [20, 10]), -1);
  assertEquals(joined([5, -1], [20, 10]), 5);
});

Deno.test("a withdrawal removes all earlier events", () => {
  assertEquals(joined([5, WITHDRAWN]), 0);
  assertEquals(joined([-1, WITHDRAWN]), 0);
  assertEquals(joined([5, WITHDRAWN, 1]), 1);
  assertEquals(joined([WITHDRAWN, 3]), 3);
});
