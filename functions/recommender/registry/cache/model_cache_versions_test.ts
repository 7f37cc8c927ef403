import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import {
  movingRegistry,
  rewriteUsers,
  withoutAnn,
} from "../../../../testing/models/moving_registry.ts";
import { until } from "../../../../testing/until.ts";
import { modelBytes } from "../../model/artifact/artifact.ts";
import { exampleModel } from "../../../../testing/example_model.ts";
import { stringCount } from "../../model/string_table.ts";
import { modelCache } from "./model_cache.ts";
import { RegistryMissingError, RegistryUnavailableError } from "../registry.ts";

Deno.test("two versions of a model are served at once, each loaded once", async () => {
  const { registry, state, put } = movingRegistry();
  await put("a", "1");
  await put("a", "2");
  const cache = modelCache(registry, { pollMs: 10 });
  const served = await Promise.all([
    cache.champion("a"),
    cache.version({ name: "a", version: "1", part: "all" }),
    cache.version({ name: "a", version: "2", part: "all" }),
    cache.champion("a"),
  ]);
  assertEquals(served.map((model) => model!.version), ["2", "1", "2", "2"]);
  assertEquals(served.map((model) => model!.stale), [false, false, false, false]);
  assertEquals(served[1]!.model.manifest.algorithm, "a 1");
  assertStrictEquals(served[0]!.model, served[2]!.model, "a version is in memory once");
  assertEquals(cache.bytes(), modelBytes(served[0]!.model) + modelBytes(served[1]!.model));
  assertEquals(state.reads.length, 6, "three files of each");
  const known = cache.version({ name: "a", version: "1", part: "public" });
  assertEquals((await known).model.users, undefined);
  cache.close();
});

Deno.test("a promotion reloads nothing that is in memory, and the next request sees it", async () => {
  const { registry, state, put, champions } = movingRegistry();
  await put("a", "1");
  await put("a", "2");
  champions.set("a", "1");
  const cache = modelCache(registry, { pollMs: 60_000 });
  const before = (await cache.champion("a"))!;
  const other = await cache.version({ name: "a", version: "2", part: "all" });
  state.reads.length = 0;
  champions.set("a", "2");
  assertEquals((await cache.champion("a"))!.version, "1", "nothing is looked up");
  cache.aliasMoved("a");
  const after = (await cache.champion("a"))!;
  assertEquals([after.version, after.stale], ["2", false]);
  assertStrictEquals(after.model, other.model);
  assertEquals(state.reads, []);
  assertEquals(cache.bytes(), modelBytes(after.model), "the old champion is dropped");
  assertEquals(before.version, "1");
  cache.close();
});

Deno.test("an old champion stays in memory while requests ask for that version", async () => {
  const { registry, state, put } = movingRegistry();
  await put("a", "1");
  let time = 0;
  const cache = modelCache(registry, { pollMs: 1_000, idleMs: 5_000, now: () => time });
  await cache.champion("a");
  const kept = { name: "a", version: "1", part: "all" } as const;
  await cache.version(kept);
  await put("a", "2");
  cache.aliasMoved("a");
  await cache.champion("a");
  state.reads.length = 0;
  assertEquals((await cache.version(kept)).model.manifest.algorithm, "a 1");
  assertEquals(state.reads, []);

  time = 9_000;
  await put("a", "3");
  cache.aliasMoved("a");
  const { model } = (await cache.champion("a"))!;
  assertEquals(cache.bytes(), 2 * modelBytes(model), "1 is kept, 2 is not");
  for (const version of ["1", "4"]) {
    await put("a", version);
    cache.aliasMoved("a");
    await cache.champion("a");
    assertEquals(cache.bytes(), modelBytes(model), "no request has asked for 1 of late");
  }
  cache.close();
});

Deno.test("a cached version is loaded again after its users were rewritten", async () => {
  const { registry, put, artifacts } = movingRegistry();
  await put("a", "1", exampleModel("COLLABORATIVE"));
  await put("a", "2");
  const cache = modelCache(registry, { pollMs: 10 });
  const kept = { name: "a", version: "1", part: "all" } as const;
  const before = await cache.version(kept);
  const champion = (await cache.champion("a"))!;
  await rewriteUsers(artifacts.get("a/1")!, withoutAnn());
  const after = await until(async () => {
    const { model, stale } = await cache.version(kept);
    return stringCount(model.users!.ids) === 2 && !stale && model;
  });
  assertStrictEquals(after.weights, before.model.weights);
  assertStrictEquals((await cache.champion("a"))!.model, champion.model);
  cache.close();

  const unpolled = modelCache(registry, { pollMs: 60_000 });
  await put("a", "1", exampleModel("COLLABORATIVE"));
  assertEquals(stringCount((await unpolled.version(kept)).model.users!.ids), 3);
  await rewriteUsers(artifacts.get("a/1")!, withoutAnn());
  await unpolled.renew("b");
  assertEquals(stringCount((await unpolled.version(kept)).model.users!.ids), 3);
  await unpolled.renew("a");
  assertEquals(stringCount((await unpolled.version(kept)).model.users!.ids), 2);
  unpolled.close();
});

Deno.test("while the registry is unavailable the last known versions serve as stale", async () => {
  const { registry, state, put } = movingRegistry();
  await put("a", "1");
  await put("a", "2");
  let time = 0;
  const cache = modelCache(registry, { pollMs: 1_000, timers: false, now: () => time });
  const kept = { name: "a", version: "1", part: "all" } as const;
  await cache.version(kept);
  await cache.champion("a");
  state.away = true;
  time = 60_000;
  const served = [await cache.champion("a"), await cache.version(kept)];
  assertEquals(served.map((model) => [model!.version, model!.stale]), [["2", true], ["1", true]]);
  await assertRejects(
    () => cache.version({ ...kept, version: "3" }),
    RegistryUnavailableError,
  );
  cache.aliasMoved("a");
  assertEquals((await cache.champion("a"))!.stale, true);
  state.away = false;
  time = 120_000;
  assertEquals((await cache.champion("a"))!.stale, false);
  assertEquals((await cache.version(kept)).stale, false);
  cache.close();
});

Deno.test("a deleted version no longer serves, and an unknown version is an error", async () => {
  const { registry, put, artifacts } = movingRegistry();
  await put("a", "1");
  const cache = modelCache(registry, { pollMs: 60_000 });
  const kept = { name: "a", version: "1", part: "all" } as const;
  await cache.version(kept);
  artifacts.delete("a/1");
  await assertRejects(() => cache.renew("a"), RegistryMissingError);
  await assertRejects(() => cache.version(kept), RegistryMissingError);
  assertEquals(cache.bytes(), 0);
  cache.close();
});
