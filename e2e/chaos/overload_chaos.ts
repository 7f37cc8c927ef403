/**
 * Five times as many callers as a service admits, for 30 seconds, ignoring Retry-After: latency of
 * the admitted calls, and time until the service recovers.
 */
import { assert, assertEquals } from "@std/assert";
import { startSystem } from "../../testing/system.ts";
import { until } from "../../testing/until.ts";
import { crowd, p99 } from "../../testing/faults/crowd.ts";
import { trainedShop } from "../../testing/trained_shop.ts";

/** Concurrency limit of functions/http/service/service.ts. */
const AT_ONCE = 500;
/** The promises are 1 s and 5 s; the machine also runs the callers. */
const LATEST_P99_MS = 3_000;
const LATEST_BACK_MS = 10_000;

Deno.test("half a minute at five times the load is served or rejected, and recovers", async () => {
  await using system = await startSystem();
  const shop = await trainedShop(system);
  const processes = () => ["auth", "recommender", "webhooks", "trainer"].map(system.pidOf);
  const before = processes();
  for (const [name, ask] of Object.entries({ key: shop.byKey, login: shop.byLogin })) {
    // With a pause, since the callers share the machine: up to 2,500 calls a second.
    const seen = await crowd(ask, { callers: 5 * AT_ONCE, forMs: 30_000, pauseMs: 1_000 });
    const start = performance.now();
    await until(async () => {
      const answer = await ask();
      await answer.body?.cancel();
      return answer.ok || answer.status === 429;
    });
    const back = performance.now() - start;
    console.log(
      `by ${name}: ${JSON.stringify(seen.statuses)}, p99 of the accepted ` +
        `${p99(seen.waits).toFixed(0)} ms to the callers, ${
          p99(seen.served).toFixed(0)
        } ms in the ` +
        `service, median ${seen.served[seen.served.length >> 1].toFixed(0)} ms, back after ${
          back.toFixed(0)
        } ms`,
    );
    const { 200: accepted = 0, 429: _limited, 503: _refused, ...others } = seen.statuses;
    assertEquals(others, {}, system.log());
    assertEquals(seen.withoutRetryAfter, 0);
    assert(accepted > 0);
    assert(back < LATEST_BACK_MS, `back after ${back} ms`);
    // Measured in the service: 2,500 callers in one process also wait for each other.
    assert(p99(seen.served) < LATEST_P99_MS, `p99 ${p99(seen.served)} ms`);
  }
  assertEquals(processes(), before, "nothing was started anew");
});
