import { assert, assertEquals } from "@std/assert";
import { DistinctCounter, hashOf, HashSet, pairHash } from "./hashes.ts";

Deno.test("half a million texts, and pairs of them, have distinct hashes", () => {
  const set = new HashSet();
  const pairs = new HashSet();
  for (let i = 0; i < 500_000; i++) {
    set.add(hashOf(`u${i}`));
    pairs.add(pairHash(hashOf(`u${i % 1000}`), hashOf(`i${Math.floor(i / 1000)}`)));
  }
  assertEquals([set.size, pairs.size], [500_000, 500_000]);
  assertEquals([set.has(hashOf("u7")), set.has(hashOf("v7")), set.add(hashOf("u7"))], [
    true,
    false,
    false,
  ]);
  assert(pairHash(1, 2) !== pairHash(2, 1));
  assertEquals([hashOf(""), hashOf("José")].every(Number.isSafeInteger), true);
});

Deno.test("up to a million are counted exactly, more within half a percent", () => {
  const few = new DistinctCounter();
  for (let i = 0; i < 100_000; i++) few.add(hashOf(String(i % 5_000)));
  assertEquals([few.count, few.isExact], [5_000, true]);
  const many = new DistinctCounter();
  for (let i = 0; i < 3_000_000; i++) many.add(hashOf(`item ${i}`));
  assertEquals(many.isExact, false);
  assert(Math.abs(many.count / 3e6 - 1) < .005, `${many.count}`);
});
