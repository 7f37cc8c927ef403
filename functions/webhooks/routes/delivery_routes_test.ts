import { assertEquals } from "@std/assert";
import { describedRoutes } from "../../../testing/contracts/described_routes.ts";
import { testService } from "../../../testing/webhooks_service.ts";

/** A service with an app of Ada's and three deliveries to its endpoint, none of them sent. */
async function withDeliveries() {
  let woken = 0;
  const service = await testService(() => new Response(), { due: () => void woken++ });
  const { sql } = service;
  const ada = await service.owner("ada@example.org");
  const eve = await service.owner("eve@example.org");
  const { app_id } = await ada.register("Shop", "http://127.0.0.1:49152/hook");
  for (const type of ["model.ready", "model.rejected", "training.failed"]) {
    await sql`select webhooks.emit(${ada.id}, ${type}, '{"project_id":7}')`;
  }
  const path = `/api/apps/${app_id}/deliveries`;
  const get = async (at = "") => await (await ada.request("GET", path + at)).json();
  return {
    ...{ service, sql, ada, eve, app_id, path, get },
    woken: () => woken,
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}

Deno.test("deliveries are listed newest first, in pages with a link to the next, and found by id", async () => {
  await using t = await withDeliveries();
  const all = await t.get();
  assertEquals(all.map(({ type, status }: Record<string, string>) => [type, status]), [
    ["training.failed", "PENDING"],
    ["model.rejected", "PENDING"],
    ["model.ready", "PENDING"],
  ]);
  const [{ id, created_at, ...shown }] = all;
  assertEquals([id, shown.attempts, shown.delivered_at], [undefined, [], null]);
  assertEquals(JSON.parse(shown.body).data, { project_id: 7 });
  for (const time of [created_at, shown.next_attempt_at]) {
    assertEquals(time, new Date(time).toISOString());
  }
  const first = await t.ada.request("GET", `${t.path}?limit=2`);
  assertEquals(await first.json(), all.slice(0, 2));
  const next = /<([^>]+)>; rel="next"/.exec(first.headers.get("link")!)![1];
  const last = await t.ada.request("GET", next);
  assertEquals([await last.json(), last.headers.get("link")], [all.slice(2), null]);
  const one = await t.ada.request("GET", `${t.path}/${all[1].webhook_id}`);
  assertEquals([first.status, one.status, await one.json()], [200, 200, all[1]]);
});

Deno.test("deliveries can be filtered, and an invalid filter is named", async () => {
  await using t = await withDeliveries();
  const [{ endpoint_id }] = await t.get();
  const types = async (query: string) =>
    (await t.get(query)).map(({ type }: { type: string }) => type);
  assertEquals(await types("?type=model.ready"), ["model.ready"]);
  assertEquals(await types("?status=DELIVERED"), []);
  assertEquals((await types("?status=PENDING")).length, 3);
  assertEquals((await types(`?endpoint_id=${endpoint_id}`)).length, 3);
  assertEquals(await types(`?endpoint_id=${crypto.randomUUID()}`), []);
  for (
    const [query, detail] of [
      ["cursor=x", "must be a cursor from a Link header"],
      [`cursor=${"1".repeat(19)}`, "must be a cursor from a Link header"],
      ["status=x", undefined],
      ["endpoint_id=x", undefined],
      [`type=${"x".repeat(101)}`, undefined],
    ] as const
  ) {
    const refused = await t.ada.request("GET", `${t.path}?${query}`);
    const [error] = (await refused.json()).errors;
    assertEquals([refused.status, error.pointer], [422, `/${query.split("=")[0]}`]);
    if (detail) assertEquals(error.detail, detail);
  }
  assertEquals((await t.ada.request("GET", `${t.path}?cursor=${"1".repeat(18)}`)).status, 200);
});

Deno.test("a long body is truncated at a character boundary", async () => {
  await using t = await withDeliveries();
  const long = `${"x".repeat(1_999)}😀`;
  await t.sql`update webhooks.events set body = ${long} where type = 'model.ready'`;
  await t.sql`update webhooks.events set body = null where type = 'model.rejected'`;
  const bodies = (await t.get()).slice(1).map(({ body }: { body: string | null }) => body);
  assertEquals(bodies, [null, `${"x".repeat(1_999)}\uFFFD`]);
});

Deno.test("a delivery is sent again, unless its endpoint or body is gone", async () => {
  await using t = await withDeliveries();
  const [{ webhook_id, endpoint_id }] = await t.get();
  await t.sql`update webhooks.deliveries set status = 'FAILED'`;
  const again = () => t.ada.request("POST", `${t.path}/${webhook_id}/resend`);
  const sent = await again();
  assertEquals([sent.status, await sent.json(), t.woken()], [202, { webhook_id }, 1]);
  assertEquals((await t.get(`/${webhook_id}`)).status, "PENDING");

  const faults = {
    "The body of a delivery is kept for 7 days, and these are over: it cannot be sent again.": () =>
      t.sql`update webhooks.events set body = null`,
    "The endpoint is switched off: switch it on before you send to it. Nothing was sent.": () =>
      t.sql`update webhooks.endpoints set disabled_at = now()`,
    "The endpoint of this delivery was deleted, so it cannot be sent again.": () =>
      t.ada.request("DELETE", `/api/apps/${t.app_id}/endpoints/${endpoint_id}`),
  };
  for (const [detail, change] of Object.entries(faults)) {
    await change();
    const refused = await again();
    assertEquals([refused.status, (await refused.json()).detail], [409, detail]);
  }
  assertEquals(t.woken(), 1, "no sender is woken for nothing");
});

Deno.test("deliveries of another owner, unknown ids and calls without a login are rejected", async () => {
  await using t = await withDeliveries();
  const [{ webhook_id }] = await t.get();
  const resend = `${t.path}/${webhook_id}/resend`;
  for (const [method, path] of [["GET", t.path], ["GET", `${t.path}/${webhook_id}`]]) {
    assertEquals((await t.eve.request(method, path)).status, 404);
    assertEquals((await t.service.app.request(path, { method })).status, 401);
  }
  assertEquals((await t.eve.request("POST", resend)).status, 404);
  const unknown = await t.ada.request("GET", `${t.path}/msg_x`);
  assertEquals((await unknown.json()).detail, "Your app has no such delivery.");
  const none = await t.ada.request("POST", `${t.path}/msg_x/resend`);
  assertEquals([none.status, (await none.json()).detail], [404, "Your app has no such delivery."]);
  for (const at of ["deliveries", "deliveries/x"]) {
    const path = `/api/apps/${crypto.randomUUID()}/${at}`;
    assertEquals((await t.ada.request("GET", path)).status, 404);
    assertEquals((await t.ada.request("GET", `/api/apps/x/${at}`)).status, 404);
  }
  assertEquals(t.woken(), 0);
});

Deno.test("the routes of deliveries are described", async () => {
  await using t = await withDeliveries();
  const path = "/api/apps/{id}/deliveries";
  assertEquals(await describedRoutes(t.service.app, /deliveries/), [
    `GET ${path} [bearer] 200 400 401 403 404 422 503`,
    `GET ${path}/{webhook_id} [bearer] 200 400 401 403 404 422 503`,
    `POST ${path}/{webhook_id}/resend [bearer] 202 400 401 403 404 409 422 503`,
  ]);
});

Deno.test("the filters and the body of a delivery are described with their values", async () => {
  await using t = await withDeliveries();
  const { paths, components } = await (await t.service.app.request("/openapi.json")).json();
  const { parameters } = paths["/api/apps/{id}/deliveries"].get;
  const status = parameters.find(({ name }: { name: string }) => name === "status");
  const values = ["PENDING", "DELIVERED", "FAILED"];
  assertEquals(status.schema.enum, values);
  assertEquals(components.schemas.Delivery.properties.status.enum, values);
});
