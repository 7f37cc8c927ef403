import { assert, assertEquals } from "@std/assert";
import { chance } from "../linalg/matrices_for_tests.ts";
import { confidenceInterval } from "./confidence.ts";

Deno.test("the interval of coin tosses is that of the binomial distribution", () => {
  const tosses = Float64Array.from({ length: 400 }, (_, i) => i % 2);
  const { low, high } = confidenceInterval(tosses, chance(2));
  // 0.5 ± 1.96 · √(0.25 / 400) = 0.5 ± 0.049
  assert(Math.abs(low - 0.451) < 0.01, String(low));
  assert(Math.abs(high - 0.549) < 0.01, String(high));
});

Deno.test("equal values have no width, none at all are 0, and a seed repeats itself", () => {
  assertEquals(confidenceInterval(new Float64Array(9).fill(0.25), chance()), {
    low: 0.25,
    high: 0.25,
  });
  assertEquals(confidenceInterval(new Float64Array(0), chance()), { low: 0, high: 0 });
  const values = Float64Array.of(0, 1, 3, 7);
  assertEquals(confidenceInterval(values, chance(4)), confidenceInterval(values, chance(4)));
});
