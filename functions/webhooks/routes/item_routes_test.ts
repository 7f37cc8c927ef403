import { assertEquals, assertStringIncludes } from "@std/assert";
import { PAGE, testService } from "../../../testing/webhooks_service.ts";

const PUT = '{"new": 1, "changed": 0, "unchanged": 0, "rejected": []}';

/** A service whose recommender records its requests, with an app for servers and one for pages. */
async function testShop() {
  // deno-lint-ignore no-explicit-any
  const asked: { call: string; body: any }[] = [];
  const service = await testService(async (request) => {
    const { pathname } = new URL(request.url);
    asked.push({ call: `${request.method} ${pathname}`, body: await request.json() });
    return new Response(PUT, {
      headers: { "content-type": "application/json", "x-airec-units": "2" },
    });
  });
  const ada = await service.owner("ada@example.org");
  const server = await ada.register("Server", undefined, { projects: [7] });
  const page = await ada.register("Page", undefined, {
    ...{ projects: [7], kind: "publishable", origins: [PAGE] },
  });
  const send = async (key: string, method: string, body: object, origin?: string) => {
    const answer = await service.app.request("/api/items", {
      method,
      body: JSON.stringify(body),
      headers: { "x-api-key": key, "content-type": "application/json", ...(origin && { origin }) },
    });
    const text = await answer.text();
    return { status: answer.status, text, body: JSON.parse(text) };
  };
  return {
    asked,
    service,
    bySecret: (method: string, body: object) => send(server.api_key, method, body),
    byPage: (method: string, body: object) => send(page.api_key, method, body, PAGE),
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}

const items = [{ item_id: "sku-9", columns: { price: 19.9 } }, "malformed"];

Deno.test("a secret key changes and deletes items of its projects", async () => {
  await using t = await testShop();
  const put = await t.bySecret("PUT", { project_id: 7, items });
  assertEquals([put.status, put.text], [200, PUT]);
  assertEquals((await t.bySecret("DELETE", { project_id: 7, item_ids: ["a", 2] })).status, 200);
  assertEquals(t.asked, [
    { call: "PUT /project/7/items", body: { items } },
    { call: "DELETE /project/7/items", body: { item_ids: ["a", 2] } },
  ]);
  assertEquals((await t.bySecret("PUT", { project_id: 8, items })).status, 404);
  assertEquals((await t.bySecret("DELETE", { project_id: 8, item_ids: [1] })).status, 404);
  assertEquals(t.asked.length, 2);
});

Deno.test("a publishable key is refused as by other closed routes", async () => {
  await using t = await testShop();
  for (const [method, body] of [["PUT", { items }], ["DELETE", { item_ids: [1] }]] as const) {
    const refused = await t.byPage(method, { project_id: 7, ...body });
    assertEquals([refused.status, refused.body.code], [403, "forbidden"]);
    assertStringIncludes(refused.body.detail, "publishable");
  }
  assertEquals(t.asked, []);
});

Deno.test("unknown members, too many and no items are refused before the recommender", async () => {
  await using t = await testShop();
  const bodies: [string, object][] = [
    ["PUT", { items: [] }],
    ["PUT", { items, limit: 3 }],
    ["PUT", { items: Array(1_001).fill({ item_id: 1 }) }],
    ["PUT", { item_ids: [1] }],
    ["DELETE", { item_ids: [] }],
    ["DELETE", { item_ids: [null] }],
    ["DELETE", { item_ids: Array(1_001).fill(1) }],
    ["DELETE", { item_ids: [1], items }],
  ];
  for (const [method, body] of bodies) {
    const { status, text } = await t.bySecret(method, { project_id: 7, ...body });
    assertEquals(status, 422, text);
  }
  assertEquals(t.asked, []);
});
