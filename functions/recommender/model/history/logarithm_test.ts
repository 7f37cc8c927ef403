import { assert, assertEquals } from "@std/assert";
import { seededRandom } from "../seeded_random.ts";
import { ln, ln1p } from "./logarithm.ts";

/** Difference of two numbers in units in the last place. */
function units(a: number, b: number): number {
  const bits = new BigInt64Array(Float64Array.of(a, b).buffer);
  return Math.abs(Number(bits[0] - bits[1]));
}

Deno.test("the logarithm is that of the platform to one unit in the last place", () => {
  const draw = seededRandom(1);
  let worst = 0;
  for (let i = 0; i < 20_000; i++) {
    const x = 1 + draw() * 2 ** (i % 128);
    worst = Math.max(worst, units(ln(x), Math.log(x)));
    const small = draw() * 2 ** (i % 160 - 120);
    assert(units(ln1p(small), Math.log1p(small)) <= 4, `ln1p(${small})`);
  }
  assert(worst <= 1, `${worst} units`);
});

Deno.test("the ends of the range", () => {
  assertEquals([ln(1), ln(2), ln(Infinity)], [0, Math.LN2, Infinity]);
  assertEquals([ln1p(0), ln1p(1e-300), ln1p(Infinity)], [0, 1e-300, Infinity]);
  assertEquals(ln(3.4028234663852886e38), Math.log(3.4028234663852886e38));
});
