import { assertEquals, assertStringIncludes } from "@std/assert";
import type { SettingLimits } from "../projects/settings.ts";
import { waitingProject } from "../../../testing/project.ts";
import { testRecommender } from "../../../testing/recommender.ts";

const DEFAULTS = {
  version: 1,
  event_weights: null,
  liked_from: null,
  search: null,
  budget_seconds: null,
  memory_limit: null,
  retrain_every: null,
  keep_events: null,
  click_window_hours: null,
  purchase_window_hours: null,
  retrain_when: null,
  trending_half_life: null,
  feed: null,
};

Deno.test("settings have defaults, can be changed one by one, and reset", async () => {
  await using service = await testRecommender();
  const { ann, path } = await waitingProject(service, "COLLABORATIVE");
  const change = async (body: unknown) => (await ann.send("PATCH", `${path}/settings`, body)).body;
  assertEquals((await ann.get(`${path}/settings`)).body, DEFAULTS);
  assertEquals(await change({ budget_seconds: 60 }), { ...DEFAULTS, budget_seconds: 60 });
  assertEquals(await change({ event_weights: { " Play ": 2 }, memory_limit: "2GB" }), {
    ...DEFAULTS,
    budget_seconds: 60,
    event_weights: { play: 2 },
    memory_limit: 2_000_000_000,
  });
  assertEquals(await change({ event_weights: { skip: 0.5 }, retrain_every: 24 }), {
    ...DEFAULTS,
    budget_seconds: 60,
    event_weights: { skip: 0.5 },
    memory_limit: 2_000_000_000,
    retrain_every: 24,
  });
  assertEquals((await change({ search: "first" })).search, "first");
  assertEquals((await change({ search: null })).search, null);
  assertEquals((await change({ keep_events: 30 })).keep_events, 30);
  assertEquals((await change({ keep_events: null })).keep_events, null);
  const back = { event_weights: null, budget_seconds: null, memory_limit: null };
  assertEquals(await change(back), { ...DEFAULTS, retrain_every: 24 });
  const live = {
    retrain_when: { events: 500, new_items: 100, every: "1d" },
    trending_half_life: 12,
  };
  assertEquals(await change(live), { ...DEFAULTS, retrain_every: 24, ...live });
  await change({ retrain_when: null, trending_half_life: null });
  const stored = await service.sql`select settings from recommender.recommender_projects`;
  assertEquals(stored[0].settings, { version: 1, retrain_every: 24 });
});

Deno.test("a feed has a public URL and an interval, an hour by default", async () => {
  await using service = await testRecommender();
  const { ann, path } = await waitingProject(service, "CONTENT");
  const change = (feed: unknown) => ann.send("PATCH", `${path}/settings`, { feed });
  const url = "https://shop.example.org/items.csv";
  assertEquals((await change({ url })).body.feed, { url, every: "1h" });
  assertEquals((await change({ url, every: "15m" })).body.feed, { url, every: "15m" });
  const cases: [feed: unknown, pointer: string][] = [
    [{}, "/feed/url"],
    [{ url: "ftp://shop.example.org/items.csv" }, "/feed/url"],
    [{ url: "http://user:secret@shop.example.org/" }, "/feed/url"],
    [{ url: "http://127.0.0.1/items.csv" }, "/feed/url"],
    [{ url: "http://[::ffff:10.0.0.1]/items.csv" }, "/feed/url"],
    [{ url: "http://metadata.internal/" }, "/feed/url"],
    [{ url: "http://shop.example.org:22/" }, "/feed/url"],
    [{ url, every: "1m" }, "/feed/every"],
    [{ url, every: "31d" }, "/feed/every"],
    [{ url, every: "1 h" }, "/feed/every"],
    [{ url, every: 3600 }, "/feed/every"],
    [{ url, ever: "1h" }, "/feed/ever"],
  ];
  for (const [feed, pointer] of cases) {
    const { status, body } = await change(feed);
    assertEquals([status, body.errors?.[0].pointer], [422, pointer], JSON.stringify(feed));
  }
  assertEquals((await ann.get(`${path}/settings`)).body.feed, { url, every: "15m" });
  assertEquals((await change(null)).body.feed, null);
});

Deno.test("settings that no training can satisfy are rejected by name and change nothing", async () => {
  await using service = await testRecommender();
  const { ann, path } = await waitingProject(service, "COLLABORATIVE");
  const cases: [body: unknown, pointer: string][] = [
    [{ budget_seconds: 9 }, "/budget_seconds"],
    [{ budget_seconds: "60" }, "/budget_seconds"],
    [{ memory_limit: "much" }, "/memory_limit"],
    [{ memory_limit: 5 }, "/memory_limit"],
    [{ memory_limit: "9999999GB" }, "/memory_limit"],
    [{ event_weights: { play: -1e7 } }, "/event_weights/play"],
    [{ liked_from: "auto" }, "/liked_from"],
    [{ keep_events: 0 }, "/keep_events"],
    [{ keep_events: 3_651 }, "/keep_events"],
    [{ event_weights: { play: "2" } }, "/event_weights/play"],
    [{ retrain_every: 0 }, "/retrain_every"],
    [{ click_window_hours: 0 }, "/click_window_hours"],
    [{ purchase_window_hours: 169 }, "/purchase_window_hours"],
    [{ retrain_when: { events: 99 } }, "/retrain_when/events"],
    [{ retrain_when: { every: 1 } }, "/retrain_when/every"],
    [{ retrain_when: { every: "59m" } }, "/retrain_when/every"],
    [{ retrain_when: { events: 100, sometimes: 1 } }, "/retrain_when/sometimes"],
    [{ retrain_when: {} }, "/retrain_when"],
    [{ retrain_when: { new_items: 0 } }, "/retrain_when/new_items"],
    [{ trending_half_life: 0 }, "/trending_half_life"],
    [{ version: 2 }, "/version"],
    [{ unheard_of: 1 }, "/unheard_of"],
  ];
  for (const [body, pointer] of cases) {
    const answer = await ann.send("PATCH", `${path}/settings`, body);
    assertEquals(answer.status, 422, JSON.stringify(body));
    assertEquals(answer.body.errors[0].pointer, pointer, JSON.stringify(answer.body));
  }
  const seconds = { retrain_when: { every: "1s" } };
  assertEquals((await ann.send("PATCH", `${path}/settings`, seconds)).body.errors, [
    { pointer: "/retrain_when/every", detail: 'must be such as "30m", "1h" or "1d"' },
  ]);
  assertEquals((await ann.get(`${path}/settings`)).body, DEFAULTS);
});

Deno.test("settings above the operator's limits are refused with the limit", async () => {
  const settingLimits: SettingLimits = {
    ...{ budgetSeconds: 900, memoryBytes: 2 ** 31, retrainHours: 6 },
    search: "first",
  };
  await using service = await testRecommender({ settingLimits });
  const { ann, path } = await waitingProject(service, "COLLABORATIVE");
  const set = (body: unknown) => ann.send("PATCH", `${path}/settings`, body);
  for (
    const [body, words] of [
      [{ budget_seconds: 901 }, "at most 900 seconds"],
      [{ memory_limit: "3GB" }, "at most 2147483648 bytes"],
      [{ retrain_every: 5.5 }, "at least 6 hours"],
      [{ search: "full" }, "must be first"],
    ] as const
  ) {
    const { status, body: { errors } } = await set(body);
    assertEquals([status, errors.length], [422, 1]);
    assertEquals(errors[0].pointer, `/${Object.keys(body)[0]}`);
    assertStringIncludes(errors[0].detail, words);
  }
  const all = { budget_seconds: 86_400, memory_limit: 2 ** 45, retrain_every: 1 };
  assertEquals((await set(all)).body.errors.length, 3);
  assertEquals((await ann.get(`${path}/settings`)).body, DEFAULTS);
  const most = { budget_seconds: 900, memory_limit: 2 ** 31, retrain_every: 6 };
  assertEquals((await set(most)).status, 200);
  // A default is always within the limits.
  assertEquals((await set({ budget_seconds: null })).status, 200);
});
