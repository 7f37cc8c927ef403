import { assert, assertEquals } from "@std/assert";
import { hangWatch } from "./hang_watch.ts";

/** Resolves when the watch ends its call. */
function ended({ signal }: { signal: AbortSignal }): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
}

Deno.test("a call to a service that does not report its health is ended", async () => {
  let asked = 0;
  using watch = hangWatch(() => Promise.reject(new Error(`hangs: ${++asked}`)), {
    patienceMs: 5,
    mostMs: 1e9,
  });
  await ended(watch);
  assertEquals(asked, 1);
});

Deno.test("a call to a service that is alive has its whole time", async () => {
  let asked = 0;
  using watch = hangWatch(() => Promise.resolve(asked++), { patienceMs: 5, mostMs: 23 });
  await ended(watch);
  assertEquals(asked, 4);
});

Deno.test("an answered call is watched no more, whatever a health check that has begun says", async () => {
  for (const isAlive of [true, false]) {
    const begun = Promise.withResolvers<void>();
    const health = Promise.withResolvers<void>();
    const watch = hangWatch(() => (begun.resolve(), health.promise), {
      patienceMs: 1,
      mostMs: 1e9,
    });
    await begun.promise;
    watch[Symbol.dispose]();
    if (isAlive) health.resolve();
    else health.reject(new Error("hangs"));
    await health.promise.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert(!watch.signal.aborted);
  }
});
