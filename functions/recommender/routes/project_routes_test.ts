import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { FILMS, FORMS, RATINGS, servingProject } from "../../../testing/project.ts";
import { type Client, testRecommender } from "../../../testing/recommender.ts";

const FILM_SCHEMA = { item_id: "movieId", item_title: "title", feature_col: "genres" };
const RATING_SCHEMA = { user_id: "userId", item_id: "movieId", rating: "rating" };

async function projectOf(client: Client, type: keyof typeof FORMS): Promise<number> {
  const { status, body } = await client.upload(FORMS[type]);
  assertEquals([status, body.model_type], [201, type]);
  return body.id;
}

Deno.test("a project is created from the uploaded files and lists all of them", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  const made = await ann.upload(FORMS.HYBRID);
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
    improving: null,
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
  const backwards = Object.fromEntries(Object.entries(FORMS.HYBRID).reverse());
  assertEquals((await ann.upload(backwards)).body.model_type, "HYBRID");
  const { status } = await ann.upload({
    ...FORMS.CONTENT,
    content_schema_json: new File([FORMS.CONTENT.content_schema_json], "blob"),
    interaction_file: new File([], ""),
    a_field_of_yours: "is passed over",
  });
  assertEquals(status, 201);
});

Deno.test("errors of a form are named, and nothing of it is stored", async (t) => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  const { CONTENT, COLLABORATIVE, HYBRID } = FORMS;
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

Deno.test("the error for a missing column lists the existing ones", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  const { body } = await ann.upload({
    ...FORMS.CONTENT,
    content_schema_json: JSON.stringify({ ...FILM_SCHEMA, item_title: "name" }),
  });
  for (const column of ["movieId", "title", "genres"]) {
    assertStringIncludes(body.errors[0].detail, column);
  }
});

Deno.test("a body that is not a form, malformed, or over the limit is rejected", async () => {
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
    ...FORMS.CONTENT,
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
    ...FORMS.CONTENT,
    content_file: new File([await new Response(gz).bytes()], "movies.csv.gz"),
  });
  assertEquals(compressed.status, 201, JSON.stringify(compressed.body));

  const bare = await ann.upload({
    ...FORMS.COLLABORATIVE,
    interaction_file: new File(["1\t10\t3\n2\t11\t4\n"], "plays.dat"),
    interaction_schema_json: '{"user_id":"column1","item_id":"column2"}',
  });
  assertEquals(bare.status, 201, JSON.stringify(bare.body));

  const { dialect } = (await ann.get(`/project/${compressed.body.id}/status`)).body.files[0];
  const given = await ann.upload({
    ...FORMS.CONTENT,
    content_file: new File([FILMS.replaceAll(",", ";")], "movies.csv"),
    content_dialect_json: JSON.stringify({ ...dialect, delimiter: ";" }),
  });
  assertEquals(given.status, 201, JSON.stringify(given.body));
  const { files } = (await ann.get(`/project/${given.body.id}/status`)).body;
  assertEquals(files[0].dialect.delimiter, ";");
});

Deno.test("projects are listed in pages with a link to the next", async () => {
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

Deno.test("a token of a deleted account cannot create a project", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  await service.sql`delete from auth.users`;
  const { status, body } = await ann.upload(FORMS.CONTENT);
  assertEquals([status, body.code], [401, "unauthenticated"]);
  assertEquals(await service.blobs.list("uploads/"), []);
});

Deno.test("a cancelled training keeps the serving version, if any, and sets a message", async () => {
  await using service = await testRecommender();
  const { ann, id, path } = await servingProject(service, "CONTENT");
  const cancel = () => ann.post(`/project/${id}/cancel`, undefined);
  const early = await cancel();
  assertEquals([early.status, early.body.project_status], [409, "READY"]);

  await ann.post(`/project/${id}/retrain`, undefined);
  const again = await cancel();
  assertEquals([again.status, again.body.status, again.body.stage], [200, "READY", "cancelled"]);
  assertStringIncludes(again.body.error, "continues to serve");
  assertEquals((await ann.get(`${path}/recommendations?item_title=Heat`)).status, 200);

  const first = await projectOf(ann, "CONTENT");
  const { body } = await ann.post(`/project/${first}/cancel`, undefined);
  assertEquals([body.status, body.mlflow_model_version], ["ERROR", null]);
  assertStringIncludes(body.error, "before the first model was ready");
  assertEquals((await ann.post(`/project/${first}/retrain`, undefined)).body.error, null);
});

Deno.test("a training in promotion cannot be cancelled", async () => {
  await using service = await testRecommender();
  const { ann, id } = await servingProject(service, "CONTENT");
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

Deno.test("a deleted project is 404 for its owner", async () => {
  await using service = await testRecommender();
  const { ann, id, path } = await servingProject(service, "CONTENT");
  assertEquals((await ann.request(`/project/${id}`, { method: "DELETE" })).status, 204);
  assertEquals((await ann.get(`/project/${id}/status`)).status, 404);
  assertEquals((await ann.get(`${path}/recommendations?item_title=Heat`)).status, 404);
  assertEquals((await ann.request(`/project/${id}`, { method: "DELETE" })).status, 404);
});

Deno.test("a project sent twice under one Idempotency-Key is created once, with the same response", async () => {
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
  // Same length, different content.
  const other = await send("a key", "Filme");
  assertEquals([other.status, (await other.json()).code], [422, "invalid_input"]);
  await send("another key", "Films");
  assertEquals((await ann.get("/projects")).body.length, 2);
});

Deno.test("a retrain is queued once and the champion continues to serve", async () => {
  await using service = await testRecommender();
  const { ann, id, path } = await servingProject(service, "CONTENT");
  const queued = await ann.post(`/project/${id}/retrain`, undefined);
  assertEquals([queued.status, queued.body.status], [202, "PENDING"]);
  const again = await ann.post(`/project/${id}/retrain`, undefined);
  assertEquals([again.status, again.body.project_status], [409, "PENDING"]);
  assertEquals((await ann.get(`${path}/recommendations?item_title=Heat`)).status, 200);
  assertEquals((await ann.get(`/project/${id}/status`)).body.mlflow_model_version, "1");
});
