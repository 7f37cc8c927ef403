import { assertEquals, assertRejects } from "@std/assert";
import { joined } from "./joined.ts";

Deno.test("what comes during a piece of work goes together into the next, and no more than allowed", async () => {
  const pieces: number[][] = [];
  const double = joined(async (calls: number[]) => {
    pieces.push(calls);
    await Promise.resolve();
    return calls.map((call) => 2 * call);
  }, { atMost: 3 });
  const answers = await Promise.all([1, 2, 3, 4, 5].map(double));
  assertEquals(answers, [2, 4, 6, 8, 10]);
  assertEquals(pieces, [[1], [2, 3, 4], [5]]);
});

Deno.test("a failure is met by the calls of its piece alone", async () => {
  let fails = true;
  const work = joined((calls: string[]) => {
    if (!fails) return Promise.resolve(calls);
    fails = false;
    return Promise.reject(new Error("away"));
  }, { atMost: 10 });
  const first = work("a");
  const second = work("b");
  await assertRejects(() => first, Error, "away");
  assertEquals(await second, "b");
});
