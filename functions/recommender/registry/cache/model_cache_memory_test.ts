import { assert, assertEquals, assertRejects } from "@std/assert";
import { modelOf, movingRegistry } from "../../../../testing/models/moving_registry.ts";
import { until } from "../../../../testing/until.ts";
import { MODEL, ModelTooLargeError } from "../../model/artifact/artifact.ts";
import { modelCache } from "./model_cache.ts";

Deno.test("above its limit the cache evicts the least recently used model", async () => {
  const { registry, state, put } = movingRegistry();
  for (const name of ["a", "b", "c"]) await put(name, "1", modelOf(name, 10_000));
  const cache = modelCache(registry, { bytes: 25_000 });
  for (const name of ["a", "b", "a", "c"]) await cache.champion(name);
  assert(cache.bytes() <= 25_000);
  state.reads.length = 0;
  await cache.champion("a");
  await cache.champion("c");
  assertEquals(state.reads, [], "both are still here");
  await cache.champion("b");
  assertEquals(state.reads.length, 3, "it was dropped");
  const small = modelCache(registry, { bytes: 1 });
  assertEquals((await small.champion("a"))!.version, "1", "one larger than the room serves alone");
  cache.close();
  small.close();
});

Deno.test("if memory is short, the old version is evicted before the new one is loaded", async () => {
  const { registry, state, put } = movingRegistry();
  await put("a", "1");
  const cache = modelCache(registry, { pollMs: 10, dropFirst: true, bytes: 10 });
  await cache.champion("a");
  const held: number[] = [];
  const read = registry.read;
  registry.read = (...asked) => (held.push(cache.bytes()), read(...asked));
  const before = cache.bytes();
  await put("a", "2");
  await until(() => state.reads.includes("a/2/data/users.safetensors"));
  assertEquals(held, [before, 0, 0, 0], "its size is asked for first");
  assertEquals((await cache.champion("a"))!.version, "2");
  cache.close();
});

Deno.test("if memory is short, another model is evicted before a load, not after it", async () => {
  const { registry, put } = movingRegistry();
  await put("a", "1", modelOf("a", 1000));
  await put("b", "1", modelOf("b", 1000));
  const cache = modelCache(registry, { dropFirst: true, bytes: 1500 });
  await cache.champion("a");
  const held: number[] = [];
  const read = registry.read;
  registry.read = (...asked) => (held.push(cache.bytes()), read(...asked));
  await cache.champion("b");
  assert(held[0] > 1000);
  assertEquals(held.slice(1), [0, 0, 0]);
  cache.close();
});

Deno.test("a model that is too large is rejected unread, and the last good version keeps serving", async () => {
  const { registry, state, put } = movingRegistry();
  await put("a", "1");
  const cache = modelCache(registry, { pollMs: 10, dropFirst: true, bytes: 10, mostBytes: 4000 });
  await cache.champion("a");
  await put("a", "2", modelOf("a 2", 4000));
  await until(async () => (await cache.champion("a"))!.stale);
  assertEquals((await cache.champion("a"))!.version, "1");
  await put("b", "1", modelOf("b", 4000));
  await assertRejects(() => cache.champion("b"), ModelTooLargeError);
  const unread = ["a/2", "b/1"].map((version) => `${version}/data/manifest.json`);
  assert(!state.reads.some((read) => unread.includes(read)));
  await put("b", "2");
  assertEquals((await cache.champion("b"))!.version, "2");
  cache.close();
});

Deno.test("if two versions fit, the last good one keeps serving when the new one is broken", async () => {
  const { registry, put, artifacts } = movingRegistry();
  await put("a", "1");
  const cache = modelCache(registry, { pollMs: 10, dropFirst: true });
  await cache.champion("a");
  await put("a", "2");
  artifacts.get("a/2")![MODEL][9] ^= 1;
  await until(async () => (await cache.champion("a"))!.stale);
  assertEquals((await cache.champion("a"))!.version, "1");
  cache.close();
});

Deno.test("versions share the memory, and the least recently used is evicted first", async () => {
  const { registry, state, put } = movingRegistry();
  for (const version of ["1", "2", "3"]) await put("a", version, modelOf(version, 10_000));
  const cache = modelCache(registry, { bytes: 25_000 });
  const version = (version: string) => cache.version({ name: "a", version, part: "all" });
  for (const asked of ["1", "2", "1", "3"]) await version(asked);
  assert(cache.bytes() <= 25_000);
  state.reads.length = 0;
  await version("1");
  await cache.champion("a");
  assertEquals(state.reads, [], "1 and 3 are still here");
  await version("2");
  assertEquals(state.reads.length, 3, "2 was dropped");
  cache.close();
});
