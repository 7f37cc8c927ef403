import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { rowScratch } from "./row_scratch.ts";

Deno.test("a thread's scratch is reallocated only for a wider row", () => {
  const narrow = rowScratch(10);
  assertStrictEquals(rowScratch(7), narrow);
  const wide = rowScratch(100_000);
  assert(wide.values.length >= 100_000);
  assertEquals(wide.indices.length, wide.values.length);
  assertEquals(wide.values.buffer, wide.memory.buffer);
  assertStrictEquals(rowScratch(10), wide);
});
