import { assertEquals } from "@std/assert";
import { testDatabase } from "../../dev/test_database.ts";
import { queueDueRetrains } from "./retrains.ts";
import { pendingProject, projectRow } from "../test_project.ts";

Deno.test("projects that are to be trained again and again are queued when due", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const ids: number[] = [];
  for (let i = 0; i < 5; i++) ids.push(await pendingProject(sql));
  const [due, fresh, never, broken, half] = ids;
  await sql`
    update recommender.recommender_projects
    set status = 'READY', settings = settings || '{"retrain_every": 24}',
        finished_at = now() - interval '25 hours', error = 'The last one failed.'`;
  await sql`
    update recommender.recommender_projects set finished_at = now() - interval '23 hours'
    where id = ${fresh}`;
  await sql`update recommender.recommender_projects set settings = '{"version": 1}' where id = ${never}`;
  await sql`update recommender.recommender_projects set status = 'ERROR' where id = ${broken}`;
  await sql`
    update recommender.recommender_projects
    set settings = settings || '{"retrain_every": 1.5}', finished_at = now() - interval '100 minutes'
    where id = ${half}`;

  await sql`
    insert into http.pauses (duty, reason, until) values ('retrains', 'a test', 'infinity')`;
  assertEquals(await queueDueRetrains(sql), []);
  await sql`delete from http.pauses`;
  assertEquals((await queueDueRetrains(sql)).sort(), [due, half]);
  assertEquals(await queueDueRetrains(sql), []);
  const row = await projectRow(sql, due);
  assertEquals([row.status, row.error, row.attempt], ["PENDING", null, 0]);
  assertEquals((await projectRow(sql, fresh)).status, "READY");
});
