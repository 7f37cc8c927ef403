import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Client, type TestRecommender, testRecommender } from "../../dev/test_recommender.ts";
import { exampleModel } from "./model/example_model.ts";

const FILMS = "movieId,title,genres\n1,Heat (1995),Action|Crime\n2,Solaris,Drama\n";
const RATINGS = "userId,movieId,rating,timestamp\nann,1,4.5,1000\nbob,2,3,1001\n";
const FILM_SCHEMA = { item_id: "movieId", item_title: "title", feature_col: "genres" };
const RATING_SCHEMA = { user_id: "userId", item_id: "movieId", rating: "rating" };

const content = {
  content_file: new File([FILMS], "movies.csv"),
  content_schema_json: JSON.stringify(FILM_SCHEMA),
};
const interaction = {
  interaction_file: new File([RATINGS], "ratings.csv"),
  interaction_schema_json: JSON.stringify(RATING_SCHEMA),
};

const FIELDS = {
  CONTENT: { project_name: "Films", ...content },
  COLLABORATIVE: { project_name: "Films", ...interaction },
  HYBRID: { project_name: "Films", ...content, ...interaction },
};

async function projectOf(client: Client, type: keyof typeof FIELDS): Promise<number> {
  const { status, body } = await client.upload(FIELDS[type]);
  assertEquals([status, body.model_type], [201, type]);
  return body.id;
}

const NO_WEIGHTS = {
  offsets: new Uint32Array(6),
  columns: new Uint32Array(),
  values: new Float32Array(),
};

/** A user with a project of the type that has a champion. */
async function ready(service: TestRecommender, type: keyof typeof FIELDS) {
  const ann = await service.signUp("ann");
  const id = await projectOf(ann, type);
  await service.publish(id, exampleModel(type));
  return { ann, id, path: `/project/${id}/recommendations` };
}

Deno.test("a project is made of the files that came, and is shown with all of them", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  const made = await ann.upload(FIELDS.HYBRID);
  const { id } = made.body;
  assertEquals(made.status, 201);
  assertEquals(made.body, {
    id,
    project_name: "Films",
    status: "PENDING",
    model_type: "HYBRID",
    mlflow_model_name: `project-${id}-recommender`,
    mlflow_model_version: null,
    created_at: made.body.created_at,
    stage: null,
    progress: 0,
    error: null,
    queued_at: made.body.queued_at,
    started_at: null,
    finished_at: null,
    trained_at: null,
    quality: null,
  });
  const { body } = await ann.get(`/project/${id}/status`);
  const [films, ratings] = body.files;
  assertEquals([films.file_name, films.bytes, films.mapping], [
    "movies.csv",
    FILMS.length,
    { ...FILM_SCHEMA, feature_col: ["genres"] },
  ]);
  assertEquals(films.dialect.delimiter, ",");
  assertEquals(ratings.mapping, RATING_SCHEMA);
  const names = await service.blobs.list("uploads/");
  assertEquals(names.length, 2);
  const stored = await Promise.all(
    names.map(async (name) => await new Response((await service.blobs.get(name))!.stream).text()),
  );
  assertEquals(stored.sort(), [FILMS, RATINGS]);
});

Deno.test("fields may come in any order, and JSON as a file", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  const backwards = Object.fromEntries(Object.entries(FIELDS.HYBRID).reverse());
  assertEquals((await ann.upload(backwards)).body.model_type, "HYBRID");
  const { status } = await ann.upload({
    ...FIELDS.CONTENT,
    content_schema_json: new File([content.content_schema_json], "blob"),
    interaction_file: new File([], ""),
    a_field_of_yours: "is passed over",
  });
  assertEquals(status, 201);
});

Deno.test("what is wrong with a form is named, and nothing of it stays", async (t) => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  const { CONTENT, COLLABORATIVE, HYBRID } = FIELDS;
  const without = (fields: Record<string, string | File>, ...names: string[]) =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
  const schema = (schema: unknown) => ({ ...CONTENT, content_schema_json: JSON.stringify(schema) });
  const file = (bytes: BlobPart) => ({ ...CONTENT, content_file: new File([bytes], "f.csv") });

  const cases: [name: string, fields: Record<string, string | File>, ...pointers: string[]][] = [
    ["no file at all", { project_name: "Films" }, "/content_file"],
    ["a schema without its file", without(CONTENT, "content_file"), "/content_file"],
    ["a file without its schema", without(CONTENT, "content_schema_json"), "/content_schema_json"],
    ["no name", without(CONTENT, "project_name"), "/project_name"],
    ["an empty name", { ...CONTENT, project_name: "  " }, "/project_name"],
    ["a long name", { ...CONTENT, project_name: "x".repeat(201) }, "/project_name"],
    ["a file as text", { ...CONTENT, content_file: FILMS }, "/content_file"],
    ["an empty file", file(""), "/content_file"],
    [
      "a picture",
      file(new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72])),
      "/content_file",
    ],
    ["broken JSON", { ...CONTENT, content_schema_json: '{"item_id":' }, "/content_schema_json"],
    ["JSON of another kind", schema(["movieId"]), "/content_schema_json"],
    ["null", schema(null), "/content_schema_json"],
    [
      "a mapping to a number",
      schema({ ...FILM_SCHEMA, item_id: 1 }),
      "/content_schema_json/item_id",
    ],
    [
      "a column that is not there",
      schema({ ...FILM_SCHEMA, item_title: "name" }),
      "/content_schema_json/item_title",
    ],
    [
      "no user",
      { ...COLLABORATIVE, interaction_schema_json: '{"item_id":"movieId"}' },
      "/interaction_schema_json/user_id",
    ],
    [
      "two faults at once",
      { ...HYBRID, project_name: "", interaction_schema_json: "no" },
      "/project_name",
      "/interaction_schema_json",
    ],
    ["a broken dialect", { ...CONTENT, content_dialect_json: "{" }, "/content_dialect_json"],
    [
      "a dialect of another kind",
      { ...CONTENT, content_dialect_json: '{"delimiter":7}' },
      "/content_dialect_json",
    ],
  ];
  for (const [name, fields, ...pointers] of cases) {
    await t.step(name, async () => {
      const { status, body } = await ann.upload(fields);
      assertEquals([status, body.code], [422, "invalid_input"], JSON.stringify(body));
      const named = body.errors.map((error: { pointer: string }) => error.pointer);
      for (const pointer of pointers) {
        assert(named.some((name: string) => name.startsWith(pointer)), JSON.stringify(body));
      }
      assertEquals(named.length, pointers.length, JSON.stringify(body));
    });
  }
  assertEquals(await service.blobs.list("uploads/"), []);
  assertEquals((await ann.get("/projects")).body, []);
});

Deno.test("a column that is not there is answered with those that are", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  const { body } = await ann.upload({
    ...FIELDS.CONTENT,
    content_schema_json: JSON.stringify({ ...FILM_SCHEMA, item_title: "name" }),
  });
  for (const column of ["movieId", "title", "genres"]) {
    assertStringIncludes(body.errors[0].detail, column);
  }
});

Deno.test("a body that is no form, is malformed, or is over the limit", async () => {
  await using service = await testRecommender({ uploadLimitBytes: 2000 });
  const ann = await service.signUp("ann");
  const json = await ann.post("/create-project", { project_name: "Films" });
  assertEquals([json.status, json.body.code], [415, "unsupported_media_type"]);
  const broken = await ann.request("/create-project", {
    method: "POST",
    body: "--b\r\nnonsense",
    headers: { "content-type": "multipart/form-data; boundary=b" },
  });
  assertEquals([broken.status, (await broken.json()).code], [400, "malformed_request"]);
  const large = await ann.upload({
    ...FIELDS.CONTENT,
    content_file: new File([FILMS, "3,x,y\n".repeat(500)], "movies.csv"),
  });
  assertEquals([large.status, large.body.code], [413, "too_large"]);
  assertEquals(await service.blobs.list("uploads/"), []);
  assertEquals((await ann.get("/projects")).body, []);
});

Deno.test("files may be compressed, be given a dialect, or have no header line", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  const gz = new Blob([FILMS]).stream().pipeThrough(new CompressionStream("gzip"));
  const compressed = await ann.upload({
    ...FIELDS.CONTENT,
    content_file: new File([await new Response(gz).bytes()], "movies.csv.gz"),
  });
  assertEquals(compressed.status, 201, JSON.stringify(compressed.body));

  const bare = await ann.upload({
    ...FIELDS.COLLABORATIVE,
    interaction_file: new File(["1\t10\t3\n2\t11\t4\n"], "plays.dat"),
    interaction_schema_json: '{"user_id":"column1","item_id":"column2"}',
  });
  assertEquals(bare.status, 201, JSON.stringify(bare.body));

  const { dialect } = (await ann.get(`/project/${compressed.body.id}/status`)).body.files[0];
  const given = await ann.upload({
    ...FIELDS.CONTENT,
    content_file: new File([FILMS.replaceAll(",", ";")], "movies.csv"),
    content_dialect_json: JSON.stringify({ ...dialect, delimiter: ";" }),
  });
  assertEquals(given.status, 201, JSON.stringify(given.body));
  const { files } = (await ann.get(`/project/${given.body.id}/status`)).body;
  assertEquals(files[0].dialect.delimiter, ";");
});

Deno.test("projects are listed in pages that name the next", async () => {
  await using service = await testRecommender();
  const [ann, bob] = [await service.signUp("ann"), await service.signUp("bob")];
  const ids: number[] = [];
  for (let i = 0; i < 3; i++) ids.unshift(await projectOf(ann, "CONTENT"));
  await projectOf(bob, "CONTENT");
  const first = await ann.get("/projects/?limit=2");
  assertEquals(first.body.map(({ id }: { id: number }) => id), ids.slice(0, 2));
  const next = first.headers.get("link")!.match(/<(.*)>; rel="next"/)![1];
  const second = await ann.get(next);
  assertEquals(second.body.map(({ id }: { id: number }) => id), ids.slice(2));
  assertEquals(second.headers.get("link"), null);
  assertEquals((await ann.get("/projects?cursor=x")).body.errors[0].pointer, "/cursor");
  assertEquals((await ann.get("/projects?limit=0")).status, 422);
});

Deno.test("without a token 401; another owner's project and what is no id 404", async () => {
  await using service = await testRecommender();
  const { ann, id } = await ready(service, "HYBRID");
  const bob = await service.signUp("bob");
  const routes: [method: string, path: string, body?: unknown][] = [
    ["GET", "/status"],
    ["GET", "/events"],
    ["GET", "/items"],
    ["GET", "/users"],
    ["GET", "/users/ann/history"],
    ["GET", "/columns"],
    ["GET", "/mappings"],
    ["GET", "/recommendations?item_title=Heat&user_id=ann"],
    ["POST", "/recommendations", { item_title: "Heat", user_id: "ann" }],
    ["POST", "/recommendations/batch", { users: ["ann"] }],
    ["GET", "/similar?item_id=1"],
    ["GET", "/popular"],
    ["POST", "/retrain"],
    ["POST", "/cancel"],
    ["GET", "/versions"],
    ["POST", "/versions/1/promote"],
    ["POST", "/versions/rollback"],
    ["GET", "/report"],
    ["GET", "/run"],
    ["GET", "/settings"],
    ["PATCH", "/settings", { budget_seconds: 60 }],
    ["GET", "/items/hidden"],
    ["PUT", "/items/hidden", { item_ids: ["1"] }],
    ["POST", "/interactions", { interactions: [{ user_id: "ann", item_id: "1" }] }],
    ["PUT", "/mappings", { interactions: { user_id: "userId", item_id: "movieId" } }],
    ["DELETE", "/users/ann"],
    ["DELETE", "/files/1"],
    ["DELETE", ""],
  ];
  for (const [method, path, body] of routes) {
    const init = {
      method,
      body: body && JSON.stringify(body),
      headers: { "content-type": "application/json" },
    } as RequestInit;
    assertEquals((await service.app.request(`/project/${id}${path}`, init)).status, 401, path);
    for (const other of [id, 4711, 0, -1, "x", "99999999999", "1.5"]) {
      const response = await bob.request(`/project/${other}${path}`, init);
      assertEquals(response.status, 404, `${method} ${other}${path}`);
      assertEquals((await response.json()).code, "not_found");
    }
  }
  assertEquals((await service.app.request("/projects")).status, 401);
  assertEquals((await service.app.request("/create-project", { method: "POST" })).status, 401);
  assertEquals((await ann.get(`/project/${id}/status`)).body.status, "READY");
});

Deno.test("before the first version there is nothing to answer from: 409 with the status", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  const id = await projectOf(ann, "CONTENT");
  for (const path of ["items", "users", "recommendations?item_title=Heat"]) {
    const { status, body } = await ann.get(`/project/${id}/${path}`);
    assertEquals([status, body.code, body.project_status], [409, "not_ready", "PENDING"]);
  }
  await service.sql`
    update recommender.recommender_projects set status = 'ERROR', error = 'No rows.' where id = ${id}`;
  const { body } = await ann.get(`/project/${id}/recommendations?item_title=Heat`);
  assertEquals(body.project_status, "ERROR");
  assertStringIncludes(body.detail, "No rows.");
});

Deno.test("content answers by title, by GET and by POST alike", async () => {
  await using service = await testRecommender();
  const { ann, id, path } = await ready(service, "CONTENT");
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
  const got = await ann.get(`${path}?item_title=Heat&n=3&user_id=whoever`);
  assertEquals([got.status, got.body], [200, expected]);
  const asked = await ann.post(path, { item_title: "Heat", n: 3, user_id: null });
  assertEquals([asked.status, asked.body], [200, expected]);
  assertEquals((await ann.post(path, { item_id: 1, n: 3 })).body, expected);
  assertEquals((await ann.get(`${path}?item_title=&item_id=1&n=3`)).body, expected);
});

Deno.test("what a type needs and lacks is named; n has its bounds", async () => {
  await using service = await testRecommender();
  const { ann, path } = await ready(service, "HYBRID");
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

Deno.test("an unknown title is 404 with the nearest, an unknown user an answer all the same", async () => {
  await using service = await testRecommender();
  const { ann, path } = await ready(service, "HYBRID");
  const title = await ann.get(`${path}?item_title=Amelie&user_id=ann`);
  assertEquals([title.status, title.body.code, title.body.nearest[0]], [
    404,
    "not_found",
    "Amélie",
  ]);
  const user = await ann.get(`${path}?item_title=Heat&user_id=nobody&n=2`);
  assertEquals([user.status, user.body.fallback], [200, "item_only"]);
  assertStringIncludes(user.body.fallback_reason, "nobody");
  assertEquals(user.body.recommendations[0].item_id, "2");
});

Deno.test("a visitor's history, exclusions and what was seen", async () => {
  await using service = await testRecommender();
  const { ann, path } = await ready(service, "COLLABORATIVE");
  const ids = async (body: unknown) =>
    (await ann.post(path, body)).body.recommendations
      .map(({ item_id }: { item_id: string }) => item_id);
  assertEquals(await ids({ user_id: "ann" }), ["04", "five", "3"]);
  assertEquals(await ids({ history: [1, { item_id: "2", weight: 1 }] }), ["04", "five", "3"]);
  assertEquals(await ids({ history: [1, 2], exclude: ["04"], n: 1 }), ["five"]);
  assertEquals((await ids({ user_id: "ann", include_seen: true })).length, 5);
  const seen = await ann.get(`${path}?user_id=7&include_seen=true`);
  assertEquals(seen.body.recommendations.length, 5);
});

Deno.test("items and users are found by a part, in pages", async () => {
  await using service = await testRecommender();
  const { ann, id } = await ready(service, "HYBRID");
  const { body } = await ann.get(`/project/${id}/items?q=SOL`);
  assertEquals(body, {
    items: [{ item_id: "3", item_title: "Solaris" }, { item_id: "2", item_title: "Solaris" }],
  });
  const first = await ann.get(`/project/${id}/items?limit=3`);
  const next = first.headers.get("link")!.match(/<(.*)>; rel="next"/)![1];
  const second = await ann.get(next);
  const ids = [...first.body.items, ...second.body.items].map(({ item_id }) => item_id);
  assertEquals(ids, ["3", "five", "1", "2", "04"]);
  assertEquals((await ann.get(`/project/${id}/users`)).body, {
    users: [{ user_id: "ann" }, { user_id: "7" }, { user_id: "cy" }],
  });
  assertEquals((await ann.get(`/project/${id}/users?q=AN`)).body.users, [{ user_id: "ann" }]);
});

Deno.test("a token that outlived its account makes no project", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  await service.sql`delete from auth.users`;
  const { status, body } = await ann.upload(FIELDS.CONTENT);
  assertEquals([status, body.code], [401, "unauthenticated"]);
  assertEquals(await service.blobs.list("uploads/"), []);
});

Deno.test("a retrain is queued once and the champion goes on serving", async () => {
  await using service = await testRecommender();
  const { ann, id, path } = await ready(service, "CONTENT");
  const queued = await ann.post(`/project/${id}/retrain`, undefined);
  assertEquals([queued.status, queued.body.status], [202, "PENDING"]);
  const again = await ann.post(`/project/${id}/retrain`, undefined);
  assertEquals([again.status, again.body.project_status], [409, "PENDING"]);
  assertEquals((await ann.get(`${path}?item_title=Heat`)).status, 200);
  assertEquals((await ann.get(`/project/${id}/status`)).body.mlflow_model_version, "1");
});

Deno.test("a cancelled training leaves what serves, or nothing, and a sentence either way", async () => {
  await using service = await testRecommender();
  const { ann, id, path } = await ready(service, "CONTENT");
  const cancel = () => ann.post(`/project/${id}/cancel`, undefined);
  const early = await cancel();
  assertEquals([early.status, early.body.project_status], [409, "READY"]);

  await ann.post(`/project/${id}/retrain`, undefined);
  const again = await cancel();
  assertEquals([again.status, again.body.status, again.body.stage], [200, "READY", "cancelled"]);
  assertStringIncludes(again.body.error, "goes on serving");
  assertEquals((await ann.get(`${path}?item_title=Heat`)).status, 200);

  const first = await projectOf(ann, "CONTENT");
  const { body } = await ann.post(`/project/${first}/cancel`, undefined);
  assertEquals([body.status, body.mlflow_model_version], ["ERROR", null]);
  assertStringIncludes(body.error, "before there was a model");
  assertEquals((await ann.post(`/project/${first}/retrain`, undefined)).body.error, null);
});

Deno.test("what is about to serve is not cancelled", async () => {
  await using service = await testRecommender();
  const { ann, id } = await ready(service, "CONTENT");
  await ann.post(`/project/${id}/retrain`, undefined);
  const at = (stage: string, progress: number) =>
    service.sql`
      update recommender.recommender_projects
      set status = 'PROCESSING', stage = ${stage}, progress = ${progress} where id = ${id}`;
  await at("publishing", 1);
  const late = await ann.post(`/project/${id}/cancel`, undefined);
  assertEquals([late.status, late.body.project_status], [409, "PROCESSING"]);
  assertStringIncludes(late.body.detail, "published");
  await at("publishing", .95);
  assertEquals((await ann.post(`/project/${id}/cancel`, undefined)).status, 200);
});

Deno.test("a new version that cannot be loaded leaves the last good one serving, as stale", async () => {
  await using service = await testRecommender();
  const { ann, id, path } = await ready(service, "CONTENT");
  const ask = () => ann.get(`${path}?item_title=Heat`);
  assertEquals((await ask()).body.stale, undefined);
  await service.publish(id, { ...exampleModel("CONTENT"), weights: NO_WEIGHTS });
  for (let tries = 0; (await ask()).body.model_version !== "2" && tries < 200; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assertEquals((await ask()).body.recommendations[0].fallback, "popular");

  // Not the first one's bytes, which Workers still have near.
  const { weights } = exampleModel("CONTENT");
  const third = { ...exampleModel("CONTENT"), similar: weights };
  await service.publish(id, third, { damaged: true });
  for (let tries = 0; !(await ask()).body.stale && tries < 200; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { status, body } = await ask();
  assertEquals([status, body.stale, body.model_version], [200, true, "2"]);
});

Deno.test("a deleted project is gone for its owner too", async () => {
  await using service = await testRecommender();
  const { ann, id, path } = await ready(service, "CONTENT");
  assertEquals((await ann.request(`/project/${id}`, { method: "DELETE" })).status, 204);
  assertEquals((await ann.get(`/project/${id}/status`)).status, 404);
  assertEquals((await ann.get(`${path}?item_title=Heat`)).status, 404);
  assertEquals((await ann.request(`/project/${id}`, { method: "DELETE" })).status, 404);
});

Deno.test("the description names each route and each problem it can give", async () => {
  await using service = await testRecommender();
  const { paths } = await (await service.app.request("/openapi.json")).json();
  assertEquals(Object.keys(paths).sort(), [
    "/create-project",
    "/project/{id}",
    "/project/{id}/cancel",
    "/project/{id}/columns",
    "/project/{id}/events",
    "/project/{id}/files/{file_id}",
    "/project/{id}/interactions",
    "/project/{id}/items",
    "/project/{id}/items/hidden",
    "/project/{id}/mappings",
    "/project/{id}/model/{file}",
    "/project/{id}/popular",
    "/project/{id}/recommendations",
    "/project/{id}/recommendations/batch",
    "/project/{id}/report",
    "/project/{id}/retrain",
    "/project/{id}/run",
    "/project/{id}/settings",
    "/project/{id}/similar",
    "/project/{id}/status",
    "/project/{id}/users",
    "/project/{id}/users/{user_id}",
    "/project/{id}/users/{user_id}/history",
    "/project/{id}/versions",
    "/project/{id}/versions/rollback",
    "/project/{id}/versions/{version}/promote",
    "/projects",
    "/uploads",
    "/uploads/{id}",
    "/uploads/{id}/{n}",
  ]);
  const form = paths["/create-project"].post.requestBody.content["multipart/form-data"].schema;
  assertEquals(form.properties.content_file, { type: "string", format: "binary" });
  assertEquals((await service.app.request("/docs")).status, 200);
});

Deno.test("a project sent twice under one Idempotency-Key is one, with one answer", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  const send = (key: string, project_name: string) => {
    const form = new FormData();
    form.append("project_name", project_name);
    form.append("content_schema_json", '{"item_id":"id","item_title":"title"}');
    form.append("content_file", new File(["id,title\n1,Heat\n2,Solaris\n"], "films.csv"));
    return ann.request("/create-project/", {
      method: "POST",
      body: form,
      headers: { "idempotency-key": key },
    });
  };
  const answers = await Promise.all([1, 2, 3].map(() => send("a key", "Films")));
  assertEquals(answers.map(({ status }) => status), [201, 201, 201]);
  const bodies = await Promise.all(answers.map((answer) => answer.text()));
  assertEquals(new Set(bodies).size, 1);
  assertEquals(answers.filter(({ headers }) => headers.has("idempotent-replayed")).length, 2);
  assertEquals((await ann.get("/projects")).body.length, 1);
  // Of the same length, and another all the same.
  const other = await send("a key", "Filme");
  assertEquals([other.status, (await other.json()).code], [422, "invalid_input"]);
  await send("another key", "Films");
  assertEquals((await ann.get("/projects")).body.length, 2);
});

Deno.test("an upload begun twice under one Idempotency-Key is one", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  const begin = async () => {
    const answer = await ann.request("/uploads", {
      method: "POST",
      body: JSON.stringify({ file_name: "a.csv", bytes: 10 }),
      headers: { "content-type": "application/json", "idempotency-key": "a key" },
    });
    assertEquals(answer.status, 201);
    return await answer.json();
  };
  assertEquals((await begin()).id, (await begin()).id);
  assertEquals((await ann.get("/uploads")).body.length, 1);
});

Deno.test("under one Idempotency-Key rows come once, as JSON and as a file, and a deletion is one", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  const { body: { id } } = await ann.upload({
    project_name: "Films",
    interaction_file: new File(["who,what\nann,1\n"], "seen.csv"),
    interaction_schema_json: '{"user_id":"who","item_id":"what"}',
  });
  const send = async (key: string, path: string, init: RequestInit) => {
    const answer = await ann.request(`/project/${id}${path}`, {
      ...init,
      headers: { ...init.headers, "idempotency-key": key },
    });
    return [answer.status, answer.headers.get("idempotent-replayed"), await answer.text()];
  };
  const files = async () =>
    (await ann.get(`/project/${id}/status`)).body.files.map(
      ({ file_name }: { file_name: string }) => file_name,
    );
  const rows = (item_id: string) => ({
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ interactions: [{ user_id: "ann", item_id }] }),
  });
  const file = (text: string) => ({
    method: "POST",
    headers: { "content-type": "text/csv" },
    body: text,
  });
  for (
    const [key, one, other] of [["rows", rows("2"), rows("3")], [
      "file",
      file("who,what\nann,4\n"),
      file("who,what\nann,5\n"),
    ]] as const
  ) {
    const [status, , body] = await send(key, "/interactions", one);
    assertEquals(status, 201, String(body));
    assertEquals(await send(key, "/interactions", one), [201, "true", body]);
    assertEquals((await send(key, "/interactions", other))[0], 422);
  }
  assertEquals((await files()).length, 3);
  const gone = { method: "DELETE" };
  assertEquals(await send("end", "", gone), [204, null, ""]);
  assertEquals(await send("end", "", gone), [204, "true", ""]);
  assertEquals((await send("end anew", "", gone))[0], 404);
});
