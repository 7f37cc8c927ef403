import { assertEquals, assertRejects } from "@std/assert";
import { Memory } from "./memory.ts";

Deno.test("a result is cached for a short time, as of the time of its query", async () => {
  let [time, asked] = [0, 0];
  const memory = new Memory<number>({ ms: 10, room: 2, now: () => time });
  const by = {};
  const look = (key: string) => memory.of(key, { by, find: () => Promise.resolve(++asked) });
  assertEquals([await look("a"), await look("a"), await look("b")], [1, 1, 2]);
  time = 9;
  assertEquals(await look("a"), 1);
  time = 10;
  assertEquals(await look("a"), 3);
  memory.forget("a");
  assertEquals(await look("a"), 4);
  // The capacity is two; the oldest entry is evicted.
  assertEquals([await look("c"), await look("a"), await look("b")], [5, 4, 6]);
});

Deno.test("a running look-up is shared by callers of the same connection", async () => {
  const memory = new Memory<string>({ ms: 10, room: 10, now: () => 0 });
  const [mine, others] = [{}, {}];
  const first = Promise.withResolvers<string>();
  const one = memory.of("a", { by: mine, find: () => first.promise });
  const two = memory.of("a", { by: mine, find: () => Promise.resolve("never asked") });
  const theirs = memory.of("a", { by: others, find: () => Promise.resolve("their own") });
  assertEquals(await theirs, "their own");
  // A look-up that started earlier does not replace a newer result.
  first.resolve("the first");
  assertEquals([await one, await two], ["the first", "the first"]);
  const later = memory.of("a", { by: mine, find: () => Promise.resolve("never asked") });
  assertEquals(await later, "their own");
});

Deno.test("failures, excluded results and results invalidated during the query are not cached", async () => {
  const memory = new Memory<number>({ ms: 10, room: 10, now: () => 0, holds: (n) => n > 0 });
  const look = (find: () => Promise<number>) => memory.of("a", { by: memory, find });
  const ask = (n: number) => look(() => Promise.resolve(n));
  await assertRejects(() => look(() => Promise.reject(new Error("away"))), Error, "away");
  assertEquals([await ask(0), await ask(-1)], [0, -1]);
  const slow = Promise.withResolvers<number>();
  const old = look(() => slow.promise);
  memory.forget("a");
  slow.resolve(1);
  assertEquals([await old, await ask(2), await ask(3)], [1, 2, 2]);
});
