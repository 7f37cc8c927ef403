import { assertEquals } from "@std/assert";
import { testDatabase } from "../testing/database.ts";
import { spreadLists } from "./spread_lists.ts";

Deno.test("lists that were just counted are moved to the hours of their visits", async () => {
  await using database = await testDatabase();
  const { sql, url } = database;
  const [{ id: owner }] = await sql`
    insert into auth.users (name, email, password) values ('Demo', 'demo@airec.example', 'none')
    returning id`;
  const [{ id: project }] = await sql`
    insert into recommender.recommender_projects (owner_id, project_name, model_type, status)
    values (${owner}, 'Films', 'HYBRID', 'READY') returning id`;
  const now = new Date("2026-01-15T13:00:00Z");
  await sql`
    insert into recommender.result_hours
      (project_id, hour, placement, version, variant, type, count)
    values (${project}, ${now}, 'home', 2, 0, 'list', 5),
      (${project}, ${now}, 'home', 2, 0, 'fallback', 2),
      (${project}, ${now}, 'item', 2, 0, 'list', 1)`;
  const times = ["2026-01-12T08:10:00Z", "2026-01-12T08:50:00Z", "2026-01-15T13:20:00Z"];
  await spreadLists(url, {
    project,
    placement: "home",
    times: times.map((time) => Date.parse(time)),
    fallbacks: [Date.parse(times[0])],
  });
  const rows = await sql`
    select hour, placement, type, count::int from recommender.result_hours
    order by placement, type, hour`;
  const found = rows.map(({ hour, placement, type, count }) => [
    ...[hour.toISOString(), placement, type, count],
  ]);
  assertEquals(found, [
    ["2026-01-12T08:00:00.000Z", "home", "fallback", 1],
    ["2026-01-15T13:00:00.000Z", "home", "fallback", 1],
    ["2026-01-12T08:00:00.000Z", "home", "list", 2],
    ["2026-01-15T13:00:00.000Z", "home", "list", 3],
    ["2026-01-15T13:00:00.000Z", "item", "list", 1],
  ]);
});
