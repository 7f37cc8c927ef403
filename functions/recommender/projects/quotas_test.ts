import { assertEquals, assertStringIncludes } from "@std/assert";
import { FORMS, waitingProject } from "../../../testing/project.ts";
import { testRecommender } from "../../../testing/recommender.ts";
import { QUOTAS } from "./quotas.ts";

Deno.test("projects, bytes, rows and waiting trainings are limited per owner", async () => {
  for (
    const [quotas, path, words] of [
      [{ projects: 1 }, "/create-project", "1 projects, and yours has 1"],
      [{ trainings: 1 }, "/create-project", "1 queued or running trainings, and yours has 1"],
      [{ trainings: 1 }, "/project/1/retrain", "yours has 1"],
      [{ bytes: 10 }, "/uploads", "10 bytes of files, and yours has"],
      [{ bytes: 10 }, "/project/1/interactions", "10 bytes of files"],
      [{ rows: 7 }, "/uploads", "7 rows in files, and yours has 7"],
    ] as const
  ) {
    await using service = await testRecommender({ quotas: { ...QUOTAS, ...quotas } });
    const { ann } = await waitingProject(service, "COLLABORATIVE");
    await service.sql`update recommender.uploaded_files set receipt = '{"rows": 7}'`;
    const { status, body } = await ann.post(path, { file_name: "a.csv", bytes: 10 });
    assertEquals([status, body.code], [429, "too_many_requests"]);
    assertStringIncludes(body.detail, words);
    const bob = await service.signUp("bob");
    assertEquals((await bob.post("/uploads", { file_name: "a.csv", bytes: 10 })).status, 201);
  }
});

/** Sends `count` requests concurrently and returns the number of responses by status. */
async function atOnce(count: number, ask: () => Promise<{ status: number }>) {
  const answers = await Promise.all(Array.from({ length: count }, ask));
  return Object.fromEntries(
    Map.groupBy(answers, ({ status }) => status).entries()
      .map(([status, { length }]) => [status, length]),
  );
}

Deno.test("130 concurrent creations with a quota of 100 create 100", async () => {
  for (const quotas of [{ projects: 100 }, { trainings: 100 }]) {
    await using service = await testRecommender({ quotas: { ...QUOTAS, ...quotas } });
    const ann = await service.signUp("ann");
    const create = () => ann.upload(FORMS.COLLABORATIVE);
    assertEquals(await atOnce(130, create), { 201: 100, 429: 30 });
    const projects = await service.sql`select from recommender.recommender_projects`;
    assertEquals(projects.length, 100);
    const files = await service.sql`select from recommender.uploaded_files`;
    assertEquals(files.length, 100);
  }
});

Deno.test("every route that queues or adds enforces the quotas under concurrency", async () => {
  await using service = await testRecommender({
    quotas: { ...QUOTAS, trainings: 3, bytes: 1_000 },
  });
  const { sql } = service;
  const ann = await service.signUp("ann");
  const ids: number[] = [];
  const idle = () => sql`update recommender.recommender_projects set status = 'READY'`;
  for (let i = 0; i < 8; i++) {
    ids.push((await ann.upload(FORMS.COLLABORATIVE)).body.id);
    await idle();
  }
  const waiting = async () =>
    (await sql`select from recommender.recommender_projects where status = 'PENDING'`).length;
  const ofEach = async (ask: (id: number) => Promise<{ status: number }>) => {
    await idle();
    const left = [...ids];
    const got = await atOnce(ids.length, () => ask(left.pop()!));
    return { got, waiting: await waiting() };
  };
  const three = { got: { 202: 3, 429: 5 }, waiting: 3 };
  assertEquals(await ofEach((id) => ann.post(`/project/${id}/retrain`, {})), three);
  const mapping = { user_id: "userId", item_id: "movieId" };
  assertEquals(
    await ofEach((id) => ann.send("PUT", `/project/${id}/mappings`, { interactions: mapping })),
    three,
  );
  // A queued project can be corrected, since that adds no training.
  const [{ id }] = await sql`
    select id from recommender.recommender_projects where status = 'PENDING' limit 1`;
  const again = await ann.send("PUT", `/project/${id}/mappings`, { interactions: mapping });
  assertEquals(again.status, 202);

  // Each upload is larger than the rest of the quota: the first may exceed it, the others are
  // refused.
  const [{ bytes }] = await sql`
    select sum(bytes)::float8 as bytes from recommender.uploaded_files`;
  const begin = () => ann.post("/uploads", { file_name: "a.csv", bytes: 1_000 });
  assertEquals([bytes < 1_000, await atOnce(10, begin)], [true, { 201: 1, 429: 9 }]);
  const rows = { interactions: [{ user_id: "ann", item_id: "1" }] };
  assertEquals(await atOnce(3, () => ann.post(`/project/${id}/interactions`, rows)), { 429: 3 });
});

Deno.test("removing a file queues a training, so it enforces the quota of trainings", async () => {
  await using service = await testRecommender({ quotas: { ...QUOTAS, trainings: 1 } });
  const { sql } = service;
  const { ann, path } = await waitingProject(service, "COLLABORATIVE");
  await sql`update recommender.recommender_projects set status = 'READY'`;
  const rows = { interactions: [{ user_id: "ann", item_id: "1" }] };
  const { body } = await ann.post(`${path}/interactions`, rows);
  await ann.upload(FORMS.COLLABORATIVE);
  const refused = await ann.send("DELETE", `${path}/files/${body.file_id}`);
  assertEquals([refused.status, refused.body.code], [429, "too_many_requests"]);
  const files = await sql`select from recommender.uploaded_files`;
  assertEquals(files.length, 3);
});

Deno.test("erasures are never rejected, and queue no more trainings than the quota allows", async () => {
  await using service = await testRecommender({ quotas: { ...QUOTAS, trainings: 2 } });
  const { sql } = service;
  const ann = await service.signUp("ann");
  const ids: number[] = [];
  for (let i = 0; i < 5; i++) {
    ids.push((await ann.upload(FORMS.COLLABORATIVE)).body.id);
    await sql`update recommender.recommender_projects set status = 'READY'`;
  }
  const erase = () => ann.send("DELETE", `/project/${ids.pop()}/users/bob`);
  assertEquals(await atOnce(5, erase), { 202: 5 });
  assertEquals((await sql`select from recommender.erased_users`).length, 5);
  const waiting = await sql`
    select from recommender.recommender_projects where status = 'PENDING'`;
  assertEquals(waiting.length, 2);
});

Deno.test("concurrent compressed files share the limit of unpacked bytes", async () => {
  await using service = await testRecommender({ quotas: { ...QUOTAS, unpackedBytes: 6_000 } });
  const ann = await service.signUp("ann");
  const text = "userId,movieId\n" + "ann,1\n".repeat(600);
  const packing = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  const packed = await new Response(packing).bytes();
  // Each upload alone is within the quota; both are measured when a project uses them.
  const ids: string[] = [];
  for (let i = 0; i < 2; i++) {
    const { body } = await ann.post("/uploads", { file_name: "a.csv.gz", bytes: packed.length });
    const { status } = await ann.request(`/uploads/${body.id}/1`, { method: "PUT", body: packed });
    assertEquals(status < 300, true);
    ids.push(body.id);
  }
  const answers = await Promise.all(ids.map((interaction_upload_id) =>
    ann.upload({
      project_name: "Films",
      interaction_upload_id,
      interaction_schema_json: '{"user_id":"userId","item_id":"movieId"}',
    })
  ));
  const statuses = answers.map(({ status }) => status).toSorted();
  assertEquals(statuses[0], 201, JSON.stringify(answers.map(({ body }) => body)));
  assertEquals([413, 429].includes(statuses[1]), true, JSON.stringify(statuses));
  const [{ total }] = await service.sql`
    select (
      (select coalesce(sum(unpacked_bytes), 0) from recommender.uploads) +
      (select coalesce(sum(unpacked_bytes), 0) from recommender.uploaded_files)
    )::int as total`;
  assertEquals(total, text.length);
});
