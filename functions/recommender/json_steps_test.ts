import { assert, assertEquals, assertThrows } from "@std/assert";
import { jsonSteps } from "./json_steps.ts";
import { finished } from "./model/steps.ts";
import { SLICE_UNITS } from "./model/work.ts";

Deno.test("a value in steps has the text that JSON.stringify writes, and no step is long", () => {
  const part = { from: "history", item_id: 'é"', score: 0.1 };
  const few = (count: number) => Array.from({ length: count }, (_, i) => ({ ...part, i }));
  for (
    const value of [
      null,
      7,
      [],
      {},
      { a: undefined, b: [] },
      { list: few(10), fallback: "popular" },
      { list: few(10_000), after: [[1], [2]], text: "x" },
      few(300).map((one) => ({ ...one, parts: few(50) })),
      [few(5_000), few(1), undefined, few(2_000)],
    ]
  ) {
    const steps = jsonSteps(value, { left: 1e9 });
    for (;;) {
      const { done, value: units } = steps.next();
      if (done) {
        assertEquals(units, JSON.stringify(value));
        break;
      }
      assert(units <= SLICE_UNITS, `${units} units`);
    }
  }
  assertThrows(() => finished(jsonSteps(few(1_000), { left: 1_000 })), Error, "exceeds the limit");
});
