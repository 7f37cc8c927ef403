import { assert, assertEquals } from "@std/assert";
import { serveOnLoopback } from "../testing/webhooks_service.ts";
import { sendTraffic } from "./demo_traffic.ts";

const NOW = Date.UTC(2026, 0, 15, 13, 30);

// deno-lint-ignore no-explicit-any -- JSON
type Call = { path: string; key: string | null; body: any };

/** Sends the visits to a stand-in of the service; returns its calls. */
async function traffic(visits: number): Promise<Call[]> {
  const calls: Call[] = [];
  const items = Array.from({ length: 100 }, (_, i) => ({ item_id: `i${i}` }));
  await using service = serveOnLoopback(async (request) => {
    const path = new URL(request.url).pathname;
    const key = request.headers.get("x-api-key");
    if (path === "/api/popular") return Response.json({ items });
    const body = await request.json();
    calls.push({ path, key, body });
    const recommendation_id = `r${calls.length}`;
    if (path === "/api/interactions") return Response.json({}, { status: 202 });
    return Response.json({
      ...{ recommendation_id, recommendations: items.slice(0, body.n) },
      ...(body.anonymous_id && { fallback: "popular" }),
    });
  });
  const users = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
  const { events, times, fallbacks } = await sendTraffic({
    ...{ webhooks: service.url, key: "k", project: 7, users, price: 3.99, now: NOW, visits },
  });
  assertEquals([events, times.length], [eventsIn(calls).length, visits]);
  assertEquals(
    fallbacks.length,
    calls.filter(({ path, body }) => path === "/api/recommend" && body.anonymous_id).length,
  );
  return calls;
}

const eventsIn = (calls: Call[]) => calls.flatMap(({ body }) => body.events ?? []);

Deno.test("the demo's visits are a week of lists, and events that follow them", async () => {
  const calls = await traffic(400);
  assertEquals(calls.length, 800);
  for (let i = 0; i < calls.length; i += 2) {
    const [list, events] = calls.slice(i, i + 2);
    assertEquals([list.path, events.path], ["/api/recommend", "/api/interactions"]);
    assertEquals([list.key, list.body.placement, list.body.project_id], ["k", "home", 7]);
    const { user_id, anonymous_id } = list.body;
    assertEquals([events.body.user_id, events.body.anonymous_id], [user_id, anonymous_id]);
    const named = events.body.events.flatMap(({ recommendation_id }: Record<string, string>) =>
      recommendation_id ?? []
    );
    assertEquals([...new Set(named)], [`r${i + 1}`]);
  }
  const events = eventsIn(calls);
  const times = events.map(({ at }) => Date.parse(at));
  assert(Math.min(...times) >= NOW - 7 * 86_400_000 - 600_000);
  assert(Math.max(...times) <= NOW, "nothing lies in the future");
  const days = new Set(events.map(({ at }) => at.slice(0, 10)));
  assert(days.size >= 7, `${days.size} days`);

  const counts = Object.groupBy(events, ({ type }) => type);
  const count = (type: string) => counts[type]?.length ?? 0;
  const rate = count("click") / count("impression");
  assert(rate > .02 && rate < .1, `${rate} of the items shown were clicked`);
  assert(count("purchase") > 10 && count("purchase") < count("click"));
  assert(count("hide") > 0 && count("like") > 0 && count("cart") > 0);
  const bought = counts.purchase!;
  assert(bought.every(({ value }) => value === 3.99));
  assert(bought.some(({ recommendation_id }) => recommendation_id === undefined));
});

Deno.test("the demo's visits are the same each time", async () => {
  assertEquals(await traffic(30), await traffic(30));
});
