/** Sums of results: which events are attributed, each once, whatever is killed. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import postgres from "postgres";
import { connectedAs } from "../../ops/database/connected_as.ts";
import { testDatabase } from "../../testing/database.ts";
import { appendEvents, type NewEvent } from "../../functions/recommender/live/live_events.ts";
import { mergeVisitor } from "../../functions/recommender/live/merged_visitors.ts";
import { attribution } from "../../functions/recommender/results/attribution.ts";
import {
  idKeys,
  recommendationId,
  type Visitor,
} from "../../functions/recommender/results/recommendation_id.ts";
import { findResults } from "../../functions/recommender/results/results.ts";
import { foldResults, removeOldResults } from "../../worker-trainer/housekeeping/fold_results.ts";
import { sendDailyResults } from "../../worker-trainer/housekeeping/send_daily_results.ts";

const PROCESS = fromFileUrl(import.meta.resolve("../../testing/faults/fold_results_process.ts"));
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const keys = idKeys(["a secret of more than thirty-two bytes"]);
const ITEMS = ["a", "b", "c", "d", "e"];

/** A project whose visitors get lists and send events. */
async function shop() {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await testDatabase());
  const { sql, service } = database;
  const [{ id: ownerId }] = await sql`
    insert into auth.users (name, email, password) values ('Ada', 'ada@example.org', 'none')
    returning id`;
  const [{ id: projectId }] = await sql`
    insert into recommender.recommender_projects (owner_id, project_name, model_type)
    values (${ownerId}, 'Films', 'HYBRID') returning id`;
  const trainer = postgres(connectedAs(database.url, "airec_trainer"), { onnotice: () => {} });
  stack.defer(() => trainer.end());
  const all = stack.move();
  const now = Date.now();
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);

  /** Returns the id of a list made some time ago. */
  function listOf(visitor: Visitor | null, { ago = 0, placement = "home", version = 1 } = {}) {
    return recommendationId(keys, {
      ...{ project: projectId, version, variant: 0, placement, at: now - ago, visitor },
      seed: Math.floor(Math.random() * 2 ** 32),
      items: ITEMS,
    });
  }

  /** Sends one event of a visitor. */
  async function send(
    visitor: Visitor,
    type: string,
    itemId: string,
    { list, ago = 0, value = null, id = null, known = true }: {
      list?: string;
      ago?: number;
      value?: number | null;
      id?: string | null;
      known?: boolean;
    } = {},
  ) {
    const rules = { project: projectId, visitors: [visitor], now };
    const attributed = attribution(keys, rules)({ recommendationId: list, itemId });
    const event: NewEvent = { id, itemId, type, value, at: now - ago, known, ...attributed };
    const anonymous = "anonymous" in visitor;
    const person = "anonymous" in visitor ? visitor.anonymous : visitor.user;
    const call = { ownerId, projectId, person, anonymous, events: [event] };
    await appendEvents(service, [call]);
  }

  return {
    ...{ sql, service, trainer, url: database.url, ownerId, projectId, listOf, send },
    fold: (atOnce?: number) => foldResults(trainer, { stop: new AbortController().signal, atOnce }),
    results: () =>
      findResults(service, ownerId, { projectId, from: day(now - 20 * DAY), to: day(now) }),
    merge: (anonymousId: string, userId: string) =>
      mergeVisitor(service, ownerId, { projectId, anonymousId, userId }),
    [Symbol.asyncDispose]: () => all[Symbol.asyncDispose](),
  };
}

const ann = { user: "ann" };

Deno.test("one click and one purchase count for an item of a list", async () => {
  await using t = await shop();
  const list = t.listOf(ann);
  for (const item of ["a", "b"]) await t.send(ann, "impression", item, { list });
  await t.send(ann, "click", "a", { list });
  await t.send(ann, "view", "a", { list });
  await t.fold();
  await t.send(ann, "click", "a", { list });
  await t.send(ann, "click", "b", { list });
  await t.send(ann, "purchase", "a", { list, value: 20 });
  await t.send(ann, "purchase", "a", { list, value: 20 });
  await t.fold(1);
  await t.fold();
  const { total, purchases, placements, versions, events } = await t.results();
  const { impressions, clicks, conversions, revenue } = total;
  assertEquals([impressions, clicks, conversions, revenue], [2, 2, 1, 20]);
  assertEquals([purchases.all, purchases.followed!.rate], [2, .5]);
  assertEquals(placements.map(({ placement, clicks }) => [placement, clicks]), [["home", 2]]);
  assertEquals(versions.map(({ version, clicks }) => [version, clicks]), [[1, 2]]);
  assertEquals([events.all, events.with_list, events.unattributed], [8, 8, 0]);
  const sums = await t.sql`
    select count::int from recommender.result_hours where type = 'clicked_list'`;
  assertEquals(sums.map(({ count }) => count), [1]);
  const items = await t.sql`
    select item_id, shown::int, clicked::int from recommender.item_days order by item_id`;
  assertEquals(items.map(Object.values), [["a", 1, 1], ["b", 1, 1]]);
});

Deno.test("a project whose sums fail holds up no other", async () => {
  await using t = await shop();
  // The routes refuse such values; the sum of two is more than a double holds.
  for (const item of ["a", "b"]) await t.send(ann, "purchase", item, { value: 1.7e308 });
  const [{ id: otherId }] = await t.sql`
    insert into recommender.recommender_projects (owner_id, project_name, model_type)
    values (${t.ownerId}, 'Music', 'HYBRID') returning id`;
  await appendEvents(t.service, [{
    ...{ ownerId: t.ownerId, projectId: otherId, person: "ann", anonymous: false },
    events: [{ id: null, itemId: "a", type: "view", value: null, at: Date.now(), known: true }],
  }]);
  const failure = await assertRejects(() => t.fold(), Error, `project ${t.projectId}`);
  assertStringIncludes(String(failure.cause), "out of range");
  const sums = await t.sql`
    select project_id from recommender.result_hours where type = 'event'`;
  assertEquals(sums.map(({ project_id }) => project_id), [otherId]);
});

Deno.test("a click counts for 24 hours and a purchase for 7 days, or as the settings say", async () => {
  await using t = await shop();
  const old = t.listOf(ann, { ago: 2 * DAY });
  await t.send(ann, "click", "a", { list: old, ago: DAY - HOUR });
  await t.send(ann, "click", "b", { list: old, ago: DAY + HOUR });
  await t.send(ann, "purchase", "c", { list: old, value: 5 });
  const older = t.listOf(ann, { ago: 7.5 * DAY });
  await t.send(ann, "purchase", "d", { list: older, value: 7 });
  await t.fold();
  const { total } = await t.results();
  assertEquals([total.clicks, total.conversions, total.revenue], [1, 1, 5]);

  await t.sql`
    update recommender.recommender_projects
    set settings = settings || '{"click_window_hours": 72, "purchase_window_hours": 24}'
    where id = ${t.projectId}`;
  const next = t.listOf(ann, { ago: 2 * DAY });
  await t.send(ann, "click", "a", { list: next });
  await t.send(ann, "purchase", "a", { list: next, value: 9 });
  await t.fold();
  const later = (await t.results()).total;
  assertEquals([later.clicks, later.conversions], [2, 1]);
});

Deno.test("a purchase without an id follows the visitor's last click on the item", async () => {
  await using t = await shop();
  const visitor = { anonymous: "v" };
  const first = t.listOf(visitor, { placement: "home", ago: HOUR });
  const second = t.listOf(visitor, { placement: "cart", ago: HOUR });
  await t.send(visitor, "click", "a", { list: first, ago: HOUR / 2 });
  await t.send(visitor, "click", "a", { list: second, ago: HOUR / 4 });
  await t.send(visitor, "purchase", "a", { value: 3 });
  // Neither another visitor's click, nor a click on another item, nor a later click.
  await t.send({ anonymous: "w" }, "purchase", "a", { value: 100 });
  await t.send(visitor, "purchase", "b", { value: 100 });
  await t.send(visitor, "click", "e", { list: first });
  await t.send(visitor, "purchase", "e", { value: 100, ago: HOUR });
  await t.fold();
  const revenues = async () => {
    const { placements, purchases } = await t.results();
    const named = placements.map(({ placement, revenue }) => [placement, revenue] as const);
    return [Object.fromEntries(named), purchases.all];
  };
  assertEquals(await revenues(), [{ home: 0, cart: 3 }, 4]);

  // Signed in: what the visitor clicked before is the user's, what came later is not.
  await t.send(visitor, "click", "c", { list: first });
  await t.merge("v", "ann");
  await t.send(visitor, "click", "d", { list: first });
  await t.send(ann, "purchase", "c", { value: 11 });
  await t.send(ann, "purchase", "d", { value: 100 });
  await t.fold();
  assertEquals(await revenues(), [{ home: 11, cart: 3 }, 6]);
});

Deno.test("a purchase looks for its click among the last 100 on the item", async () => {
  for (const [later, conversions] of [[99, 1], [100, 0]]) {
    await using t = await shop();
    const visitor = { anonymous: "v" };
    await t.send(visitor, "click", "a", { list: t.listOf(visitor), ago: HOUR });
    // Clicks of an old list, which a purchase does not follow.
    const old = { list: t.listOf(visitor, { ago: 2 * DAY }), ago: HOUR / 2 };
    for (let n = 0; n < later; n++) await t.send(visitor, "click", "a", old);
    await t.send(visitor, "purchase", "a", { value: 3 });
    await t.fold();
    assertEquals((await t.results()).total.conversions, conversions, `${later} later clicks`);
  }
});

Deno.test("of the visitors who signed in as a user, a purchase looks at the last 20", async () => {
  for (const [later, conversions] of [[19, 1], [20, 0]]) {
    await using t = await shop();
    for (let n = 0; n <= later; n++) {
      const visitor = { anonymous: `v${n}` };
      if (n === 0) await t.send(visitor, "click", "a", { list: t.listOf(visitor), ago: HOUR });
      await t.merge(visitor.anonymous, "ann");
    }
    await t.send(ann, "purchase", "a", { value: 3 });
    await t.fold();
    assertEquals((await t.results()).total.conversions, conversions, `${later} later visitors`);
  }
});

Deno.test("forged, foreign and absent items are unattributed, and alerts say when they are many", async () => {
  await using t = await shop();
  for (let i = 0; i < 19; i++) {
    await t.send(ann, "click", "a", { list: t.listOf(ann), known: i > 0 });
  }
  await t.send({ user: "bob" }, "click", "a", { list: t.listOf(ann) });
  await t.fold();
  const one = (await t.results()).events;
  assertEquals([one.with_list, one.unattributed, one.unknown_items, one.alerts], [20, 1, 1, []]);
  await t.send(ann, "click", "a", { list: "forged" });
  await t.send(ann, "click", "absent", { list: t.listOf(ann), known: false });
  await t.fold();
  const { events, total } = await t.results();
  assertEquals(events.alerts, ["unattributed", "unknown_items"]);
  assertEquals([events.unattributed, total.clicks], [3, 19]);
});

Deno.test("each event is counted once, although the process is killed again and again", async () => {
  await using t = await shop();
  const list = t.listOf(ann);
  let sent = 0;
  const deadline = Date.now() + 120_000;
  for (let kills = 0; kills < 5; kills++) {
    const process = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", PROCESS],
      env: { DATABASE_URL: connectedAs(t.url, "airec_trainer") },
      stdout: "piped",
    }).spawn();
    await process.stdout.getReader().read();
    for (let i = 0; i < 40; i++) {
      await t.send(ann, "impression", ITEMS[i % 5], { list });
      await t.send(ann, "purchase", `bought ${sent}`, { value: 1 });
      sent++;
    }
    process.kill("SIGKILL");
    await process.status;
  }
  assert(Date.now() < deadline);
  // A statement of a killed process may still be running; it then commits or not, but not twice.
  for (let left = 1; left > 0;) {
    await t.fold();
    [{ left }] = await t.sql`select count(*)::int as left from recommender.projects_to_fold()`;
  }
  const { total, purchases, events } = await t.results();
  assertEquals([total.impressions, purchases.all, events.all], [sent, sent, 2 * sent]);
});

Deno.test("hourly sums are kept for 400 days", async () => {
  await using t = await shop();
  for (const days of [399, 401]) {
    await t.sql`
      insert into recommender.result_hours (project_id, hour, version, type, count)
      values (${t.projectId}, now() - make_interval(days => ${days}), 1, 'list', ${days})`;
  }
  await removeOldResults(t.trainer);
  const left = await t.sql`select count::int from recommender.result_hours`;
  assertEquals(left.map(({ count }) => count), [399]);
});

Deno.test("results.daily comes once a day and project, with the sums of the day before", async () => {
  await using t = await shop();
  const [{ id: app }] = await t.sql`
    insert into webhooks.apps (owner_id, app_name, api_key, key_prefix, key_last_four)
    values (${t.ownerId}, 'Shop', 'hash', 'airec_live_ab', 'wxyz') returning id`;
  await t.sql`
    insert into webhooks.endpoints (app_id, url, secret, events)
    values (${app}, 'https://shop.test/hook', 'sealed-secret', '["results.daily"]')`;
  const sum = (hour: string, version: number, type: string, count: number, value = 0) =>
    t.sql`
      insert into recommender.result_hours
        (project_id, hour, placement, version, type, count, value)
      values (${t.projectId}, ${hour}, 'home', ${version}, ${type}, ${count}, ${value})`;
  await sum("2026-07-01T23:00:00Z", 1, "list", 7);
  await sum("2026-07-02T00:00:00Z", 1, "list", 5);
  await sum("2026-07-02T23:00:00Z", 1, "list", 3);
  await sum("2026-07-02T22:00:00Z", 1, "purchase", 1, .1);
  await sum("2026-07-02T23:00:00Z", 1, "purchase", 1, .2);
  await sum("2026-07-02T23:00:00Z", 0, "purchase", 4, 99);
  await sum("2026-07-03T00:00:00Z", 1, "list", 100);
  const bodies = async () => {
    const rows = await t.sql`select type, body from webhooks.events order by id`;
    return rows.map(({ type, body }) => [type, JSON.parse(body).data]);
  };
  const at = (time: string) => sendDailyResults(t.trainer, new Date(time));
  await at("2026-07-03T00:09:00Z");
  assertEquals((await bodies()).map(([, data]) => [data.day, data.lists]), [["2026-07-01", 7]]);
  await Promise.all([at("2026-07-03T00:11:00Z"), at("2026-07-03T00:11:00Z")]);
  await at("2026-07-03T20:00:00Z");
  assertEquals((await bodies())[1], ["results.daily", {
    ...{ project_id: t.projectId, project_name: "Films", day: "2026-07-02" },
    ...{ lists: 8, fallbacks: 0, clicked_lists: 0, impressions: 0, clicks: 0 },
    ...{ conversions: 2, revenue: .3, purchases: 4 },
  }]);
  assertEquals((await bodies()).length, 2);
});
