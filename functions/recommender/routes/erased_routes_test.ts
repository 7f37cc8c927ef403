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
