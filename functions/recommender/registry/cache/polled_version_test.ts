import { assertEquals, assertRejects } from "@std/assert";
import { until } from "../../../../testing/until.ts";
import type { LoadedVersion } from "./load_version.ts";
import { PolledVersion, type PollOptions } from "./polled_version.ts";

const ignore = () => {};

/** A subject whose source says which version to serve, and what is in memory. */
function subject(options: Partial<PollOptions> = {}) {
  const state = { version: "1" as string | null, stale: false, fetches: 0, time: 0 };
  const failing = { error: undefined as Error | undefined };
  const gate = { promise: Promise.resolve() };
  const memory = new Map<string, LoadedVersion>();
  const polled = new PolledVersion({
    held: (version) => memory.get(version),
    async fetch() {
      state.fetches++;
      const { version, stale } = state;
      await gate.promise;
      if (failing.error) throw failing.error;
      if (version === null) return null;
      const loaded = { version } as LoadedVersion;
      memory.set(version, loaded);
      return { loaded, stale };
    },
  }, { pollMs: 100, idleMs: 1_000, timers: false, now: () => state.time, ...options });
  const current = async (background: (work: Promise<void>) => void = ignore) => {
    const fetched = await polled.current(background);
    return fetched && `${fetched.loaded.version}${fetched.stale ? " stale" : ""}`;
  };
  return { state, failing, gate, memory, polled, current };
}

Deno.test("the first request waits, later ones do not, and the poll is deferred", async () => {
  const { state, current } = subject();
  assertEquals(await current(), "1");
  state.version = "2";
  state.time = 100;
  assertEquals([await current(), state.fetches], ["1", 1], "within the interval nothing is asked");
  state.time = 101;
  const works: Promise<void>[] = [];
  assertEquals(await current((work) => void works.push(work)), "1");
  assertEquals([works.length, state.fetches], [1, 2]);
  await Promise.all(works);
  assertEquals(await current(), "2");
});

Deno.test("after idleness a request waits for the poll", async () => {
  const { state, current } = subject();
  await current();
  state.version = "2";
  state.time = 201;
  assertEquals(await current(), "2");
  state.version = null;
  state.time = 1_000;
  assertEquals(await current(), null, "there is none any more");
});

Deno.test("a slow poll is not awaited if a version is in memory", async () => {
  const { state, gate, current, memory } = subject();
  await current();
  const open = Promise.withResolvers<void>();
  gate.promise = open.promise;
  state.version = "2";
  state.time = 900;
  assertEquals(await current(), "1");
  memory.delete("1");
  const waiting = current();
  open.resolve();
  assertEquals(await waiting, "2");
  assertEquals(state.fetches, 2, "both requests shared the poll");
});

Deno.test("a failure keeps the version in memory as stale, and is an error without one", async () => {
  const { state, failing, memory, current } = subject();
  await current();
  failing.error = new Error("away");
  state.time = 201;
  assertEquals(await current(), "1 stale");
  memory.clear();
  await assertRejects(() => current(), Error, "away");
  failing.error = undefined;
  assertEquals(await current(), "1");
  state.stale = true;
  state.time = 500;
  assertEquals(await current(), "1 stale", "as the source says");
});

Deno.test("after expire a request waits for a poll of its own", async () => {
  const { state, gate, polled, current } = subject();
  await current();
  const open = Promise.withResolvers<void>();
  gate.promise = open.promise;
  const before = polled.poll();
  state.version = "2";
  polled.expire();
  gate.promise = Promise.resolve();
  assertEquals(await current(), "2");
  open.resolve();
  assertEquals((await before)!.loaded.version, "1");
  assertEquals(await current(), "2", "the poll from before changes nothing");
});

Deno.test("a subject is polled while it is in use, and no longer after it is stopped", async () => {
  const { state, polled, current } = subject({ pollMs: 5, timers: true });
  await current();
  state.version = "2";
  await until(async () => await current() === "2");
  await until(() => state.fetches > 3);
  state.time = 2_000;
  assertEquals(polled.isIdle, true);
  await until(async () => {
    const { fetches } = state;
    await new Promise((resolve) => setTimeout(resolve, 40));
    return fetches === state.fetches;
  });
  await current();
  assertEquals(polled.isIdle, false);
  polled.stop();
  await polled.settled();
  const { fetches } = state;
  await new Promise((resolve) => setTimeout(resolve, 40));
  assertEquals(state.fetches, fetches);
});

Deno.test("a version that was evicted is loaded by the next request, not by a poll", async () => {
  const { state, memory, polled, current } = subject({ pollMs: 5, timers: true });
  await current();
  memory.clear();
  await new Promise((resolve) => setTimeout(resolve, 40));
  assertEquals(polled.held, undefined);
  const { fetches } = state;
  assertEquals(await current(), "1");
  assertEquals(state.fetches, fetches + 1);
  polled.stop();
});
