import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import {
  modelOf,
  movingRegistry,
  rewriteUsers,
  withoutAnn,
} from "../../../../testing/models/moving_registry.ts";
import { chanceModel } from "../../../../testing/artifact.ts";
import { exampleModel } from "../../../../testing/example_model.ts";
import { modelBytes, ModelTooLargeError } from "../../model/artifact/artifact.ts";
import { stringAt, stringCount } from "../../model/string_table.ts";
import { rowsOfUser } from "../../model/user_rows.ts";
import { RegistryMissingError, RegistryUnavailableError } from "../registry.ts";
import { versionCache, type VersionCacheOptions } from "./version_cache.ts";

const options = { background: () => {} };

/** A cache with a registry, a clock, and a short form of its keys. */
function cached(settings: Partial<VersionCacheOptions> = {}) {
  const moving = movingRegistry();
  const clock = { time: 0 };
  const cache = versionCache(moving.registry, {
    ...{ bytes: 2 ** 30, rereadMs: 1_000, now: () => clock.time },
    ...settings,
  });
  const key = (version: string) => ({ name: "a", version, part: "all" }) as const;
  const fetch = (version: string, replaces?: string) =>
    cache.fetch(key(version), { ...options, replaces });
  const held = () => ["1", "2", "3"].filter((version) => cache.get(key(version)));
  return { ...moving, clock, cache, key, fetch, held };
}

Deno.test("a version is loaded once for callers in parallel, and read again only when due", async () => {
  const { put, fetch, state, clock, cache, key } = cached();
  await put("a", "1");
  const [one, two] = await Promise.all([fetch("1"), fetch("1")]);
  assertStrictEquals(one, two);
  assertStrictEquals(cache.get(key("1")), one);
  assertEquals(cache.bytes(), modelBytes(one.model));
  assertEquals(state.reads.length, 3);
  clock.time = 999;
  await fetch("1");
  assertEquals(state.reads.length, 3);
  clock.time = 1_000;
  assertStrictEquals(await fetch("1"), one);
  assertEquals(state.reads.slice(3), ["a/1/data/manifest.json"]);
  await fetch("1");
  assertEquals(state.reads.length, 4);
  cache.expire("b");
  await fetch("1");
  assertEquals(state.reads.length, 4);
  cache.expire("a");
  await fetch("1");
  assertEquals(state.reads.length, 5);
});

Deno.test("a version with its users' rows reads them on demand; one without has none", async () => {
  const model = chanceModel("COLLABORATIVE", 3);
  const { put, fetch } = cached();
  await put("a", "1", model);
  await put("a", "2", exampleModel("COLLABORATIVE"));
  const { rows } = await fetch("1");
  assertEquals(await rows!.of(stringAt(model.users!.ids, 1)), rowsOfUser(model.userRows!, 1));
  assertEquals((await fetch("2")).rows, undefined);
});

Deno.test("users are read in slices only if asked for, and never for a public part", async () => {
  const model = chanceModel("COLLABORATIVE", 3);
  for (const sliceUsers of [false, true]) {
    const { put, fetch, cache, key } = cached({ sliceUsers });
    await put("a", "1", model);
    const { slices, model: loaded } = await fetch("1");
    assertEquals([slices !== undefined, loaded.users === undefined], [sliceUsers, sliceUsers]);
    const open = await cache.fetch({ ...key("1"), part: "public" }, options);
    assertEquals([open.slices, open.rows, open.model.users], [undefined, undefined, undefined]);
  }
});

Deno.test("rewritten users are loaded anew; public parts are entries of their own", async () => {
  const { put, cache, fetch, key, artifacts } = cached({ rereadMs: 0 });
  await put("a", "1", exampleModel("COLLABORATIVE"));
  const before = await fetch("1");
  const open = await cache.fetch({ ...key("1"), part: "public" }, options);
  assertEquals(open.model.users, undefined);
  assertEquals(cache.bytes(), modelBytes(before.model) + modelBytes(open.model));
  await rewriteUsers(artifacts.get("a/1")!, withoutAnn());
  const after = await fetch("1");
  assertEquals(stringCount(after.model.users!.ids), 2);
  assertStrictEquals(cache.get(key("1")), after);
  assertStrictEquals(after.model.weights, before.model.weights);
});

Deno.test("a version evicts the one it replaces, and no other", async () => {
  const { put, fetch, held } = cached();
  for (const version of ["1", "2", "3"]) await put("a", version);
  await fetch("1");
  await fetch("2");
  await fetch("3", "2");
  assertEquals(held(), ["1", "3"]);
  await fetch("3", "3");
  assertEquals(held(), ["1", "3"]);
});

Deno.test("an unavailable registry is asked once a load", async () => {
  const { registry } = movingRegistry();
  let reads = 0;
  const away = {
    ...registry,
    read() {
      reads++;
      return Promise.reject(new RegistryUnavailableError("away"));
    },
  };
  const cache = versionCache(away, { bytes: 2 ** 30, rereadMs: 1_000, now: () => 0 });
  const load = () => cache.fetch({ name: "a", version: "1", part: "all" }, options);
  await assertRejects(load, RegistryUnavailableError);
  assertEquals(reads, 1);
});

Deno.test("a failed load adds no entry, and versions in memory stay", async () => {
  const { put, fetch, held, cache, artifacts } = cached({ rereadMs: 0 });
  await put("a", "1");
  await fetch("1");
  await assertRejects(() => fetch("2", "1"), RegistryMissingError);
  assertEquals(held(), ["1"]);
  const files = artifacts.get("a/1")!;
  artifacts.delete("a/1");
  await assertRejects(() => fetch("1"), RegistryMissingError);
  assertEquals(held(), ["1"], "the version so far");
  artifacts.set("a/1", files);
  cache.forget("b");
  assertEquals(held(), ["1"]);
  cache.forget("a");
  assertEquals([held(), cache.bytes()], [[], 0]);
});

Deno.test("use protects a version from eviction; get does not", async () => {
  const { put, fetch, held, cache, key } = cached({ bytes: 25_000 });
  for (const version of ["1", "2", "3"]) await put("a", version, modelOf(version, 10_000));
  await fetch("1");
  await fetch("2");
  cache.get(key("1"));
  await fetch("3");
  assertEquals(held(), ["2", "3"]);
  assertEquals(cache.use(key("2"))!.version, "2");
  await fetch("1");
  assertEquals(held(), ["1", "2"]);
  assertEquals(cache.use(key("3")), undefined);
});

Deno.test("if memory is short, both versions stay if they fit; others are evicted before the load", async () => {
  const { put, fetch, held, registry } = cached({ bytes: 25_000, dropFirst: true });
  for (const version of ["1", "2", "3"]) await put("a", version, modelOf(version, 10_000));
  await fetch("1");
  await fetch("2");
  const seen: string[][] = [];
  const read = registry.read;
  registry.read = (...asked) => (seen.push(held()), read(...asked));
  await fetch("3", "2");
  // The size is asked for first; then version 1 makes room, and 2 is replaced after the load.
  assertEquals(seen, [["1", "2"], ["2"], ["2"], ["2"]]);
  assertEquals(held(), ["3"]);
});

Deno.test("a version above the limit is rejected unread and evicts nothing", async () => {
  const { put, fetch, held, state } = cached({ bytes: 10, dropFirst: true, mostBytes: 4_000 });
  await put("a", "1");
  await put("a", "2", modelOf("2", 4_000));
  await fetch("1");
  state.reads.length = 0;
  await assertRejects(() => fetch("2", "1"), ModelTooLargeError);
  assertEquals(held(), ["1"]);
  assertEquals(state.reads, ["a/2/data/model.safetensors"], "its size alone");
});

Deno.test("the file that is opened for its size is closed before the load", async () => {
  const { put, fetch, registry, state } = cached({ dropFirst: true });
  await put("a", "1");
  const open = registry.open;
  const closing = Promise.withResolvers<void>();
  const cancelled = Promise.withResolvers<void>();
  registry.open = async (...asked) => ({
    ...await open(...asked),
    stream: new ReadableStream({
      cancel() {
        cancelled.resolve();
        return closing.promise;
      },
    }),
  });
  const fetched = fetch("1");
  await cancelled.promise;
  await new Promise((resolve) => setTimeout(resolve, 20));
  assertEquals(state.reads, ["a/1/data/model.safetensors"]);
  closing.resolve();
  assertEquals((await fetched).version, "1");
  assertEquals(state.reads.length, 4);
});

Deno.test("a load lost with its request is started again", async () => {
  const { put, fetch, clock, registry } = cached({ lostMs: 15_000 });
  await put("a", "1");
  const read = registry.read;
  registry.read = () => new Promise<never>(() => {});
  void fetch("1");
  registry.read = read;
  clock.time = 15_000;
  assertEquals((await fetch("1")).version, "1");
});
