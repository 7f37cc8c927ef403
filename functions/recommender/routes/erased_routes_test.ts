import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { servingProject, waitingProject } from "../../../testing/project.ts";
import { testRecommender } from "../../../testing/recommender.ts";

Deno.test("an erased user is unknown at once, and a running training continues", async () => {
  await using service = await testRecommender();
  const project = await servingProject(service, "COLLABORATIVE");
  const { ann, path } = project;
  const ask = () => ann.get(`${path}/recommendations?user_id=ann`);
  assertEquals((await ask()).body.fallback, undefined);
  await service.sql`
    update recommender.recommender_projects set status = 'PROCESSING', attempt = 1`;
  const [before] = await service.sql`select training_id from recommender.recommender_projects`;

  const erased = await ann.send("DELETE", `${path}/users/ann`);

  assertEquals([erased.status, erased.body.status], [202, "PROCESSING"]);
  const [after] = await service.sql`select training_id from recommender.recommender_projects`;
  assertEquals(after, before);
  const { body } = await ask();
  assertEquals(body.fallback, "popular");
  assertStringIncludes(body.fallback_reason, "did not contain this user");
  assertEquals(JSON.stringify(body).includes("ann"), false, "an erased id is named by no answer");
  const users = (await ann.get(`${path}/users`)).body.users;
  assertEquals(users, [{ user_id: "7" }, { user_id: "cy" }]);
  assertEquals((await ann.get(`${path}/recommendations?user_id=7`)).body.fallback, undefined);

  await ann.send("DELETE", `${path}/users/ann`);
  assertEquals((await service.sql`select from recommender.erased_users`).length, 1);

  // If no training is queued or running, one is queued, once for all users erased meanwhile.
  await service.sql`update recommender.recommender_projects set status = 'READY'`;
  const queued = await ann.send("DELETE", `${path}/users/7`);
  assertEquals(queued.body.status, "PENDING");
  const [waiting] = await service.sql`select training_id from recommender.recommender_projects`;
  assertEquals(waiting.training_id === before.training_id, false);
  await ann.send("DELETE", `${path}/users/cy`);
  const [still] = await service.sql`select training_id from recommender.recommender_projects`;
  assertEquals(still, waiting);
});

Deno.test("erasing a user in a CONTENT project queues no training", async () => {
  await using service = await testRecommender();
  const { ann, path } = await servingProject(service, "CONTENT");
  const { status, body } = await ann.send("DELETE", `${path}/users/ann`);
  assertEquals([status, body.status], [202, "READY"]);
});

Deno.test("an id with a slash is erased like any other", async () => {
  await using service = await testRecommender();
  const { ann, path } = await waitingProject(service, "COLLABORATIVE");
  const { status } = await ann.send("DELETE", `${path}/users/${encodeURIComponent("a/b c?é")}`);
  assertEquals(status, 202);
  const [{ user_id }] = await service.sql`select user_id from recommender.erased_users`;
  assertEquals(user_id, "a/b c?é");
});

Deno.test("a blank id or a word for a missing value is no user's", async () => {
  await using service = await testRecommender();
  const { ann, path } = await waitingProject(service, "COLLABORATIVE");
  for (const id of [" ", "\u200b", "-", "NaN", "\u200b\u0001visitor"]) {
    const { status } = await ann.send("DELETE", `${path}/users/${encodeURIComponent(id)}`);
    assertEquals([id, status], [id, 422]);
  }
  assertEquals((await service.sql`select from recommender.erased_users`).length, 0);
});

Deno.test("pending erasures are listed with start, due time and cause, and no others", async () => {
  await using service = await testRecommender();
  const { sql } = service;
  const { ann, id, path } = await servingProject(service, "COLLABORATIVE");
  const list = async (query = "") => (await ann.get(`${path}/users/erased${query}`)).body;
  assertEquals(await list(), { users: [], pending: 0, overdue: 0, in_weights: 0 });

  const users = Array.from({ length: 5 }, (_, i) => `user ${i}`);
  for (const user of users) {
    await ann.send("DELETE", `${path}/users/${encodeURIComponent(user)}`);
  }
  const { users: [first, ...others], ...counts } = await list();
  assertEquals(counts, { pending: 5, overdue: 0, in_weights: 0 });
  assertEquals([first.user_id, first.overdue, first.cause], ["user 0", false, null]);
  assertEquals(others.map(({ user_id }: { user_id: string }) => user_id), users.slice(1));
  const since = new Date(first.since).getTime();
  assert(Math.abs(since - Date.now()) < 60_000);
  assertEquals(first.erased_at, first.since);
  // Ten minutes; the few bytes of the file hardly count.
  assert(Math.abs(new Date(first.due_at).getTime() - since - 600_000) < 10);

  await sql`update recommender.uploaded_files set bytes = 3000000000`;
  await sql`update recommender.erased_users set erased_at = erased_at - interval '12 minutes'`;
  await sql`
    update recommender.forgetting
    set created_at = created_at - interval '1 day', cause = 'It is away.'`;
  const later = await list();
  assertEquals([later.pending, later.overdue], [5, 0], "a minute for each GB");
  await sql`update recommender.uploaded_files set bytes = 1000000000`;
  const overdue = await list("?limit=2");
  assertEquals([overdue.pending, overdue.overdue, overdue.users.length], [5, 5, 2]);
  assertEquals([overdue.users[1].overdue, overdue.users[1].cause], [true, "It is away."]);
  const page = await ann.get(`${path}/users/erased?limit=2`);
  assertStringIncludes(page.headers.get("link")!, "cursor=2");
  assertEquals((await list("?limit=2&cursor=4")).users[0].user_id, "user 4");

  // Removed from files and versions but not from the weights; then from these, too.
  await sql`update recommender.uploaded_files set cleaned_at = now()`;
  await sql`update recommender.erased_users set forgotten_at = now() where user_id <> 'user 3'`;
  const last = await list();
  assertEquals([last.pending, last.in_weights, last.users[0].user_id], [1, 4, "user 3"]);
  await sql`update recommender.erased_users set forgotten_at = now(), unlearned_at = now()`;
  assertEquals(await list(), { users: [], pending: 0, overdue: 0, in_weights: 0 });

  // A file added later may contain rows of all of them.
  await ann.post(`${path}/interactions`, { interactions: [{ user_id: "user 1", item_id: "1" }] });
  assertEquals((await list()).pending, 5);
  const [{ due }] = await sql`
    select next_try_at < now() + interval '1 minute' as due from recommender.forgetting`;
  assertEquals(due, true);
  assertEquals(
    (await service.signUp("bob").then((bob) => bob.get(`${path}/users/erased`))).status,
    404,
  );
  assertEquals((await ann.get(`/project/${id + 1}/users/erased`)).status, 404);
});

Deno.test("an erasure covers live events, those of merged visitors, and later ones", async () => {
  await using service = await testRecommender();
  const { sql } = service;
  const { ann, path, id } = await waitingProject(service, "COLLABORATIVE");
  const send = async (who: Record<string, string>, item: string) => {
    const sent = { ...who, events: [{ type: "view", item_id: item, id: `${item} ${Date.now()}` }] };
    const { status, body } = await ann.post(`${path}/events`, sent);
    assertEquals([status, body.accepted], [202, 1]);
  };
  const merge = (from: string, into: string) => ann.post(`${path}/users/merge`, { from, into });
  const stored = async () => {
    const rows = await sql`
      select person, anonymous, item_id from recommender.live_events order by item_id`;
    return rows.map(({ item_id }) => item_id).join();
  };
  await send({ anonymous_id: "phone" }, "1");
  await send({ anonymous_id: "shared" }, "2");
  await merge("phone", "eve");
  await merge("shared", "eve");
  await send({ anonymous_id: "phone" }, "3");
  await send({ anonymous_id: "shared" }, "4");
  await merge("shared", "bob");
  await send({ anonymous_id: "shared" }, "5");
  await send({ user_id: "eve" }, "6");
  await send({ user_id: "bob" }, "7");
  await send({ anonymous_id: "eve" }, "8");
  assertEquals(await stored(), "1,2,3,4,5,6,7,8");

  assertEquals((await ann.send("DELETE", `${path}/users/eve`)).status, 202);
  assertEquals(await stored(), "4,5,7,8", "a browser that Bob uses now is his");
  const merges = await sql`
    select anonymous_id, user_id from recommender.merged_visitors order by seq`;
  assertEquals(merges.map(Object.values), [["shared", null], ["shared", "bob"]]);
  await send({ user_id: "eve" }, "9");
  await send({ anonymous_id: "phone" }, "9");
  await send({ user_id: "bob" }, "10");
  assertEquals(await stored(), "10,4,5,7,8");
  const { body: { users } } = await ann.get(`${path}/users/erased`);
  const listed = users.map((
    { user_id, anonymous }: { user_id: string; anonymous: boolean },
  ) => [user_id, anonymous]);
  assertEquals(listed.sort(), [["eve", false], ["phone", true]]);
  const trail = await sql`select from auth.audit_entries where action = 'project.user_erased'`;
  assertEquals(trail.length, 1);

  assertEquals((await ann.send("DELETE", `${path}/users/shared?anonymous=true`)).status, 202);
  assertEquals(await stored(), "10,4,7,8");
  await merge("tablet", "eve");
  await send({ anonymous_id: "tablet" }, "9");
  assertEquals(await stored(), "10,4,7,8", "a visitor merged into an erased user is erased");
  const marked = await ann.send("DELETE", `${path}/users/%01shared`);
  assertEquals(marked.status, 422);

  const [{ owner }] = await sql`
    select owner_id as owner from recommender.recommender_projects where id = ${id}`;
  const [{ exported }] = await sql`select recommender.export_of(${owner}) as exported`;
  const [project] = exported.projects;
  assertEquals([project.live_event_count, project.live_events_left_out], [4, 0]);
  assertEquals(project.live_events.map(({ item_id }: { item_id: string }) => item_id), [
    ...["4", "7", "8", "10"],
  ]);
  assert(project.merged_visitors.length > 0);
  // A count that only a large project has.
  await sql`update recommender.live_event_counts set events = 100004`;
  const [{ large }] = await sql`select recommender.export_of(${owner}) as large`;
  assertEquals(large.projects[0].live_events_left_out, 4);
});

Deno.test("no event that is under way survives the erasure of its person", async () => {
  await using service = await testRecommender();
  const { ann, path } = await waitingProject(service, "COLLABORATIVE");
  const sends = Array.from({ length: 60 }, (_, n) =>
    ann.post(`${path}/events`, {
      user_id: n % 2 === 0 ? "eve" : "bob",
      events: Array.from({ length: 20 }, () => ({ type: "view", item_id: "1" })),
    }));
  const erased = ann.send("DELETE", `${path}/users/eve`);
  const statuses = (await Promise.all([...sends, erased])).map(({ status }) => status);
  assertEquals(new Set(statuses), new Set([202]));
  const left = await service.sql`
    select person, count(*)::int from recommender.live_events group by person`;
  assertEquals(left.map(Object.values), [["bob", 600]]);
});
