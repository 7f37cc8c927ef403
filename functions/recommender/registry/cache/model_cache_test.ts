import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import {
  movingRegistry,
  rewriteUsers,
  withoutAnn,
} from "../../../../testing/models/moving_registry.ts";
import { until } from "../../../../testing/until.ts";
import {
  FileMismatchError,
  MANIFEST,
  MODEL,
  modelBytes,
  USERS,
} from "../../model/artifact/artifact.ts";
import { exampleModel } from "../../../../testing/example_model.ts";
import { stringAt, stringCount } from "../../model/string_table.ts";
import { modelCache } from "./model_cache.ts";
import { type Registry, RegistryMissingError, RegistryUnavailableError } from "../registry.ts";

Deno.test("concurrent callers share one load", async () => {
  const { registry, state, put } = movingRegistry();
  await put("a", "1");
  const cache = modelCache(registry);
  const champions = await Promise.all(Array.from({ length: 20 }, () => cache.champion("a")));
  assertEquals(
    state.reads,
    ["manifest.json", "model.safetensors", "users.safetensors"]
      .map((file) => `a/1/data/${file}`),
  );
  assertEquals(champions[0]!.version, "1");
  assertEquals(champions[0]!.stale, false);
  assert(champions.every((c) => c!.model === champions[0]!.model));
  cache.close();
});

Deno.test("a model without a champion is null, until it has one", async () => {
  const { registry, put } = movingRegistry();
  const cache = modelCache(registry);
  assertEquals(await cache.champion("a"), null);
  await put("a", "1");
  assertEquals((await cache.champion("a"))!.version, "1");
  cache.close();
});

Deno.test("the alias is polled in the background, and no request waits for it", async () => {
  const { registry, state, put, champions } = movingRegistry();
  await put("a", "1");
  const cache = modelCache(registry, { pollMs: 10 });
  await cache.champion("a");
  await put("a", "2");
  await until(() => state.reads.includes("a/2/data/users.safetensors"));
  await until(async () => (await cache.champion("a"))!.version === "2");
  assertEquals(
    cache.bytes(),
    modelBytes((await cache.champion("a"))!.model),
    "the old one is gone",
  );
  champions.set("a", "1");
  await until(async () => (await cache.champion("a"))!.version === "1");
  champions.delete("a");
  await until(async () => await cache.champion("a") === null);
  assertEquals(cache.bytes(), 0);
  cache.close();
});

Deno.test("the last good model keeps serving as stale while the registry is unavailable", async () => {
  const { registry, state, put } = movingRegistry();
  await put("a", "1");
  const cache = modelCache(registry, { pollMs: 10 });
  const { model } = (await cache.champion("a"))!;
  state.away = true;
  await until(async () => (await cache.champion("a"))!.stale);
  assertStrictEquals((await cache.champion("a"))!.model, model);
  await assertRejects(() => cache.champion("b"), RegistryUnavailableError);
  state.away = false;
  await until(async () => !(await cache.champion("a"))!.stale);
  cache.close();
});

Deno.test("a damaged new version does not replace the good one", async () => {
  const { registry, put, artifacts } = movingRegistry();
  await put("a", "1");
  const cache = modelCache(registry, { pollMs: 10 });
  await cache.champion("a");
  await put("a", "2");
  const whole = artifacts.get("a/2")![USERS];
  artifacts.get("a/2")![USERS] = whole.slice(0, -1);
  await until(async () => (await cache.champion("a"))!.stale);
  assertEquals((await cache.champion("a"))!.version, "1");
  artifacts.get("a/2")![USERS] = whole;
  await until(async () => (await cache.champion("a"))!.version === "2");
  assertEquals((await cache.champion("a"))!.stale, false);
  cache.close();
});

Deno.test("a damaged first version is an error, and the next request tries again", async () => {
  const { registry, put, artifacts } = movingRegistry();
  await put("a", "1");
  const whole = artifacts.get("a/1")![USERS];
  artifacts.get("a/1")![USERS] = whole.slice(0, -1);
  const cache = modelCache(registry, { pollMs: 10 });
  await assertRejects(() => cache.champion("a"), Error, "SHA-256");
  artifacts.get("a/1")![USERS] = whole;
  assertEquals((await cache.champion("a"))!.version, "1");
  cache.close();
});

Deno.test("the public part is loaded without the users, as a separate entry", async () => {
  const { registry, state, put } = movingRegistry();
  await put("a", "1");
  const cache = modelCache(registry);
  assertEquals((await cache.champion("a", "public"))!.model.users, undefined);
  assertEquals(state.reads.filter((path) => path.includes("users")), []);
  assert((await cache.champion("a"))!.model.users);
  assertEquals((await cache.champion("a", "public"))!.model.users, undefined);
  cache.close();
});

Deno.test("histories that stay in the registry are read on request", async () => {
  const { registry, state, put } = movingRegistry();
  await put("a", "1", exampleModel("COLLABORATIVE"));
  const cache = modelCache(registry, { sliceUsers: true });
  const { model, slices } = (await cache.champion("a"))!;
  assertEquals(model.users, undefined);
  assertEquals(stringAt(slices!.ids, 0), "ann");
  assertEquals((await slices!.of(["ann", "bob"])).histories.offsets, Uint32Array.of(0, 2));
  assertEquals(cache.bytes(), modelBytes(model) + slices!.bytes);
  state.away = true;
  await assertRejects(() => slices!.of(["ann"]), RegistryUnavailableError);
  cache.close();

  // Artifacts published before blocks had hashes are read whole.
  const { registry: old, put: putOld, artifacts } = movingRegistry();
  await putOld("a", "1");
  const files = artifacts.get("a/1")!;
  const { blocks: _, ...manifest } = JSON.parse(new TextDecoder().decode(files[MANIFEST]));
  files[MANIFEST] = new TextEncoder().encode(JSON.stringify(manifest));
  const whole = modelCache(old, { sliceUsers: true });
  const champion = (await whole.champion("a"))!;
  assertEquals([champion.slices, stringAt(champion.model.users!.ids, 0)], [undefined, "ann"]);
  whole.close();
});

Deno.test("public files are cached by hash, and corrupted cache entries are read again", async () => {
  const { registry, state, put } = movingRegistry();
  await put("a", "1");
  const kept = new Map<string, Uint8Array>();
  const near = {
    read: (sha256: string) => Promise.resolve(kept.get(sha256) ?? null),
    async keep(sha256: string, open: () => Promise<ReadableStream<Uint8Array>>) {
      kept.set(sha256, await new Response(await open() as BodyInit).bytes());
    },
  };
  const load = async () => {
    state.reads = [];
    const works: Promise<void>[] = [];
    const cache = modelCache(registry, { near });
    const { model } = (await cache.champion("a", "all", (work) => works.push(work)))!;
    await Promise.all(works);
    cache.close();
    assert(model.users);
    return state.reads.map((path) => path.slice("a/1/data/".length)).sort();
  };
  // The first load fills the nearby cache, so the second reads less from the registry.
  const far = ["manifest.json", "model.safetensors", "model.safetensors", "users.safetensors"];
  assertEquals(await load(), far);
  assertEquals(kept.size, 1);
  assertEquals(await load(), ["manifest.json", "users.safetensors"]);
  kept.set(kept.keys().next().value!, new Uint8Array(9));
  assertEquals(await load(), ["manifest.json", ...far]);
});

Deno.test("an idle model is not polled, and is looked up first at its next request", async () => {
  const { registry, state, put } = movingRegistry();
  await put("a", "1");
  let time = 0;
  const cache = modelCache(registry, { pollMs: 5, idleMs: 1_000, now: () => time });
  await cache.champion("a");
  time = 5_000;
  await until(async () => {
    const { lookups } = state;
    await new Promise((resolve) => setTimeout(resolve, 40));
    return state.lookups === lookups;
  });
  await put("a", "2");
  time = 9_000;
  assertEquals((await cache.champion("a"))!.version, "2");
  cache.close();
});

Deno.test("a removed model is loaded again, and a closed cache stops all work", async () => {
  const { registry, state, put } = movingRegistry();
  await put("a", "1");
  const cache = modelCache(registry, { pollMs: 5 });
  await cache.champion("a");
  cache.forget("a");
  assertEquals(cache.bytes(), 0);
  await cache.champion("a");
  assertEquals(state.reads.length, 6);
  cache.close();
  const { lookups } = state;
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert(state.lookups <= lookups + 1);
  await assertRejects(() => cache.champion("a"), Error, "closed");

  // Closed during a load, which ends afterwards.
  const other = modelCache(registry, { pollMs: 5 });
  const loading = other.champion("a");
  other.close();
  await loading;
  const { lookups: before } = state;
  await new Promise((resolve) => setTimeout(resolve, 60));
  assertEquals(state.lookups, before);
});

Deno.test("without timers, requests look up the champion and defer the load", async () => {
  const { registry, put } = movingRegistry();
  await put("films", "1");
  let time = 0;
  const options = { timers: false, pollMs: 2_000, now: () => time };
  const cache = modelCache(registry, options);
  const works: Promise<void>[] = [];
  const version = async () =>
    (await cache.champion("films", "all", (work) => void works.push(work)))?.version;

  assertEquals(await version(), "1");
  assertEquals(works.length, 1);
  await put("films", "2");
  time = 2_000;
  assertEquals(await version(), "1");
  assertEquals(works.length, 1, "nothing is looked up within two seconds");
  time = 2_001;
  assertEquals(await version(), "1", "the request does not wait");
  await Promise.all(works);
  assertEquals(await version(), "2");
  time = 9_000;
  await put("films", "3");
  assertEquals(await version(), "3", "after a pause it does");
  await Promise.all(works);
});

Deno.test("without timers, a load lost with its request is not awaited", async () => {
  const { registry, put } = movingRegistry();
  await put("films", "1");
  let time = 0;
  let dies = true;
  const dying: Registry = {
    ...registry,
    alias: (...asked) => dies ? new Promise<never>(() => {}) : registry.alias(...asked),
  };
  const cache = modelCache(dying, { timers: false, now: () => time });
  void cache.champion("films");
  dies = false;
  time = 20_000;
  assertEquals((await cache.champion("films"))?.version, "1");
});

Deno.test("a version with rewritten users is loaded again, except for its public part", async () => {
  const { registry, state, put, artifacts } = movingRegistry();
  await put("a", "1", exampleModel("COLLABORATIVE"));
  const cache = modelCache(registry, { pollMs: 10 });
  const before = (await cache.champion("a"))!.model;
  state.reads.length = 0;
  const place = await rewriteUsers(artifacts.get("a/1")!, withoutAnn());
  const after = await until(async () => {
    const { model, version, stale } = (await cache.champion("a"))!;
    return stringCount(model.users!.ids) === 2 && version === "1" && !stale && model;
  });
  assertStrictEquals(after.weights, before.weights);
  assertEquals(state.reads.filter((read) => !read.endsWith("manifest.json")), [`a/1/${place}`]);
  cache.close();

  const near = new Set<string>();
  // Only public files are cached nearby, whatever their names.
  const nearby = modelCache(registry, {
    near: {
      read: () => Promise.resolve(null),
      keep: (sha256) => Promise.resolve(void near.add(sha256)),
    },
  });
  const { manifest } = (await nearby.champion("a"))!.model;
  assertEquals([...near], [manifest.sha256[MODEL]]);
  nearby.close();
});

Deno.test("rewritten histories are detected by an immediate second look-up", async () => {
  const { registry, put, artifacts } = movingRegistry();
  await put("a", "1", exampleModel("COLLABORATIVE"));
  const reading: Registry = {
    ...registry,
    async read(...asked) {
      return await registry.read(...asked) ??
        Promise.reject(new RegistryMissingError("a", "1", "x"));
    },
    async open(...asked) {
      return await registry.open(...asked).catch(() => {
        throw new RegistryMissingError("a", "1", "x");
      });
    },
  };
  const cache = modelCache(reading, { sliceUsers: true, pollMs: 60_000 });
  const { slices } = (await cache.champion("a"))!;
  await rewriteUsers(artifacts.get("a/1")!, withoutAnn());
  await assertRejects(() => slices!.of(["7"]), RegistryMissingError);
  await cache.renew("a");
  const renewed = (await cache.champion("a"))!.slices!;
  assertEquals((await renewed.of(["7"])).histories.columns, Uint32Array.of(2));
  assertEquals(stringCount((await renewed.of(["ann"])).ids), 0);
  cache.close();
});

Deno.test("a rewrite during a load causes a second read", async () => {
  const { registry, put, artifacts } = movingRegistry();
  await put("a", "1", exampleModel("COLLABORATIVE"));
  let rewritten = false;
  const rewriting: Registry = {
    ...registry,
    async read(model, version, path) {
      if (path === MODEL && !rewritten) {
        rewritten = true;
        await rewriteUsers(artifacts.get("a/1")!, withoutAnn());
      }
      const bytes = await registry.read(model, version, path);
      if (!bytes) throw new RegistryMissingError(model, version, path);
      return bytes;
    },
  };
  const cache = modelCache(rewriting);
  assertEquals(stringCount((await cache.champion("a"))!.model.users!.ids), 2);
  cache.close();
});

Deno.test("a partly written manifest keeps the last version serving as stale, and fails a first load", async () => {
  const { registry, put, artifacts } = movingRegistry();
  await put("a", "1");
  const files = artifacts.get("a/1")!;
  const whole = files[MANIFEST];
  const cache = modelCache(registry, { pollMs: 10 });
  await cache.champion("a");
  files[MANIFEST] = whole.slice(0, 40);
  await until(async () => (await cache.champion("a"))!.stale);
  files[MANIFEST] = whole;
  await until(async () => !(await cache.champion("a"))!.stale);
  cache.close();
  files[MANIFEST] = whole.slice(0, 40);
  await assertRejects(
    () => modelCache(registry).champion("a"),
    FileMismatchError,
    "not valid JSON",
  );
});

Deno.test("renew waits for a poll that may have read what was there before", async () => {
  const { registry, put, artifacts } = movingRegistry();
  await put("a", "1", exampleModel("COLLABORATIVE"));
  const { read } = registry;
  const [reading, open] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  registry.read = async (...asked) => {
    const bytes = await read(...asked);
    if (asked[2] === USERS) {
      reading.resolve();
      await open.promise;
    }
    return bytes;
  };
  const cache = modelCache(registry);
  const before = cache.champion("a");
  await reading.promise;
  await rewriteUsers(artifacts.get("a/1")!, withoutAnn());
  const renewed = cache.renew("a");
  open.resolve();
  await renewed;
  assertEquals(stringCount((await before)!.model.users!.ids), 3);
  assertEquals(stringCount((await cache.champion("a"))!.model.users!.ids), 2);
  cache.close();
});
