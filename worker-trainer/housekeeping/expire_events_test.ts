import { assertEquals } from "@std/assert";
import { testDatabase } from "../../testing/database.ts";
import { expireEvents } from "./expire_events.ts";

Deno.test("live events are deleted after the days that their project keeps them", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const [{ id: owner }] = await sql`
    insert into auth.users (name, email, password) values ('Ada', 'a@b.test', '') returning id`;
  const addProject = async (settings: Record<string, number>) => {
    const [{ id }] = await sql`
      insert into recommender.recommender_projects (owner_id, project_name, model_type, settings)
      values (${owner}, 'Shop', 'COLLABORATIVE', ${sql.json({ version: 1, ...settings })})
      returning id`;
    // One event for each of the last 500 days, oldest first, many on the first.
    await sql`
      insert into recommender.live_events (
        project_id, person, anonymous, item_id, type, at, received_at
      )
      select ${id}, 'ann', false, 'item', 'view', now(), now() - make_interval(days => d.day)
      from generate_series(500, 1, -1) d(day), generate_series(1, case d.day when 500 then 25000 else 1 end)
      order by d.day desc`;
    return id as number;
  };
  const [usual, short, long] = [
    await addProject({}),
    await addProject({ keep_events: 30 }),
    await addProject({ keep_events: 3_650 }),
  ];
  await expireEvents(sql, { stop: new AbortController().signal });
  const counts = await sql`
    select project_id, count(*)::int, (select events::int from recommender.live_event_counts c
      where c.project_id = e.project_id) as counted
    from recommender.live_events e group by project_id order by project_id`;
  assertEquals(counts.map(Object.values), [
    ...[[usual, 399, 399], [short, 29, 29], [long, 25_499, 25_499]],
  ]);
});
