/**
 * Five times as many callers as a service admits: admitted calls succeed, the others are refused.
 */
import { assert, assertEquals } from "@std/assert";
import { startSystem } from "../../testing/system.ts";
import { until } from "../../testing/until.ts";
import { crowd } from "../../testing/faults/crowd.ts";
import { trainedShop } from "../../testing/trained_shop.ts";

/** Concurrency limit of functions/http/service/service.ts. */
const AT_ONCE = 500;

Deno.test("five times as many callers as slots are served or rejected, without a crash", async () => {
  await using system = await startSystem();
  const shop = await trainedShop(system);
  const processes = () => ["auth", "recommender", "webhooks", "trainer"].map(system.pidOf);
  const before = processes();
  for (const [name, ask] of Object.entries({ key: shop.byKey, login: shop.byLogin })) {
    const counted = await shop.usage();
    const seen = await crowd(ask, { callers: 5 * AT_ONCE, forMs: 3_000 });
    const { 200: accepted = 0, 429: limited = 0, 503: refused = 0, ...others } = seen.statuses;
    assertEquals(others, {}, `by ${name}\n${system.log()}`);
    assert(accepted > 0 && limited + refused > 0, JSON.stringify(seen.statuses));
    assertEquals(seen.withoutRetryAfter, 0);
    await until(async () => {
      const answer = await ask();
      await answer.body?.cancel();
      return answer.ok || answer.status === 429;
    }, { patienceMs: 20_000 });
    if (name === "key") {
      assert(await shop.usage() - counted >= accepted, "what is answered is counted");
    }
  }
  assertEquals(processes(), before, "nothing was started anew");
});
