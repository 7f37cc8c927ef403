import { assert, assertEquals } from "@std/assert";
import { pathOf, scaled, ticksTo } from "./scale.ts";

Deno.test("ticks are round, begin at 0 and exceed the largest value", () => {
  assertEquals(ticksTo(.454), [0, .2, .4, .6]);
  assertEquals(ticksTo(1), [0, .25, .5, .75, 1]);
  assertEquals(ticksTo(0), [0, 1]);
  for (const largest of [1e-6, .013, .2, .99, 3, 47, 1e5]) {
    const ticks = ticksTo(largest);
    assert(ticks.at(-1)! >= largest * (1 - 1e-9) && ticks.length <= 6, `${largest}: ${ticks}`);
  }
});

Deno.test("values have the right position, also on a vertical axis", () => {
  const y = scaled([0, 2], [100, 0]);
  assertEquals([y(0), y(1), y(2)], [100, 50, 0]);
  assertEquals(pathOf([[0, y(0)], [10, y(2)]]), "M0.0 100.0L10.0 0.0");
});
