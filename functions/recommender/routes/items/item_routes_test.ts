import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { exampleModel } from "../../../../testing/example_model.ts";
import { waitingProject } from "../../../../testing/project.ts";
import { type TestRecommender, testRecommender } from "../../../../testing/recommender.ts";
import { until } from "../../../../testing/until.ts";
import type { Column, Model, ModelType } from "../../model/model.ts";
import { QUOTAS, usedBy } from "../../projects/quotas.ts";
import { stringTable } from "../../model/string_table.ts";

const COLUMNS: Column[] = [
  { name: "price", kind: "number", values: Float32Array.of(1, 2, 3, NaN, 5) },
  { name: "since", kind: "date", values: Float64Array.of(0, 86400, NaN, NaN, NaN) },
  {
    name: "tags",
    kind: "list",
    terms: stringTable(["Drama", "War"]),
    offsets: Uint32Array.of(0, 1, 3, 3, 4, 5),
    codes: Uint16Array.of(0, 0, 1, 0, 1),
  },
];

function shopModel(type: ModelType): Model {
  const model = exampleModel(type);
  const manifest = {
    ...model.manifest,
    columns: COLUMNS.map(({ name, kind }) => ({ name, kind })),
    unfilterable: [{ name: "plot", reason: "It has many values." }, {
      name: "__proto__",
      reason: "It is empty.",
    }],
  };
  return { ...model, manifest, columns: COLUMNS };
}

async function shop(service: TestRecommender, type: ModelType = "HYBRID") {
  const project = await waitingProject(service, type);
  const version = await service.publish(project.id, shopModel(type));
  const { ann, path } = project;
  const put = (...items: unknown[]) => ann.send("PUT", `${path}/items`, { items });
  const remove = (...item_ids: unknown[]) => ann.send("DELETE", `${path}/items`, { item_ids });
  const priced = async (price: unknown) => {
    const filter = { filter: { price }, history: ["five"] };
    const { body } = await ann.post(`${path}/recommendations`, filter);
    return idsOf(body.recommendations);
  };
  const found = async (q: string) => idsOf((await ann.get(`${path}/items?q=${q}`)).body.items);
  const described = async (id: string) =>
    (await ann.get(`${path}/items?item_id=${id}&columns=true`)).body.items[0];
  return { ...project, version, put, remove, priced, found, described };
}

const idsOf = (list: { item_id: string }[]) => list.map(({ item_id }) => item_id);

Deno.test("changed columns and titles count at once in filters, search and descriptions", async () => {
  await using service = await testRecommender();
  const { ann, path, put, priced, found, described } = await shop(service);
  assertEquals(await priced({ gte: 9 }), []);
  const answer = await put(
    { item_id: 1, columns: { price: 19.9, tags: ["new", "Drama"], plot: "Cops and robbers" } },
    { item_id: "2", item_title: "Solaris (1972)", columns: { since: "1972-03-20", price: null } },
    { item_id: "3", columns: { price: 3 } },
  );
  assertEquals([answer.status, answer.body], [
    200,
    { new: 0, changed: 2, unchanged: 1, rejected: [] },
  ]);
  assertEquals(await priced({ gte: 9 }), ["1"]);
  assertEquals(await priced(2), []);
  assertEquals(await found("1972"), ["2"]);
  assertEquals(await described("1"), {
    item_id: "1",
    item_title: "Heat",
    columns: { price: 19.9, since: 0, tags: ["new", "Drama"] },
  });
  assertEquals((await described("2")).columns, { since: 69897600, tags: ["Drama", "War"] });
  const { columns } = (await ann.get(`${path}/columns`)).body;
  assertEquals(columns.map(({ max }: { max?: number }) => max), [19.9, 69897600, undefined]);
  // What is not named keeps its value, also of an earlier call.
  assertEquals((await put({ item_id: 1, columns: { tags: "War" } })).body.changed, 1);
  assertEquals((await described("1")).columns, { price: 19.9, since: 0, tags: ["War"] });
  const same = { item_id: 1, columns: { price: 19.9, plot: "Cops and robbers" } };
  assertEquals((await put(same)).body, { new: 0, changed: 0, unchanged: 1, rejected: [] });
  assertEquals((await ann.get(`${path}/items/changes`)).body, {
    changed: 2,
    most: 10_000,
    feed: null,
  });
});

Deno.test("a title also changes the file's column of titles, if it can be filtered by", async () => {
  await using service = await testRecommender();
  const { id, put, described, path, ann } = await shop(service);
  const model = shopModel("HYBRID");
  const columns: Column[] = [{
    ...{ name: "title", kind: "text" },
    terms: stringTable(["Heat", "Solaris"]),
    offsets: Uint32Array.of(0, 1, 2, 2, 2, 2),
    codes: Uint16Array.of(0, 1),
  }];
  const manifest = { ...model.manifest, columns: [{ name: "title", kind: "text" as const }] };
  await service.publish(id, { ...model, manifest, columns });
  await until(async () => (await ann.get(`${path}/columns`)).body.columns.length === 1);
  const answer = await put({ item_id: "1", item_title: "Heat (1995)" }, {
    item_id: "2",
    item_title: "Solyaris",
    columns: { title: "Solaris" },
  });
  assertEquals(answer.body.changed, 2);
  assertEquals((await described("1")).columns, { title: "Heat (1995)" });
  const own = await described("2");
  assertEquals([own.item_title, own.columns], ["Solyaris", { title: "Solaris" }]);
});

Deno.test("a new item is in the catalogue at once, and recommended with its rows", async () => {
  await using service = await testRecommender();
  const { ann, id, path, version, put, priced, found } = await shop(service);
  const jacket = { item_id: "sku-9", item_title: "Blue jacket", columns: { price: 50 } };
  assertEquals((await put(jacket)).body, { new: 1, changed: 0, unchanged: 0, rejected: [] });
  assertEquals(await found("jacket"), ["sku-9"]);
  assertEquals(await priced(50), ["sku-9"]);
  const scoreAfter = async (item: string) => {
    const request = { history: [item], limit: 9, explain: true };
    const { body } = await ann.post(`${path}/recommendations`, request);
    return body.recommendations.find(({ item_id }: { item_id: string }) => item_id === "sku-9");
  };
  assertEquals((await scoreAfter("1")).score, 0);
  const { sql } = service;
  const row = { items: [0, 4], weights: [0.75, 0.5] };
  await sql`
    insert into recommender.live_item_rows (project_id, version, item_id, item_seq, items, weights)
    select ${id}, ${version}, item_id, seq, ${sql.json(row.items)}, ${sql.json(row.weights)}
    from recommender.live_items where project_id = ${id}`;
  const explained = await until(async () => {
    const one = await scoreAfter("1");
    return one.score > 0 && one;
  });
  assertEquals([explained.score, explained.reason], [0.75, "because of Heat"]);
  const similar = (await ann.get(`${path}/similar?item_id=sku-9&limit=2`)).body.recommendations;
  assertEquals(idsOf(similar), ["1", "five"]);
  // A live event of the new item counts in the next answer.
  const visitor = { anonymous_id: crypto.randomUUID() };
  await ann.post(`${path}/events`, { ...visitor, events: [{ type: "view", item_id: "sku-9" }] });
  const { events } = (await ann.get(`${path}/events/recent`)).body;
  assertEquals(events[0].known, true);
  const list = await ann.post(`${path}/recommendations`, { ...visitor, limit: 2 });
  assertEquals(idsOf(list.body.recommendations), ["1", "five"]);
});

Deno.test("a deleted item is in no answer until it is put again", async () => {
  await using service = await testRecommender();
  const { ann, path, put, remove, found } = await shop(service);
  await put({ item_id: "new" });
  const lists = async () =>
    await Promise.all(
      [
        "popular?limit=9",
        "similar?item_id=1&limit=9",
        "recommendations?user_id=ann&item_id=1&limit=9",
      ]
        .map(async (route) => {
          const { body } = await ann.get(`${path}/${route}`);
          return idsOf(body.items ?? body.recommendations);
        }),
    );
  assert((await lists()).every((ids) => ids.includes("new") && ids.includes("3")));
  const deleted = await remove("3", 3, " 3 ", "new", "unknown", "x".repeat(10_000));
  assertEquals([deleted.status, deleted.body], [200, { deleted: 2, unknown: 2 }]);
  assert((await lists()).every((ids) => !ids.includes("new") && !ids.includes("3")));
  assertEquals([await found("solaris"), await found("new")], [["2"], []]);
  assertEquals((await ann.get(`${path}/items?item_id=3`)).body.items, []);
  assertEquals((await ann.get(`${path}/similar?item_id=3`)).status, 404);
  assertEquals((await remove("3")).body, { deleted: 0, unknown: 1 });
  assertEquals((await put({ item_id: "3" })).body.new, 1);
  assertEquals(await found("solaris"), ["3", "2"]);
});

Deno.test("each malformed item is rejected by its index, and the others are stored", async () => {
  await using service = await testRecommender();
  const { put, described, path, ann } = await shop(service);
  const rows: [unknown, string, string][] = [
    ["sku", "malformed", "must be an object"],
    [[], "malformed", "must be an object"],
    [{}, "missing_field", "item_id must be given"],
    [{ item_id: "x".repeat(10_240) }, "too_long", "at most 1000 bytes"],
    [{ item_id: true }, "invalid_field", "a string or a number"],
    [{ item_id: "null" }, "invalid_field", "must not be empty"],
    [{ item_id: "a\0" }, "invalid_field", "cannot be stored"],
    [{ item_id: "a", title: "A" }, "unknown_field", "did you mean item_title?"],
    [{ item_id: "a", item_title: ["A"] }, "invalid_field", "must be a text"],
    [{ item_id: "a", item_title: "A".repeat(10_001) }, "too_long", "at most 10000 characters"],
    [{ item_id: "a", columns: [] }, "malformed", "columns must be an object"],
    [{ item_id: "a", columns: { prices: 1 } }, "unknown_column", 'did you mean "price"?'],
    [{ item_id: "a", columns: { constructor: 1 } }, "unknown_column", "no column"],
    [{ item_id: "a", columns: { toString: null } }, "unknown_column", "no column"],
    [{ item_id: "a", columns: { price: "cheap" } }, "invalid_field", "takes numbers"],
    [{ item_id: "a", columns: { price: [1] } }, "invalid_field", "takes a number"],
    [{ item_id: "a", columns: { price: {} } }, "invalid_field", "takes a number, a text"],
    [{ item_id: "a", columns: { since: "soon" } }, "invalid_field", "takes dates"],
    [{ item_id: "a", columns: { since: 1e300 } }, "invalid_field", "takes dates"],
    [{ item_id: "a", columns: { tags: [1] } }, "invalid_field", "a list of texts"],
    [{ item_id: "a", columns: { plot: "\ud800" } }, "invalid_field", "cannot be stored"],
    [{ item_id: "a", columns: { plot: "x".repeat(70_000) } }, "too_long", "at most 65536 bytes"],
  ];
  const { status, body } = await put(
    { item_id: "1", columns: { price: "1.234,50", tags: "Drama|Noir", since: 86400 } },
    ...rows.map(([row]) => row),
    JSON.parse('{"item_id": "five", "columns": {"price": true, "__proto__": "own"}}'),
  );
  assertEquals(status, 200);
  assertEquals([body.new, body.changed], [0, 2]);
  assertEquals(
    body.rejected.map(({ index, code }: { index: number; code: string }) => [index, code]),
    rows.map(([, code], place) => [place + 1, code]),
  );
  rows.forEach(([, , detail], place) => assertStringIncludes(body.rejected[place].detail, detail));
  assertEquals((await described("1")).columns, {
    price: 1234.5,
    since: 86400,
    tags: ["Drama", "Noir"],
  });
  assertEquals((await described("five")).columns.price, 1);
  const { sql } = service;
  const [{ cells }] = await sql`
    select cells::text as cells from recommender.live_items where item_id = 'five'`;
  assertEquals(cells, '{"price": 1, "__proto__": "own"}');
  assertEquals((await ann.get(`${path}/items?q=`)).body.items.length, 5);
});

Deno.test("a call has at most 1,000 items, and a project 10,000 that differ", async () => {
  await using service = await testRecommender();
  const { ann, id, path, put, remove } = await shop(service);
  const many = (count: number) => Array.from({ length: count }, (_, i) => ({ item_id: `n${i}` }));
  assertEquals((await put(...many(1_001))).status, 422);
  assertEquals((await put()).status, 422);
  assertEquals((await ann.send("PUT", `${path}/items`, { items: many(1), n: 1 })).status, 422);
  await service.sql`
    insert into recommender.live_items (project_id, item_id)
    select ${id}, 'n' || n from generate_series(1, 9999) n`;
  assertEquals((await put({ item_id: "last" })).body.new, 1);
  assertEquals((await put({ item_id: "n1", item_title: "known" })).body.changed, 1);
  const over = await put({ item_id: "over" });
  assertEquals([over.status, over.body.code], [409, "conflict"]);
  assertStringIncludes(over.body.detail, "At most 10,000 items");
  assertStringIncludes(over.body.detail, "Nothing was changed.");
  assertEquals((await remove("1")).status, 409);
  assertEquals((await remove("n2")).body.deleted, 1);
  // A version that has learned them differs no more.
  const model = shopModel("HYBRID");
  const [{ seq }] = await service.sql`select max(seq)::int as seq from recommender.live_items`;
  await service.publish(id, { ...model, manifest: { ...model.manifest, learned_items: seq } });
  await until(async () => (await ann.get(`${path}/items/changes`)).body.changed === 0);
  assertEquals((await put({ item_id: "over" })).body.new, 1);
});

Deno.test("the values that differ have at most 16 MiB together", async () => {
  await using service = await testRecommender();
  const { put, id } = await shop(service);
  await service.sql`
    insert into recommender.live_items (project_id, item_id, cells)
    select ${id}, 'n' || n, jsonb_build_object('plot', repeat('x', 65000))
    from generate_series(1, 258) n`;
  const over = await put({ item_id: "1", columns: { plot: "x".repeat(60_000) } });
  assertEquals([over.status, over.body.code], [409, "conflict"]);
  assertStringIncludes(over.body.detail, "At most 16 MiB of titles and columns");
  assertEquals((await put({ item_id: "n1", columns: { plot: null } })).body.changed, 1);
});

Deno.test("calls at the same time keep the limit, and each item has one of their values", async () => {
  await using service = await testRecommender();
  const { put, id, described } = await shop(service);
  const calls = Array.from({ length: 8 }, (_, i) => put({ item_id: "x", columns: { price: i } }));
  const bodies = (await Promise.all(calls)).map(({ body }) => body);
  assertEquals(bodies.reduce((sum, body) => sum + body.new, 0), 1);
  const [{ price }] = await service.sql`
    select cells->'price' as price from recommender.live_items where item_id = 'x'`;
  assertEquals((await described("x")).columns, { price });
  await service.sql`
    insert into recommender.live_items (project_id, item_id)
    select ${id}, 'n' || n from generate_series(1, 9995) n`;
  const more = await Promise.all(Array.from({ length: 8 }, (_, i) => put({ item_id: `over${i}` })));
  assertEquals(more.map(({ status }) => status).sort(), [200, 200, 200, 200, 409, 409, 409, 409]);
});

Deno.test("changes of a project that is deleted meanwhile are 404", async () => {
  await using service = await testRecommender();
  const { put, remove, id } = await shop(service);
  assertEquals((await put({ item_id: "x" })).status, 200);
  // The service remembers the project for a moment.
  await service.sql`delete from recommender.recommender_projects where id = ${id}`;
  assertEquals((await put({ item_id: "y" })).status, 404);
  assertEquals((await remove("1")).status, 404);
});

Deno.test("changes are the owner's alone, of a trained project, and no viewer's", async () => {
  await using service = await testRecommender();
  const { path } = await shop(service);
  const bob = await service.signUp("bob");
  const body = { items: [{ item_id: "1" }] };
  assertEquals((await bob.send("PUT", `${path}/items`, body)).status, 404);
  assertEquals((await bob.send("DELETE", `${path}/items`, { item_ids: ["1"] })).status, 404);
  assertEquals((await bob.get(`${path}/items/changes`)).status, 404);
  assertEquals((await service.sql`select from recommender.live_items`).length, 0);
});

Deno.test("live items count towards the quota of rows", async () => {
  await using service = await testRecommender({ quotas: { ...QUOTAS, rows: 3 } });
  const { put } = await shop(service, "CONTENT");
  const { status, body } = await put({ item_id: "a" }, { item_id: "b" });
  assertEquals([status, body.new], [200, 2]);
  const [{ owner_id }] = await service.sql`select owner_id from recommender.recommender_projects`;
  assertEquals((await usedBy(service.service, owner_id)).rows, 4);
});

Deno.test("items of a project without a model are refused with its state", async () => {
  await using service = await testRecommender();
  const { ann, path } = await waitingProject(service, "CONTENT");
  const refused = await ann.send("PUT", `${path}/items`, { items: [{ item_id: "1" }] });
  assertEquals([refused.status, refused.body.code], [409, "not_ready"]);
});
