import { assertEquals, assertRejects } from "@std/assert";
import { joined } from "./joined.ts";

Deno.test("calls of one turn share a batch, later ones the next, up to the maximum", async () => {
  const pieces: number[][] = [];
  const begun = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const double = joined(async (calls: number[]) => {
    pieces.push(calls);
    begun.resolve();
    await goOn.promise;
    return calls.map((call) => 2 * call);
  }, { atMost: 3 });
  const early = [1, 2].map(double);
  assertEquals(pieces, [], "work began within the turn of its call");
  await begun.promise;
  const late = [3, 4, 5, 6].map(double);
  goOn.resolve();
  assertEquals(await Promise.all([...early, ...late]), [2, 4, 6, 8, 10, 12]);
  assertEquals(pieces, [[1, 2], [3, 4, 5], [6]]);
});

Deno.test("a failure rejects only the calls of its batch", async () => {
  let fails = true;
  const work = joined((calls: string[]) => {
    if (!fails) return Promise.resolve(calls);
    fails = false;
    return Promise.reject(new Error("away"));
  }, { atMost: 2 });
  const [first, second, third] = ["a", "b", "c"].map(work);
  await Promise.all([first, second].map((one) => assertRejects(() => one, Error, "away")));
  assertEquals(await third, "c");
});

Deno.test("a hanging batch does not block the next, and still settles", async () => {
  const goOn = Promise.withResolvers<void>();
  const work = joined(async (calls: string[]) => {
    if (calls[0] === "hangs") await goOn.promise;
    return calls;
  }, { atMost: 1 });
  const hanging = work("hangs");
  assertEquals(await Promise.all(["a", "b"].map(work)), ["a", "b"]);
  goOn.resolve();
  assertEquals(await hanging, "hangs");
});
