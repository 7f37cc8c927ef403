import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { servingProject, type TestProject } from "../../../dev/test_project.ts";
import { testRecommender } from "../../../dev/test_recommender.ts";
import { exampleModel } from "../model/example_model.ts";
import type { Model } from "../model/model.ts";

interface Item {
  item_id: string;
}

const ids = (items: Item[]) => items.map(({ item_id }) => item_id);

/** The example with a year an item. */
function withYears(): Model {
  const values = Float32Array.of(1995, 1972, 2002, 1979, 2001);
  return { ...exampleModel("CONTENT"), columns: [{ name: "year", kind: "number", values }] };
}

function hide({ ann, path }: TestProject, item_ids: string[]) {
  return ann.send("PUT", `${path}/items/hidden`, { item_ids });
}

Deno.test("similar items come by id or title, for every type of project", async () => {
  for (const type of ["CONTENT", "COLLABORATIVE", "HYBRID"] as const) {
    await using service = await testRecommender();
    const project = await servingProject(service, type);
    const { ann, path } = project;
    const byTitle = await ann.get(`${path}/similar?item_title=Heat&n=2`);
    assertEquals([byTitle.status, byTitle.body.model_type], [200, type]);
    assertEquals(ids(byTitle.body.recommendations), ["2", "04"]);
    assertEquals((await ann.get(`${path}/similar?item_id=1&n=2`)).body, byTitle.body);
    await hide(project, ["2"]);
    assertEquals(
      ids((await ann.get(`${path}/similar?item_id=1&n=1`)).body.recommendations),
      ["04"],
    );
    const none = await ann.get(`${path}/similar`);
    assertEquals([none.status, none.body.errors[0].pointer], [422, "/item_title"]);
    const unknown = await ann.get(`${path}/similar?item_title=Amelie`);
    assertEquals([unknown.status, unknown.body.nearest[0]], [404, "Amélie"]);
    assertEquals((await ann.get(`${path}/similar?item_id=1&n=0`)).status, 422);
  }
});

Deno.test("popular items come by their interactions", async () => {
  await using service = await testRecommender();
  const project = await servingProject(service, "COLLABORATIVE");
  const { ann, path } = project;
  const { body } = await ann.get(`${path}/popular?n=2`);
  assertEquals(body, {
    project_id: project.id,
    model_type: "COLLABORATIVE",
    model_version: "1",
    items: [
      { item_id: "3", item_title: "Solaris", interactions: 5 },
      { item_id: "five", item_title: "Amélie", interactions: 4 },
    ],
  });
  await hide(project, ["3"]);
  assertEquals(ids((await ann.get(`${path}/popular`)).body.items), ["five", "1", "2", "04"]);
});

Deno.test("a batch answers each user as alone, erased ones as unknown", async () => {
  await using service = await testRecommender();
  const project = await servingProject(service, "COLLABORATIVE");
  const { ann, path } = project;
  const batch = (body: unknown) => ann.post(`${path}/recommendations/batch`, body);
  const users = ["ann", 7, "nobody", "ann"];
  const { status, body } = await batch({ users, n: 2 });
  assertEquals([status, body.model_version], [200, "1"]);
  assertEquals(body.results.map((r: { user_id: string }) => r.user_id), users.map(String));
  for (const { user_id, ...list } of body.results) {
    const { recommendations, fallback, fallback_reason } =
      (await ann.get(`${path}/recommendations?user_id=${user_id}&n=2`)).body;
    assertEquals(list, JSON.parse(JSON.stringify({ recommendations, fallback, fallback_reason })));
  }
  await ann.send("DELETE", `${path}/users/ann`);
  await hide(project, ["five"]);
  const { results } = (await batch({ users })).body;
  assertEquals(results.map((r: { fallback?: string }) => r.fallback), [
    "popular",
    undefined,
    "popular",
    "popular",
  ]);
  for (const result of results) assert(!ids(result.recommendations).includes("five"));

  assertEquals((await batch({ users: [] })).status, 422);
  assertEquals((await batch({ users: Array(1_001).fill("ann") })).status, 422);
});

Deno.test("a batch of a project of content names what it would need", async () => {
  await using service = await testRecommender();
  const { ann, path } = await servingProject(service, "CONTENT");
  const { status, body } = await ann.post(`${path}/recommendations/batch`, { users: ["ann"] });
  assertEquals([status, body.code], [422, "invalid_input"]);
  assertStringIncludes(body.detail, "item_title");
});

Deno.test("a filter is kept, and one that does not fit is refused by its place", async () => {
  await using service = await testRecommender();
  const { ann, id, path } = await servingProject(service, "CONTENT");
  await service.publish(id, withYears());
  while ((await ann.get(`${path}/popular`)).body.model_version !== "2");
  const ask = (filter: unknown) =>
    ann.post(`${path}/recommendations`, { item_title: "Heat", filter });
  const seventies = await ask({ year: { gte: 1970, lt: 1980 } });
  assertEquals(ids(seventies.body.recommendations), ["2", "04"]);
  assertEquals(ids((await ask({ year: [2001, 2002] })).body.recommendations), ["3", "five"]);
  for (
    const [filter, pointer] of [
      [{ colour: "red" }, "/filter/colour"],
      [{ year: { gte: "red" } }, "/filter/year/gte"],
      [{ year: { above: 1 } }, "/filter/year"],
      [{ year: null }, "/filter/year"],
      ["Drama", "/filter"],
    ] as const
  ) {
    const { status, body } = await ask(filter);
    assertEquals([status, body.errors?.[0].pointer], [422, pointer], JSON.stringify(body));
  }
  assertEquals((await ask({ colour: "red" })).body.columns, ["year"]);
});

Deno.test("explained items have parts that sum to the score; diversity has its bounds", async () => {
  await using service = await testRecommender();
  const { ann, path } = await servingProject(service, "HYBRID");
  const ask = (more: object) =>
    ann.post(`${path}/recommendations`, { user_id: "ann", item_title: "Heat", ...more });
  const { status, body } = await ask({ explain: true, diversity: 0.5 });
  assertEquals(status, 200);
  for (const { score, parts, reason } of body.recommendations) {
    const sum = parts.reduce((sum: number, part: { score: number }) => sum + part.score, 0);
    assertAlmostEquals(sum, score, 1e-5);
    assert(reason.length > 0);
  }
  for (const diversity of [-0.1, 1.1, "much"]) {
    assertEquals((await ask({ diversity })).body.errors[0].pointer, "/diversity");
  }
});
