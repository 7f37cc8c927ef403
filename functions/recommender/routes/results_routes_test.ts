import { assertEquals } from "@std/assert";
import { testRecommender } from "../../../testing/recommender.ts";
import { servingProject } from "../../../testing/project.ts";

Deno.test("results are by day, placement and version, with the catalogue's coverage", async () => {
  await using service = await testRecommender();
  const { ann, id, path } = await servingProject(service, "COLLABORATIVE");
  const { sql } = service;
  const sum = (
    at: string,
    placement: string,
    version: number,
    type: string,
    n: number,
    value = 0,
  ) =>
    sql`
      insert into recommender.result_hours
        (project_id, hour, placement, version, type, count, value)
      values (${id}, ${at}, ${placement}, ${version}, ${type}, ${n}, ${value})`;
  await sum("2026-07-01T23:00Z", "home", 1, "list", 90);
  await sum("2026-07-02T00:00Z", "home", 1, "list", 10);
  await sum("2026-07-02T00:00Z", "home", 1, "clicked_list", 10);
  await sum("2026-07-02T01:00Z", "home", 1, "click", 12);
  await sum("2026-07-02T01:00Z", "", 2, "list", 40);
  await sum("2026-07-02T01:00Z", "", 2, "purchase", 2, .1);
  await sum("2026-07-02T02:00Z", "", 2, "purchase", 1, .2);
  await sum("2026-07-02T01:00Z", "", 0, "purchase", 12, 300);
  await sum("2026-07-03T00:00Z", "home", 1, "list", 999);
  await sql`
    insert into recommender.item_days (project_id, day, item_id, shown, clicked)
    values (${id}, '2026-07-01', '3', 6, 1), (${id}, '2026-07-02', '3', 2, 1),
      (${id}, '2026-07-02', 'five', 2, 0), (${id}, '2026-07-02', 'removed', 90, 0)`;

  const { status, body } = await ann.get(`${path}/results?from=2026-07-01&to=2026-07-02`);
  assertEquals(status, 200);
  assertEquals([body.click_window_hours, body.purchase_window_hours], [24, 168]);
  const { click_through, ...total } = body.total;
  assertEquals(total, {
    ...{ lists: 140, fallbacks: 0, impressions: 0, clicks: 12, conversions: 3, revenue: .3 },
  });
  assertEquals(click_through.rate, 10 / 140);
  const listed = (rows: { lists: number }[], name: string) =>
    rows.map((row) => [(row as unknown as Record<string, unknown>)[name], row.lists]);
  assertEquals(listed(body.days, "day"), [["2026-07-01", 90], ["2026-07-02", 50]]);
  assertEquals(listed(body.placements, "placement"), [["home", 100], ["", 40]]);
  assertEquals(listed(body.versions, "version"), [[2, 40], [1, 100]]);
  assertEquals([body.purchases.all, body.purchases.followed.rate], [12, .25]);
  assertEquals([body.items.catalogue, body.items.never_shown], [5, 3]);
  assertEquals(
    body.items.most_shown.map((item: { item_id: string; shown: number; clicked: number }) => [
      ...[item.item_id, item.shown, item.clicked],
    ]),
    [["3", 8, 2], ["five", 2, 0]],
  );
  const { popularOrder } = await popular(ann, path);
  const tail = popularOrder[0] === "3" ? .2 : popularOrder[0] === "five" ? .8 : 1;
  assertEquals(body.items.long_tail, tail);

  const bob = await service.signUp("bob");
  assertEquals((await bob.get(`${path}/results`)).status, 404);
  const eve = await ann.get(`${path}/results`);
  assertEquals([eve.status, eve.body.days], [200, []]);
  assertEquals(eve.body.total.click_through, null);
});

async function popular(ann: { get(path: string): Promise<{ body: unknown }> }, path: string) {
  const { body } = await ann.get(`${path}/popular`);
  const { items } = body as { items: { item_id: string }[] };
  return { popularOrder: items.map(({ item_id }) => item_id) };
}

Deno.test("a period is of whole days, at most a year", async () => {
  await using service = await testRecommender();
  const { ann, path } = await servingProject(service, "COLLABORATIVE");
  const pointer = async (query: string) => {
    const { status, body } = await ann.get(`${path}/results?${query}`);
    return status === 200 ? 200 : body.errors[0].pointer;
  };
  assertEquals(await pointer("to=2026-02-28"), 200);
  assertEquals(await pointer("from=2026-03-01&to=2026-02-28"), "/from");
  assertEquals(await pointer("from=2024-02-28&to=2026-02-28"), "/from");
  assertEquals(await pointer("from=yesterday"), "/from");
  assertEquals(await pointer("to=2026-02-30"), "/to");
});
