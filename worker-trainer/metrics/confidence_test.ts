import { assert, assertEquals } from "@std/assert";
import { seededRandom } from "../../functions/recommender/model/seeded_random.ts";
import { confidenceInterval, meanInterval } from "./confidence.ts";

Deno.test("the interval of coin tosses is that of the binomial distribution", () => {
  const tosses = Float64Array.from({ length: 400 }, (_, i) => i % 2);
  const { low, high } = confidenceInterval(tosses, seededRandom(2));
  // 0.5 ± 1.96 · √(0.25 / 400) = 0.5 ± 0.049
  assert(Math.abs(low - 0.451) < 0.01, String(low));
  assert(Math.abs(high - 0.549) < 0.01, String(high));
});

Deno.test("equal values have no width, no values yield 0, and a seed is reproducible", () => {
  assertEquals(confidenceInterval(new Float64Array(9).fill(0.25), seededRandom(1)), {
    low: 0.25,
    high: 0.25,
  });
  assertEquals(confidenceInterval(new Float64Array(0), seededRandom(1)), { low: 0, high: 0 });
  const values = Float64Array.of(0, 1, 3, 7);
  assertEquals(
    confidenceInterval(values, seededRandom(4)),
    confidenceInterval(values, seededRandom(4)),
  );
});

Deno.test("the interval by the standard error agrees with the bootstrap", () => {
  const values = Float64Array.from({ length: 400 }, (_, i) => i % 5 / 4);
  const [sum, squares] = values.reduce(([s, q], x) => [s + x, q + x * x], [0, 0]);
  const [plain, drawn] = [
    meanInterval(sum, squares, 400),
    confidenceInterval(values, seededRandom(3)),
  ];
  assert(Math.abs(plain.low - drawn.low) < 0.01, JSON.stringify([plain, drawn]));
  assert(Math.abs(plain.high - drawn.high) < 0.01, JSON.stringify([plain, drawn]));
  assertEquals(meanInterval(1, 1, 1), { low: 1, high: 1 });
  assertEquals(meanInterval(0, 0, 9), { low: 0, high: 0 });
});
