/** JSON numbers beyond 2⁵³ as ids are never rounded to another id, on any route. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { servingProject } from "../../../testing/project.ts";
import { testRecommender } from "../../../testing/recommender.ts";
import { exampleModel } from "../../../testing/example_model.ts";
import { stringTable } from "../model/string_table.ts";

/** 2⁵³ + 1, which as a double is rounded to 2⁵³. */
const BIG = "9007199254740993";
const ROUNDED = "9007199254740992";

Deno.test("a number beyond 2⁵³ is the id with its digits, of items and users", async () => {
  await using service = await testRecommender();
  const { ann, path, id } = await servingProject(service, "HYBRID");
  const model = exampleModel("HYBRID");
  await service.publish(id, {
    ...model,
    items: { ...model.items, ids: stringTable([BIG, ROUNDED, "3", "04", "five"]) },
    users: { ...model.users!, ids: stringTable([BIG, ROUNDED, "cy"]) },
  }, { report: { format: "airec-report" } });
  const send = async (method: string, place: string, body: string) => {
    const response = await ann.request(`${path}/${place}`, {
      method,
      body,
      headers: { "content-type": "application/json" },
    });
    // Each list has an id of its own.
    return JSON.parse(
      await response.text(),
      (name, value) => name === "recommendation_id" ? undefined : value,
    );
  };
  const same = async (place: string, body: (id: string) => string) => {
    const [number, text] = [
      await send("POST", place, body(BIG)),
      await send("POST", place, body(`"${BIG}"`)),
    ];
    assertEquals(number, text, body(BIG));
    assertEquals(number.code, undefined);
    const rounded = await send("POST", place, body(`"${ROUNDED}"`));
    assertEquals(JSON.stringify(rounded) === JSON.stringify(text), false, body(ROUNDED));
  };
  await same("recommendations", (id) => `{"item_id":${id},"n":3}`);
  await same("recommendations", (id) => `{"user_id":${id},"item_id":"3","n":3}`);
  await same("recommendations", (id) => `{"history":[${id}],"n":3}`);
  await same("recommendations", (id) => `{"history":[{"item_id":${id},"weight":2}],"n":3}`);
  await same("recommendations", (id) => `{"item_id":"five","exclude":[${id}],"n":5}`);
  await same("recommendations/batch", (id) => `{"users":[${id}],"n":3}`);
  await same(
    "placements/preview",
    // An item that is pinned twice is refused.
    (id) =>
      `{"rules":{"logic":"for_you","pins":[{"position":1,"item_id":${id}},` +
      `{"position":2,"item_id":"${ROUNDED}"}]}}`,
  );
  const hidden = await send("PUT", "items/hidden", `{"item_ids":[${BIG}]}`);
  assertEquals(hidden.item_ids, [BIG]);
  const placement = await send(
    ...["PUT", "placements/home"] as const,
    `{"logic":"for_you","pins":[{"position":1,"item_id":${BIG}}]}`,
  );
  assertEquals(placement.rules.pins[0].item_id, BIG);
  const { file_id } = await send(
    "POST",
    "interactions",
    `{"interactions":[{"user_id":${BIG},"item_id":${BIG}}]}`,
  );
  const [{ storage_path }] = await service.sql`
    select storage_path from recommender.uploaded_files where id = ${file_id}`;
  const stored = await new Response((await service.blobs.get(storage_path))!.stream).text();
  assertEquals(stored, `user_id,item_id\n${BIG},${BIG}\n`);
  const event = `{"type":"view","item_id":${BIG}}`;
  const received = await send("POST", "events", `{"user_id":${BIG},"events":[${event}]}`);
  assertEquals(received.accepted, 1);
  const [{ person, item_id }] = await service.sql`
    select person, item_id from recommender.live_events`;
  assertEquals([person, item_id], [BIG, BIG]);
  const put = await send("PUT", "items", `{"items":[{"item_id":${BIG},"item_title":"Big"}]}`);
  assertEquals(put.changed, 1);
  assertEquals((await send("DELETE", "items", `{"item_ids":[${BIG}]}`)).deleted, 1);
  const live = await service.sql`select item_id, title, deleted from recommender.live_items`;
  assertEquals([...live], [{ item_id: BIG, title: "Big", deleted: true }]);
});

Deno.test("every JSON body that takes an id is among those tested here", async () => {
  await using service = await testRecommender();
  const { ann } = await servingProject(service, "CONTENT");
  const { body: api } = await ann.get("/openapi.json");
  const named = /\{"\$ref":"#\/components\/schemas\/(\w+)"\}/g;
  const inFull = (text: string): string => {
    const full = text.replace(named, (_, name) => JSON.stringify(api.components.schemas[name]));
    return full === text ? text : inFull(full);
  };
  const taking = Object.entries(api.paths as Record<string, Record<string, unknown>>)
    .flatMap(([place, methods]) =>
      Object.entries(methods).map(([method, operation]) => {
        const { requestBody } = operation as { requestBody?: { content: object } };
        return { route: `${method} ${place}`, text: inFull(JSON.stringify(requestBody ?? {})) };
      })
    )
    .filter(({ text }) => /"(user_id|item_id|item_ids|users|history|exclude)"/.test(text))
    .map(({ route }) => route);
  assertEquals(taking.sort(), [
    "delete /project/{id}/items",
    "post /project/{id}/events",
    "post /project/{id}/interactions",
    "post /project/{id}/placements/preview",
    "post /project/{id}/recommendations",
    "post /project/{id}/recommendations/batch",
    "put /project/{id}/items",
    "put /project/{id}/items/hidden",
    "put /project/{id}/placements/{name}",
  ]);
});

Deno.test("rows with null words as ids are rejected on arrival", async () => {
  await using service = await testRecommender();
  const { ann, path } = await servingProject(service, "HYBRID");
  for (const word of ["NULL", "nan", "N/A"]) {
    for (const row of [{ user_id: word, item_id: "1" }, { user_id: "u", item_id: word }]) {
      const { status, body } = await ann.post(`${path}/interactions`, { interactions: [row] });
      assertEquals(status, 422, word);
      assertStringIncludes(body.detail, "must");
    }
  }
});
