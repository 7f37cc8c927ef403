import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Sql } from "postgres";
import { appendEvents, type NewEvent } from "../../functions/recommender/live/live_events.ts";
import { trendingItems } from "../../functions/recommender/live/trending.ts";
import { testDatabase } from "../../testing/database.ts";
import { pendingProject, projectRow, testOwner } from "../../testing/training_project.ts";
import { foldTrending } from "./fold_trending.ts";

const HOUR = 3_600_000;

/** Opens a database with a project, and functions to send events and read the trending items. */
async function openShop() {
  const stack = new AsyncDisposableStack();
  const { sql } = stack.use(await testDatabase());
  const ownerId = await testOwner(sql);
  const projectId = await pendingProject(sql, { owner: ownerId });
  return {
    ...{ sql, ownerId, projectId },
    send: (person: string, events: Partial<NewEvent>[]) =>
      send(sql, { ownerId, projectId, person }, events),
    async trending(most = 10) {
      await foldTrending(sql);
      return [...await trendingItems(sql, ownerId, { projectId, most })];
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function send(
  sql: Sql,
  person: { ownerId: string; projectId: number; person: string },
  events: Partial<NewEvent>[],
) {
  await appendEvents(sql, [{
    ...person,
    anonymous: false,
    events: events.map((event) => ({
      ...{ id: null, itemId: "a", type: "view", value: null, known: true, at: Date.now() },
      ...event,
    })),
  }]);
}

Deno.test("an item's score is the sum of its events' weights, halved by age", async () => {
  await using shop = await openShop();
  assertEquals(await shop.trending(), []);
  await shop.send("ann", [{}, { itemId: "b", type: "purchase" }]);
  await shop.send("bob", [{}, { itemId: "c", at: Date.now() - 24 * HOUR }]);
  const first = await shop.trending();
  assertEquals(first.map(({ item_id }) => item_id), ["b", "a", "c"]);
  [5, 2, 0.5].forEach((score, i) => assertAlmostEquals(first[i].score, score, 0.01));

  // Later events add to what was folded; the order changes.
  await shop.send("cleo", [{ type: "purchase" }, {
    itemId: "old",
    at: Date.now() - 300 * 24 * HOUR,
  }]);
  const second = await shop.trending(2);
  assertEquals(second.map(({ item_id }) => item_id), ["a", "b"]);
  assertAlmostEquals(second[0].score, 7, 0.01);
});

Deno.test("a visitor counts once per item, type and day; rejections and unknown items do not", async () => {
  await using shop = await openShop();
  await shop.send("ann", Array(50).fill({}));
  await shop.send("bob", [{ itemId: "b" }, { itemId: "b", type: "hide" }]);
  await shop.send("bob", [{ itemId: "x", known: false }, { itemId: "c", type: "impression" }]);
  await shop.send("bob", [{ itemId: "d", type: "skip" }, { itemId: "d", type: "retoure" }]);
  const items = await shop.trending();
  assertEquals(items.map(({ item_id }) => item_id).sort(), ["a", "b"]);
  for (const { score } of items) assertAlmostEquals(score, 1, 0.01);
});

Deno.test("repeated ratings, and purchases taken back between, count once", async () => {
  await using shop = await openShop();
  const rated = { type: "rating", value: 5 };
  await shop.send("ann", Array(50).fill(rated));
  await shop.trending();
  await shop.send("ann", [rated, { ...rated, at: Date.now() - 24 * HOUR }]);
  await shop.send(
    "bob",
    Array(20).fill([{ itemId: "b", type: "purchase" }, { itemId: "b", type: "retract" }]).flat(),
  );
  const [b, a] = await shop.trending();
  assertEquals([b.item_id, a.item_id], ["b", "a"]);
  assertAlmostEquals(b.score, 5, 0.01);
  assertAlmostEquals(a.score, 1.5, 0.01);
});

Deno.test("another half-life counts the stored events again, and weights are the settings'", async () => {
  await using shop = await openShop();
  await shop.send("ann", [{ at: Date.now() - 24 * HOUR }]);
  await shop.send("bob", [{ itemId: "b", type: "play" }]);
  assertAlmostEquals((await shop.trending())[1].score, 0.5, 0.01);
  const settings = { version: 1, trending_half_life: 12, event_weights: { play: 8 } };
  await shop.sql`
    update recommender.recommender_projects set settings = ${shop.sql.json(settings)}`;
  await shop.send("cleo", [{ itemId: "c" }]);
  const scores = new Map((await shop.trending()).map(({ item_id, score }) => [item_id, score]));
  assertAlmostEquals(scores.get("a")!, 0.25, 0.01);
  assertAlmostEquals(scores.get("b")!, 8, 0.05);
  // A word that rejects, unless the owner has a weight for it.
  await shop.send("bob", [{ itemId: "d", type: "skip" }]);
  assertEquals((await shop.trending()).length, 3);
  const own = { ...settings, event_weights: { play: 8, skip: 2 } };
  await shop.sql`update recommender.recommender_projects set settings = ${shop.sql.json(own)}`;
  await shop.send("cleo", [{ itemId: "d", type: "skip" }]);
  assertAlmostEquals(
    (await shop.trending()).find(({ item_id }) => item_id === "d")!.score,
    2,
    0.05,
  );
  assertEquals((await projectRow(shop.sql, shop.projectId)).status, "PENDING");
});

Deno.test("processes that fold at once count each event once", async () => {
  await using shop = await openShop();
  for (let n = 0; n < 20; n++) await shop.send(`p${n}`, [{}]);
  await Promise.all(Array.from({ length: 4 }, () => foldTrending(shop.sql)));
  assertAlmostEquals((await shop.trending())[0].score, 20, 0.1);
});
