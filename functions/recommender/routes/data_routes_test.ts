import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { servingProject, type TestProject, waitingProject } from "../../../testing/project.ts";
import {
  type Client,
  type TestRecommender,
  testRecommender,
} from "../../../testing/recommender.ts";

async function statusOf({ ann, path }: TestProject) {
  return (await ann.get(`${path}/status`)).body;
}

/** Returns the contents of all uploaded files, in the order of the files. */
async function textsOf({ sql, blobs }: TestRecommender): Promise<string[]> {
  const files = await sql`select storage_path from recommender.uploaded_files order by id`;
  return await Promise.all(
    files.map(async (file) =>
      await new Response((await blobs.get(file.storage_path))!.stream).text()
    ),
  );
}

async function sendCsv(ann: Client, path: string, text: string) {
  const response = await ann.request(`${path}/interactions`, {
    method: "POST",
    body: text,
    headers: { "content-type": "text/csv" },
  });
  return { status: response.status, body: await response.json() };
}

Deno.test("rows as JSON are stored as a file of their own, to be read by the app's keys", async () => {
  await using service = await testRecommender();
  const project = await servingProject(service, "HYBRID");
  const { ann, path } = project;
  const { status, body } = await ann.post(`${path}/interactions`, {
    interactions: [
      { user_id: 7, item_id: "007", rating: 4.5, timestamp: 1700000000 },
      { user_id: 'a,"b"', item_title: "Heat\n(1995)", timestamp: "2024-01-02T03:04:05Z" },
    ],
  });
  assertEquals([status, body.rows, body.file_name], [201, 2, "interactions.json"]);
  const { files, status: state } = await statusOf(project);
  assertEquals(state, "READY");
  assertEquals(files[2].id, body.file_id);
  assertEquals([files[2].file_type, files[2].mapping], ["INTERACTION", {
    user_id: "user_id",
    item_id: "item_id",
    item_title: "item_title",
    rating: "rating",
    timestamp: "timestamp",
  }]);
  assertEquals(
    (await textsOf(service))[2],
    "user_id,item_id,item_title,rating,timestamp\n7,007,,4.5,1700000000\n" +
      '"a,""b""",,"Heat\n(1995)",,2024-01-02T03:04:05Z\n',
  );
});

Deno.test("invalid rows are named and nothing is stored", async () => {
  await using service = await testRecommender();
  const { ann, path } = await waitingProject(service, "COLLABORATIVE");
  const cases: [row: unknown, pointer: string][] = [
    [{ item_id: "1" }, "/interactions/0/user_id"],
    [{ user_id: " ", item_id: "1" }, "/interactions/0/user_id"],
    [{ user_id: "a" }, "/interactions/0/item_id"],
    [{ user_id: "a", item_id: "", item_title: null }, "/interactions/0/item_id"],
    [{ user_id: "a", item_id: "1", rating: "5" }, "/interactions/0/rating"],
    [{ user_id: "a", item_id: "1", rating: 1e39 }, "/interactions/0/rating"],
    [{ user_id: "a", item_id: "1", timestamp: "some day" }, "/interactions/0/timestamp"],
  ];
  for (const [row, pointer] of cases) {
    const { status, body } = await ann.post(`${path}/interactions`, { interactions: [row] });
    assertEquals([status, body.errors?.[0].pointer], [422, pointer], JSON.stringify(body));
  }
  const row = { user_id: "a", item_id: "1" };
  const many = await ann.post(`${path}/interactions`, { interactions: Array(10_001).fill(row) });
  assertEquals([many.status, many.body.errors[0].pointer], [422, "/interactions"]);
  assertEquals((await ann.post(`${path}/interactions`, { interactions: [] })).status, 422);
  assertEquals((await textsOf(service)).length, 1);
  assertEquals((await service.blobs.list("uploads/")).length, 1);
});

Deno.test("a CSV file uses the first file's mapping, or its own in a form", async () => {
  await using service = await testRecommender({ uploadLimitBytes: 5_000 });
  const project = await waitingProject(service, "COLLABORATIVE");
  const { ann, path } = project;
  const more = "movieId;userId;rating\n2;ann;5\n1;cy;1\n";
  const sent = await sendCsv(ann, path, more);
  assertEquals([sent.status, sent.body.bytes], [201, more.length]);
  const form = new FormData();
  form.append("interaction_file", new File(["who,what\nann,2\n"], "plays.csv"));
  form.append("interaction_schema_json", '{"user_id":"who","item_title":"what"}');
  const response = await ann.request(`${path}/interactions/`, { method: "POST", body: form });
  assertEquals([response.status, (await response.json()).file_name], [201, "plays.csv"]);
  const { files } = await statusOf(project);
  assertEquals(files[1].mapping, files[0].mapping);
  assertEquals(files[1].dialect.delimiter, ";");
  assertEquals(files[2].mapping, { user_id: "who", item_title: "what" });

  const strange = await sendCsv(ann, path, "who,movieId\nann,1\n");
  assertEquals([strange.status, strange.body.code], [422, "invalid_input"]);
  assertStringIncludes(strange.body.errors[0].detail, '"who"');
  const large = await sendCsv(ann, path, "userId,movieId,rating\n" + "ann,1,1\n".repeat(1_000));
  assertEquals([large.status, large.body.code], [413, "too_large"]);
  assertEquals((await sendCsv(ann, path, "")).status, 422);
  const empty = await ann.request(`${path}/interactions`, { method: "POST", body: new FormData() });
  assertEquals(empty.status, 422, await empty.text());
  const text = await ann.request(`${path}/interactions`, { method: "POST", body: "x" });
  assertEquals(text.status, 415, await text.text());
  assertEquals((await service.blobs.list("uploads/")).length, 3);
});

Deno.test("a CONTENT project refuses interactions and names the alternative", async () => {
  await using service = await testRecommender();
  const { ann, path } = await waitingProject(service, "CONTENT");
  const { status, body } = await ann.post(`${path}/interactions`, {
    interactions: [{ user_id: "a", item_id: "1" }],
  });
  assertEquals([status, body.code], [409, "conflict"]);
  assertStringIncludes(body.detail, "HYBRID");
});

Deno.test("a corrected mapping is checked against each of its files, and used by the training", async () => {
  await using service = await testRecommender();
  const project = await servingProject(service, "HYBRID");
  const { ann, path } = project;
  await sendCsv(ann, path, "userId,movieId,rating\nann,2,5\n");
  await ann.post(`${path}/interactions`, { interactions: [{ user_id: "a", item_id: "1" }] });
  const before = await statusOf(project);
  const mend = (body: unknown) => ann.send("PUT", `${path}/mappings`, body);

  for (
    const [body, pointer] of [
      [{ content: { item_id: "id" } }, "/content/item_id"],
      [
        { content: { item_title: "title" }, interactions: { item_id: "movieId" } },
        "/interactions/user_id",
      ],
      // The file added later has no such column.
      [
        { interactions: { user_id: "userId", item_id: "movieId", timestamp: "timestamp" } },
        "/interactions/timestamp",
      ],
      [{}, "/"],
    ] as const
  ) {
    const { status, body: problem } = await mend(body);
    assertEquals([status, problem.errors?.[0].pointer], [422, pointer], JSON.stringify(problem));
  }
  assertEquals(await statusOf(project), before);

  const mended = await mend({
    content: { item_id: "movieId", item_title: "title", feature_col: null },
    interactions: { user_id: "userId", item_id: "movieId", rating: "" },
  });
  assertEquals([mended.status, mended.body.status], [202, "PENDING"]);
  const { files } = await statusOf(project);
  assertEquals(files.map(({ mapping }: { mapping: unknown }) => mapping), [
    { item_id: "movieId", item_title: "title" },
    { user_id: "userId", item_id: "movieId" },
    { user_id: "userId", item_id: "movieId" },
    { user_id: "user_id", item_id: "item_id" },
  ]);
});

Deno.test("a file can be removed again, but not the last of its kind", async () => {
  await using service = await testRecommender();
  const project = await servingProject(service, "HYBRID");
  const { ann, path } = project;
  const rows = { interactions: [{ user_id: "a", item_id: "1" }] };
  const { file_id } = (await ann.post(`${path}/interactions`, rows)).body;
  const removed = await ann.send("DELETE", `${path}/files/${file_id}`);
  assertEquals([removed.status, removed.body.status], [202, "PENDING"]);
  const { files } = await statusOf(project);
  assertEquals(files.length, 2);
  const [{ kind }] = await service.sql`select kind from recommender.erasures`;
  assertEquals(kind, "BLOB");
  for (const { id } of files) {
    const { status, body } = await ann.send("DELETE", `${path}/files/${id}`);
    assertEquals([status, body.code], [409, "conflict"]);
  }
  for (const id of [file_id, "x", 0]) {
    assertEquals((await ann.send("DELETE", `${path}/files/${id}`)).status, 404);
  }
});

Deno.test("under one Idempotency-Key rows are added once, as JSON and as a file, and a deletion happens once", async () => {
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

Deno.test("a mapping's format choices are validated and stored with the file", async () => {
  await using service = await testRecommender();
  const { ann, path } = await servingProject(service, "COLLABORATIVE");
  const interactions = {
    user_id: "userId",
    item_id: "movieId",
    rating: "rating",
    timestamp: "timestamp",
    decimal_sign: ",",
    date_order: "dmy",
  };
  const mend = (mapping: unknown) => ann.send("PUT", `${path}/mappings`, { interactions: mapping });
  assertEquals((await mend(interactions)).status, 202);
  assertEquals((await ann.get(`${path}/mappings`)).body.interactions.mapping, interactions);
  const wrong = await mend({ ...interactions, date_order: "day" });
  assertEquals([wrong.status, wrong.body.errors], [422, [{
    pointer: "/interactions/date_order",
    detail: '"date_order" must be "dmy" or "mdy" or "ymd".',
  }]]);
});

Deno.test("ambiguous dates are rejected at upload and at mapping", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  const create = (dates: string[], choices = {}) =>
    ann.upload({
      project_name: "Films",
      interaction_file: new File(
        [["user,item,when", ...dates.map((date, n) => `u${n},i${n % 2},${date}`)].join("\n")],
        "ratings.csv",
      ),
      interaction_schema_json: JSON.stringify({ ...MAPPED, ...choices }),
    });
  const open = ["01/02/2019", "03/04/2019", "05/05/2019"];
  for (const choices of [{}, { date_order: "ymd" }]) {
    const { status, body } = await create(open, choices);
    assertEquals([status, body.errors?.length], [422, 1], JSON.stringify(body));
    assertEquals(body.errors[0].pointer, "/interaction_schema_json/date_order");
    assertStringIncludes(body.errors[0].detail, "by date_order (dmy or mdy), which comes first");
  }
  // Rows beyond the first ones may decide, as may most of those that tell an order.
  const long = Array.from({ length: 20_000 }, (_, n) => `0${1 + n % 9}/0${1 + n % 7}/2019`);
  assertEquals((await create(long)).status, 422);
  assertEquals((await create([...long, "24/01/2019"])).status, 201);

  const { status, body: { id } } = await create(open, { date_order: "mdy" });
  assertEquals(status, 201);
  const path = `/project/${id}`;
  const mend = (mapping: unknown) => ann.send("PUT", `${path}/mappings`, { interactions: mapping });
  const refused = await mend(MAPPED);
  assertEquals([refused.status, refused.body.errors[0].pointer], [422, "/interactions/date_order"]);
  assertEquals((await mend({ ...MAPPED, date_order: "dmy" })).status, 202);
  assertEquals((await mend({ user_id: "user", item_id: "item" })).status, 202);
});

Deno.test("a timestamp column without times is rejected at upload and at mapping", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  const create = (times: string[], mapping: Record<string, string>) =>
    ann.upload({
      project_name: "Films",
      interaction_file: new File(
        [["user,item,when", ...times.map((time, n) => `u${n},i${n % 2},${time}`)].join("\n")],
        "ratings.csv",
      ),
      interaction_schema_json: JSON.stringify(mapping),
    });
  const late = Array.from({ length: 30_000 }, (_, n) => n < 10_000 ? "" : "evening");
  for (const times of [["Heat", "Ronin", "Heat"], ["a1", "", "b2"], late]) {
    const { status, body } = await create(times, MAPPED);
    assertEquals([status, body.errors?.length], [422, 1], JSON.stringify(body));
    assertEquals(body.errors[0].pointer, "/interaction_schema_json/timestamp");
    assertStringIncludes(body.errors[0].detail, 'The column "when" has no time that can be read');
  }
  assertEquals((await create(["Heat", "2019-01-22", "Ronin"], MAPPED)).status, 201);
  assertEquals((await create(["", "", ""], MAPPED)).status, 201);
  const { body: { id } } = await create(["Heat", "Ronin"], { user_id: "user", item_id: "item" });
  const refused = await ann.send("PUT", `/project/${id}/mappings`, { interactions: MAPPED });
  assertEquals([refused.status, refused.body.errors[0].pointer], [422, "/interactions/timestamp"]);
});

Deno.test("a file without a usable row is rejected at upload and at mapping", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  const create = (rows: string[], mapping: Record<string, string>) =>
    ann.upload({
      project_name: "Films",
      interaction_file: new File([["user,item,rating,when", ...rows].join("\n")], "ratings.csv"),
      interaction_schema_json: JSON.stringify(mapping),
    });
  const [ids, rated] = [{ user_id: "user", item_id: "item" }, { ...MAPPED, rating: "rating" }];
  const baskets = (n: number) => `u${n},"[""a${n}"",""b${n}""]",fine,2019-01-22`;
  for (
    const [row, mapping, says] of [
      [baskets, ids, /all its 9 rows were rejected, .* the item is a list or an object/],
      [(n: number) => `NULL,i${n},4,2019-01-22`, ids, /because the row has no user/],
      [(n: number) => `u${n},i${n},fine,2019-01-22`, rated, /the rating "fine" is not a number/],
    ] as const
  ) {
    const rows = Array.from({ length: 9 }, (_, n) => row(n));
    const { status, body } = await create(rows, mapping);
    assertEquals([status, body.errors?.length], [422, 1], JSON.stringify(body));
    assertEquals(body.errors[0].pointer, "/interaction_schema_json");
    assertMatch(body.errors[0].detail, says);
    // A row beyond the first ones suffices.
    const long = Array.from({ length: 6_000 }, (_, n) => row(n));
    assertEquals((await create([...long, "u,i,4,2019-01-22"], mapping)).status, 201);
  }
  const { body: { id } } = await create(["u1,i1,fine,", "u2,i2,poor,"], ids);
  const refused = await ann.send("PUT", `/project/${id}/mappings`, { interactions: rated });
  assertEquals([refused.status, refused.body.errors[0].pointer], [422, "/interactions"]);
});

const MAPPED = { user_id: "user", item_id: "item", timestamp: "when" };
