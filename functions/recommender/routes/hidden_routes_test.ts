import { assertEquals } from "@std/assert";
import { servingProject } from "../../../testing/project.ts";
import { testRecommender } from "../../../testing/recommender.ts";
import { eraseUser } from "../projects/erased_users.ts";
import { hideItems } from "../projects/hidden_items.ts";
import { projectMemory, rememberServedProjects } from "../projects/served_projects.ts";

Deno.test("hidden items are not recommended, and the list is replaced as a whole", async () => {
  await using service = await testRecommender();
  const { ann, path } = await servingProject(service, "CONTENT");
  const ids = async () =>
    (await ann.get(`${path}/recommendations?item_title=Heat`)).body.recommendations
      .map(({ item_id }: { item_id: string }) => item_id);
  const hide = (item_ids: unknown) => ann.send("PUT", `${path}/items/hidden`, { item_ids });
  const all = await ids();
  assertEquals(all.slice(0, 2), ["2", "04"]);
  const hidden = await hide([2, "unknown", 2]);
  assertEquals([hidden.status, hidden.body], [200, { item_ids: ["2", "unknown"] }]);
  assertEquals(await ids(), all.filter((id: string) => id !== "2"));
  await hide(["\u200b04"]);
  assertEquals((await ann.get(`${path}/items/hidden`)).body, { item_ids: ["04"] });
  assertEquals(await ids(), all.filter((id: string) => id !== "04"));
  const asked = await ann.post(`${path}/recommendations`, { item_title: "Heat", exclude: ["2"] });
  assertEquals(asked.body.recommendations[0].item_id, all[2]);
  await hide([]);
  assertEquals(await ids(), all);
  assertEquals((await hide([null])).status, 422);
});

Deno.test("another process sees hidden items and erased users within two seconds", async () => {
  await using service = await testRecommender();
  const { id } = await servingProject(service, "CONTENT");
  const { sql } = service;
  const [{ owner_id }] = await sql`select owner_id from recommender.recommender_projects`;
  let time = 0;
  const elsewhere = rememberServedProjects(sql, projectMemory(() => time));
  const known = async () => {
    const { hidden, erased } = (await elsewhere.of(owner_id, id))!;
    return [hidden, [...erased]];
  };
  assertEquals(await known(), [[], []]);
  await hideItems(sql, owner_id, { projectId: id, itemIds: ["1"] });
  await eraseUser(sql, owner_id, { projectId: id, userId: "ann" });
  assertEquals(await known(), [[], []]);
  time = 2_000;
  assertEquals(await known(), [["1"], ["ann"]]);
  await hideItems(sql, crypto.randomUUID(), { projectId: id, itemIds: [] });
  elsewhere.forget(owner_id, id);
  assertEquals(await known(), [["1"], ["ann"]]);
  assertEquals(await elsewhere.of(crypto.randomUUID(), id), null);
});

Deno.test("the project state is not cached before its first training", async () => {
  await using service = await testRecommender();
  const { id } = await servingProject(service, "CONTENT");
  const { sql } = service;
  const [{ owner_id }] = await sql`
    update recommender.recommender_projects set trained_at = null, status = 'PENDING'
    returning owner_id`;
  const projects = rememberServedProjects(sql, projectMemory(() => 0));
  assertEquals((await projects.of(owner_id, id))!.project.status, "PENDING");
  await sql`update recommender.recommender_projects set status = 'PROCESSING'`;
  assertEquals((await projects.of(owner_id, id))!.project.status, "PROCESSING");
});
