import { assertEquals, assertRejects } from "@std/assert";
import { testDatabase } from "../../testing/database.ts";
import { queueDueRetrains } from "./retrains.ts";
import { pendingProject, projectRow, testOwner } from "../../testing/training_project.ts";

Deno.test("projects with a retrain interval are queued when due", async () => {
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

Deno.test("an owner whose projects cannot be queued holds up no other", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const ids: number[] = [];
  for (let i = 0; i < 3; i++) {
    ids.push(await pendingProject(sql, { settings: { retrain_every: 1 } }));
  }
  await sql`
    update recommender.recommender_projects
    set status = 'READY', finished_at = now() - interval '2 hours'`;
  await sql.unsafe(`
    create function public.refuse() returns trigger language plpgsql as $$
    begin raise exception 'not just now'; end $$;
    create trigger refuse before update on recommender.recommender_projects for each row
    when (old.id <> ${ids[1]}) execute function public.refuse()`);
  await assertRejects(() => queueDueRetrains(sql), Error, "project ");
  const rows = await Promise.all(ids.map((id) => projectRow(sql, id)));
  assertEquals(rows.map(({ status }) => status), ["READY", "PENDING", "READY"]);
});

Deno.test("a project is queued when as many live events are new as its settings say", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const settings = { retrain_when: { events: 3 } };
  const ids: number[] = [];
  for (let i = 0; i < 3; i++) ids.push(await pendingProject(sql, { settings }));
  const [due, few, fresh] = ids;
  await sql`
    update recommender.recommender_projects
    set status = 'READY', finished_at = now() - interval '2 hours'`;
  await sql`
    update recommender.recommender_projects set finished_at = now() where id = ${fresh}`;
  const send = (id: number, events: number) =>
    sql`
    insert into recommender.live_events (project_id, person, anonymous, item_id, type, at)
    select ${id}, 'ann', false, 'i' || n, 'view', now() from generate_series(1, ${events}::int) n`;
  for (const [id, events] of [[due, 3], [few, 2], [fresh, 3]]) await send(id, events);
  assertEquals(await queueDueRetrains(sql), [due]);
  // Those of a training count no more.
  await sql`
    update recommender.recommender_projects
    set events_rolled_to = (select max(seq) from recommender.live_events) where id = ${few}`;
  await send(few, 2);
  assertEquals(await queueDueRetrains(sql), []);
  await send(few, 1);
  assertEquals(await queueDueRetrains(sql), [few]);
});

Deno.test("a project is queued when as much time has passed as its settings say", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const due = await pendingProject(sql, { settings: { retrain_when: { every: "1d" } } });
  await pendingProject(sql, { settings: { retrain_when: { every: "2d", events: 3 } } });
  await pendingProject(sql, { settings: { retrain_when: { events: 3 } } });
  await sql`
    update recommender.recommender_projects
    set status = 'READY', finished_at = now() - interval '25 hours'`;
  assertEquals(await queueDueRetrains(sql), [due]);
});

Deno.test("a project is queued when as many live items are new as its settings say", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const settings = { retrain_when: { new_items: 2 } };
  const due = await pendingProject(sql, { settings, serving: "3" });
  const few = await pendingProject(sql, { settings, serving: "3" });
  await sql`
    update recommender.recommender_projects
    set status = 'READY', finished_at = now() - interval '2 hours'`;
  const put = async (id: number, items: { id: string; version?: string }[]) => {
    for (const { id: item, version } of items) {
      await sql`insert into recommender.live_items (project_id, item_id) values (${id}, ${item})`;
      if (version === undefined) continue;
      await sql`
        insert into recommender.live_item_rows (project_id, version, item_id, item_seq)
        values (${id}, ${version}, ${item}, 1)`;
    }
  };
  await put(due, [{ id: "a", version: "3" }, { id: "b", version: "3" }, { id: "known" }]);
  await put(few, [{ id: "a", version: "3" }, { id: "b", version: "2" }, { id: "known" }]);
  assertEquals(await queueDueRetrains(sql), [due]);
  await sql`
    update recommender.recommender_projects
    set items_rolled_to = (select max(seq) from recommender.live_items) where id = ${few}`;
  await put(few, [{ id: "c", version: "3" }]);
  assertEquals(await queueDueRetrains(sql), [], "those of a training count no more");
  await put(few, [{ id: "d", version: "3" }]);
  assertEquals(await queueDueRetrains(sql), [few]);
});

Deno.test("a day after a user was erased, the project is trained without their data, once", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const file = {
    ...{ file_type: "INTERACTION" as const, storage_path: "u", dialect: {}, mapping: {} },
  };
  const ids: number[] = [];
  for (let i = 0; i < 5; i++) ids.push(await pendingProject(sql, { files: i === 4 ? [] : [file] }));
  const [due, lately, since, learned, bare] = ids;
  await sql`
    update recommender.recommender_projects
    set status = 'READY', queued_at = now() - interval '3 days', finished_at = now()`;
  await sql`
    insert into recommender.erased_users (project_id, user_id, erased_at, unlearned_at)
    select id, 'ann', now() - case when id = ${lately} then interval '23 hours'
        else interval '25 hours' end,
      case when id = ${learned} then now() end
    from unnest(${ids}::int[]) as id`;
  await sql`
    update recommender.recommender_projects set queued_at = now() - interval '1 hour'
    where id = ${since}`;
  assertEquals(await queueDueRetrains(sql), [due]);
  // Not queued again although it failed: the owner has to correct the data.
  await sql`
    update recommender.recommender_projects set status = 'READY', error = 'There is no row.'
    where id = ${due}`;
  assertEquals(await queueDueRetrains(sql), []);
  assertEquals((await projectRow(sql, bare)).status, "READY");
});

Deno.test("retrains respect the owner's quota and the operator's minimum interval", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const [ann, bob] = [await testOwner(sql), await testOwner(sql)];
  const ids: number[] = [];
  for (let i = 0; i < 5; i++) ids.push(await pendingProject(sql, { owner: ann }));
  const [waiting, ...due] = ids;
  const other = await pendingProject(sql, { owner: bob });
  await sql`
    update recommender.recommender_projects
    set status = 'READY', settings = settings || '{"retrain_every": 1}',
        finished_at = now() - make_interval(hours => 10 - id)
    where id <> ${waiting}`;
  assertEquals(await queueDueRetrains(sql, { trainings: 3, leastHours: 12 }), []);
  // One is waiting already; the longest-ago trainings come first.
  const queued = await queueDueRetrains(sql, { trainings: 3 });
  assertEquals(queued.sort(), [...due.slice(0, 2), other].sort());
  assertEquals(await queueDueRetrains(sql, { trainings: 3 }), []);
});
