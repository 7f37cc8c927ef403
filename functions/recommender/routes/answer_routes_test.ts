import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { servingProject, type TestProject } from "../../../testing/project.ts";
import {
  type Client,
  type TestRecommender,
  testRecommender,
} from "../../../testing/recommender.ts";
import { until } from "../../../testing/until.ts";
import { exampleModel } from "../../../testing/example_model.ts";
import type { Model, ModelType } from "../model/model.ts";

interface Item {
  item_id: string;
}

const ids = (items: Item[]) => items.map(({ item_id }) => item_id);

/** Returns the example model with one year per item. */
function withYears(): Model {
  const values = Float32Array.of(1995, 1972, 2002, 1979, 2001);
  return { ...exampleModel("CONTENT"), columns: [{ name: "year", kind: "number", values }] };
}

function hide({ ann, path }: TestProject, item_ids: string[]) {
  return ann.send("PUT", `${path}/items/hidden`, { item_ids });
}

/** Returns a project that serves, with the path of its recommendations. */
async function asking(service: TestRecommender, type: ModelType) {
  const { path, ...project } = await servingProject(service, type);
  return { ...project, path: `${path}/recommendations` };
}

const NO_WEIGHTS = {
  offsets: new Uint32Array(6),
  columns: new Uint32Array(),
  values: new Float32Array(),
};

Deno.test("content answers by title, by GET and by POST alike", async () => {
  await using service = await testRecommender();
  const { ann, id, path } = await asking(service, "CONTENT");
  const expected = {
    project_id: id,
    model_type: "CONTENT",
    model_version: "1",
    recommendations: [
      { item_id: "2", item_title: "Solaris", score: 1 },
      { item_id: "04", item_title: "Alien", score: 0.5 },
      { item_id: "3", item_title: "Solaris", score: 0, fallback: "popular" },
    ],
  };
  const ids = new Set<string>();
  for (
    const asked of [
      ann.get(`${path}?item_title=Heat&n=3&user_id=whoever`),
      ann.post(path, { item_title: "Heat", n: 3, user_id: null }),
      ann.post(path, { item_id: 1, n: 3 }),
      ann.get(`${path}?item_title=&item_id=1&n=3`),
    ]
  ) {
    const { status, body: { recommendation_id, ...body } } = await asked;
    assertEquals([status, body], [200, expected]);
    ids.add(recommendation_id);
  }
  assertEquals(ids.size, 4);
});

Deno.test("a missing required parameter is named, and n is limited", async () => {
  await using service = await testRecommender();
  const { ann, path } = await asking(service, "HYBRID");
  const pointers = async (answer: ReturnType<Client["get"]>) => {
    const { status, body } = await answer;
    assertEquals(status, 422, JSON.stringify(body));
    return body.errors.map(({ pointer }: { pointer: string }) => pointer);
  };
  assertEquals(await pointers(ann.get(`${path}?user_id=ann`)), ["/item_title"]);
  assertEquals(await pointers(ann.get(`${path}?item_title=Heat&user_id=`)), ["/user_id"]);
  assertEquals(await pointers(ann.post(path, {})), ["/item_title", "/user_id"]);
  for (const n of ["0", "201", "x", "1.5", "-1", "NaN"]) {
    const asked = ann.get(`${path}?item_title=Heat&user_id=ann&n=${n}`);
    assertEquals(await pointers(asked), ["/n"], n);
  }
  assertEquals(await pointers(ann.post(path, { item_title: "Heat", user_id: 7, n: "3" })), ["/n"]);
  assertEquals(await pointers(ann.post(path, { item_title: 7, user_id: 7 })), ["/item_title"]);
  assertEquals(await pointers(ann.post(path, { user_id: {} })), ["/user_id"]);
  assertEquals(await pointers(ann.post(path, { history: [null] })), ["/history/0"]);
  const rated = [{ item_id: "1", rating: 5 }, { item_id: "2", rating: "5" }];
  assertEquals(await pointers(ann.post(path, { history: rated })), ["/history/1/rating"]);
  for (
    const [name, values] of Object.entries({
      event_type: [7, "x".repeat(101)],
      timestamp: [true, "yesterday", "2024-13-01", {}],
    })
  ) {
    for (const value of values) {
      const history = [{ item_id: "1", [name]: value }];
      assertEquals(await pointers(ann.post(path, { history })), [`/history/0/${name}`]);
    }
  }
  assertEquals(await pointers(ann.get(`${path}?include_seen=maybe`)), ["/include_seen"]);
  assertEquals((await ann.post(path, { user_id: "ann" })).status, 200);
  assertEquals((await ann.post(path, { item_title: "Heat" })).status, 200);
  const whole = await ann.get(`${path}?item_title=Heat&user_id=ann&n=`);
  assertEquals([whole.status, whole.body.recommendations.length], [200, 3]);
  for (const body of ['{"n":', "", undefined]) {
    const broken = await ann.request(path, {
      method: "POST",
      body,
      headers: { "content-type": "application/json" },
    });
    assertEquals([broken.status, (await broken.json()).code], [400, "malformed_request"], body);
  }
  for (const body of ["null", "[]", '"x"', "7"]) {
    const wrong = await ann.request(path, {
      method: "POST",
      body,
      headers: { "content-type": "application/json" },
    });
    assertEquals([wrong.status, (await wrong.json()).code], [422, "invalid_input"], body);
  }
  const text = await ann.request(path, { method: "POST", body: '{"user_id":"ann"}' });
  assertEquals(text.status, 415, await text.text());
});

Deno.test("an unknown title is 404 with the nearest titles, an unknown user still gets recommendations", async () => {
  await using service = await testRecommender();
  const { ann, path } = await asking(service, "HYBRID");
  const title = await ann.get(`${path}?item_title=Amelie&user_id=ann`);
  assertEquals([title.status, title.body.code, title.body.nearest[0]], [
    404,
    "not_found",
    "Amélie",
  ]);
  const user = await ann.get(`${path}?item_title=Heat&user_id=nobody&n=2`);
  assertEquals([user.status, user.body.fallback], [200, "item_only"]);
  assertStringIncludes(user.body.fallback_reason, "did not contain this user");
  assertEquals(JSON.stringify(user.body).includes("nobody"), false);
  assertEquals(user.body.recommendations[0].item_id, "2");
});

Deno.test("a visitor's history, exclusions and what was seen", async () => {
  await using service = await testRecommender();
  const { ann, path } = await asking(service, "COLLABORATIVE");
  const ids = async (body: unknown) =>
    (await ann.post(path, body)).body.recommendations
      .map(({ item_id }: { item_id: string }) => item_id);
  assertEquals(await ids({ user_id: "ann" }), ["04", "five", "3"]);
  assertEquals(await ids({ history: [1, { item_id: "2", weight: 1 }] }), ["04", "five", "3"]);
  const low = { item_id: "1", rating: 2 };
  assertEquals(await ids({ history: [low, { item_id: "2", rating: 5 }] }), ["five", "3", "04"]);
  const rejected = [{ item_id: "1", weight: -1 }, "2"];
  assertEquals((await ids({ history: rejected, include_seen: true })).toSorted(), [
    ...["04", "2", "3", "five"],
  ]);
  assertEquals(await ids({ history: [1, 2], exclude: ["04"], n: 1 }), ["five"]);
  const events = [
    { item_id: 1, event_type: "purchase", timestamp: "2026-01-01T12:00:00Z" },
    { item_id: "2", event_type: null, timestamp: 1767225600, rating: null, weight: null },
  ];
  assertEquals(await ids({ history: events }), ["04", "five", "3"]);
  assertEquals((await ids({ user_id: "ann", include_seen: true })).length, 5);
  const seen = await ann.get(`${path}?user_id=7&include_seen=true`);
  assertEquals(seen.body.recommendations.length, 5);
});

Deno.test("a new version that cannot be loaded leaves the last good one serving, as stale", async () => {
  await using service = await testRecommender();
  const { ann, id, path } = await asking(service, "CONTENT");
  const ask = () => ann.get(`${path}?item_title=Heat`);
  assertEquals((await ask()).body.stale, undefined);
  await service.publish(id, { ...exampleModel("CONTENT"), weights: NO_WEIGHTS });
  await until(async () => (await ask()).body.model_version === "2");
  assertEquals((await ask()).body.recommendations[0].fallback, "popular");

  // Different bytes than the first version, which Workers still have in the nearby cache.
  const { weights } = exampleModel("CONTENT");
  const third = { ...exampleModel("CONTENT"), similar: weights };
  await service.publish(id, third, { damaged: true });
  await until(async () => (await ask()).body.stale);
  const { status, body } = await ask();
  assertEquals([status, body.stale, body.model_version], [200, true, "2"]);
});

Deno.test("similar items are found by id or title, for every type of project", async () => {
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

Deno.test("popular items are ordered by interactions", async () => {
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

Deno.test("a batch returns the same list for each user as a single request, erased users as unknown", async () => {
  await using service = await testRecommender();
  const project = await servingProject(service, "COLLABORATIVE");
  const { ann, path } = project;
  const batch = (body: unknown) => ann.post(`${path}/recommendations/batch`, body);
  const users = ["ann", 7, "nobody", "ann"];
  const { status, body } = await batch({ users, n: 2 });
  assertEquals([status, body.model_version], [200, "1"]);
  assertEquals(body.results.map((r: { user_id: string }) => r.user_id), users.map(String));
  for (const { user_id, recommendation_id: _, ...list } of body.results) {
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

Deno.test("a batch of a CONTENT project names the required parameter", async () => {
  await using service = await testRecommender();
  const { ann, path } = await servingProject(service, "CONTENT");
  const { status, body } = await ann.post(`${path}/recommendations/batch`, { users: ["ann"] });
  assertEquals([status, body.code], [422, "invalid_input"]);
  assertStringIncludes(body.detail, "item_title");
});

Deno.test("a filter is applied, and an invalid one is rejected with its pointer", async () => {
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
      [{ year: { above: 1 } }, "/filter/year/above"],
      [{ year: null }, "/filter/year"],
      ["Drama", "/filter"],
    ] as const
  ) {
    const { status, body } = await ask(filter);
    assertEquals([status, body.errors?.[0].pointer], [422, pointer], JSON.stringify(body));
  }
  assertEquals((await ask({ colour: "red" })).body.columns, ["year"]);
});

Deno.test("parts of explained items sum to the score, and diversity is limited", async () => {
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
