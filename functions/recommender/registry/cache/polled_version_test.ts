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
  const { state, failing, memory, polled, current } = subject();
  await current();
  failing.error = new Error("away");
  state.time = 201;
  assertEquals(await current(), "1 stale");
  memory.clear();
  await assertRejects(() => current(), Error, "away");
  failing.error = undefined;
  assertEquals(await current(), "1");
  assertEquals(polled.held!.stale, false, "until the next poll");
  state.stale = true;
  state.time = 500;
  assertEquals(await current(), "1 stale", "as the source says");
  assertEquals(polled.held!.stale, true);
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

Deno.test("nothing is polled between requests without timers, nor after a stop during a poll", async () => {
  const later = () => new Promise((resolve) => setTimeout(resolve, 40));
  const untimed = subject({ pollMs: 1, timers: false });
  await untimed.current();
  await later();
  assertEquals(untimed.state.fetches, 1);

  const { state, gate, polled, current } = subject({ pollMs: 1, timers: true });
  const open = Promise.withResolvers<void>();
  gate.promise = open.promise;
  const waiting = current();
  polled.stop();
  open.resolve();
  assertEquals(await waiting, "1");
  await later();
  assertEquals(state.fetches, 1);
});

Deno.test("after expire a request waits for its poll, however long that takes", async () => {
  const { state, gate, polled, current } = subject();
  await current();
  polled.expire();
  const open = Promise.withResolvers<void>();
  gate.promise = open.promise;
  state.version = "2";
  const waiting = current();
  let timer: ReturnType<typeof setTimeout>;
  const first = await Promise.race([
    waiting,
    new Promise((resolve) => timer = setTimeout(() => resolve("still waiting"), 1_300)),
  ]);
  clearTimeout(timer!);
  assertEquals(first, "still waiting");
  open.resolve();
  assertEquals(await waiting, "2");
});

Deno.test("the limits of the interval and of idleness belong to them", async () => {
  const { state, polled, current } = subject();
  await current();
  assertEquals([polled.isPolling, polled.isIdle], [false, false]);
  state.version = "2";
  state.time = 200;
  assertEquals(await current(), "1", "twice the interval: the poll is not waited for");
  assertEquals(state.fetches, 2);
  await until(() => !polled.isPolling);
  state.time = 1_200;
  assertEquals(polled.isIdle, false);
  state.time = 1_201;
  assertEquals(polled.isIdle, true);

  const timed = subject({ timers: true });
  await timed.current();
  timed.state.time = 200;
  assertEquals([await timed.current(), timed.state.fetches], ["1", 1]);
  timed.state.time = 201;
  assertEquals([await timed.current(), timed.state.fetches], ["1", 2]);
  timed.polled.stop();
});

Deno.test("settled waits for the poll in progress, and not for its success", async () => {
  const { failing, gate, polled } = subject();
  await polled.settled();
  const open = Promise.withResolvers<void>();
  gate.promise = open.promise;
  failing.error = new Error("away");
  const polling = assertRejects(() => polled.poll(), Error, "away");
  assertEquals(polled.isPolling, true);
  let isSettled = false;
  const settled = polled.settled().then(() => isSettled = true);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assertEquals(isSettled, false);
  open.resolve();
  await polling;
  await settled;
  assertEquals(polled.isPolling, false);
});

Deno.test("a request gets what the poll that it waits for found, even if that is outdated since", async () => {
  const { state, gate, polled, current } = subject();
  await current();
  const open = Promise.withResolvers<void>();
  gate.promise = open.promise;
  state.version = "2";
  state.time = 900;
  const waiting = current();
  polled.expire();
  open.resolve();
  assertEquals(await waiting, "2");
  assertEquals(polled.held!.loaded.version, "1", "the next request polls on its own");
});
