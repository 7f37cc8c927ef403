import { assertAlmostEquals, assertEquals } from "@std/assert";
import { wilson } from "./wilson.ts";

Deno.test("the interval is that of Wilson's score", () => {
  // As R's prop.test(10, 100, correct = FALSE) and prop.test(0, 10, correct = FALSE).
  const tenth = wilson(10, 100)!;
  assertAlmostEquals(tenth.low, 0.05522914, 1e-7);
  assertAlmostEquals(tenth.high, 0.1743657, 1e-7);
  const none = wilson(0, 10)!;
  assertEquals([none.rate, none.low], [0, 0]);
  assertAlmostEquals(none.high, 0.2775328, 1e-7);
  assertEquals(wilson(0, 0), null);
  assertEquals(wilson(3, 2)!.rate, 1);
  assertEquals(wilson(3, 2)!.high, 1);
});
