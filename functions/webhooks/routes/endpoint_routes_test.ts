import { assert, assertEquals, assertMatch } from "@std/assert";
import { Webhook } from "standardwebhooks";
import { ENDPOINTS_AT_MOST } from "../outbox/endpoints.ts";
import { describedRoutes } from "../../../testing/contracts/described_routes.ts";
import { testEndpoints } from "../../../testing/webhooks/test_endpoints.ts";
import { testService } from "../../../testing/webhooks_service.ts";

Deno.test("each endpoint gets the events it wants, under its own secret and id", async () => {
  await using t = await testEndpoints();
  const all = await t.add("/all");
  const some = await t.add("/some", { events: ["model.rejected", "training.failed"] });
  assertEquals([all.is_primary, some.is_primary, all.events, some.events], [
    ...[true, false, null],
    ["model.rejected", "training.failed"],
  ]);
  assertMatch(some.secret, /^whsec_/);
  for (const type of ["model.ready", "model.rejected"]) await t.emit(type);
  await t.service.recommendBy(t.app.api_key, { project_id: 7 });
  await t.send();
  const types = (path: string) =>
    t.received.filter((one) => one.path === path).map(({ type }) => type).sort();
  assertEquals(types("/all"), ["model.ready", "model.rejected", "recommend.completed"]);
  assertEquals(types("/some"), ["model.rejected"]);
  for (const { path, headers, body } of t.received) {
    new Webhook(path === "/all" ? all.secret : some.secret).verify(body, headers);
  }
  assertEquals(new Set(t.received.map(({ id }) => id)).size, 4);
  const [{ webhook_url }] = await (await t.ada.request("GET", "/api/apps")).json();
  assertEquals(webhook_url, `${t.url}/all`);
});

Deno.test("a secret is replaced with an overlap in which both sign", async () => {
  await using t = await testEndpoints();
  const { endpoint_id, secret } = await t.add("/");
  const rotated = await t.post(`/endpoints/${endpoint_id}/rotate`, { overlap_seconds: 600 });
  assert(Math.abs(Date.parse(rotated.previous_secret_until) - Date.now() - 600_000) < 10_000);
  await t.emit("model.ready");
  await t.send();
  await t.sql`update webhooks.endpoints set previous_until = now()`;
  await t.emit("model.ready");
  await t.send();
  const [during, after] = t.received;
  for (const known of [secret, rotated.secret]) {
    new Webhook(known).verify(during.body, during.headers);
  }
  assertEquals(during.headers["webhook-signature"].split(" ").length, 2);
  assertEquals(after.headers["webhook-signature"].split(" ").length, 1);
  new Webhook(rotated.secret).verify(after.body, after.headers);
  assertEquals((await t.list())[0].previous_secret_until, null);
});

Deno.test("410 disables an endpoint at once, and the owner's other endpoints get an event", async () => {
  await using t = await testEndpoints({ "/gone": () => new Response(null, { status: 410 }) });
  const gone = await t.add("/gone", { events: ["model.ready"] });
  await t.add("/other", { events: ["endpoint.disabled"] });
  await t.emit("model.ready");
  await t.send();
  const [off] = await t.list();
  assertEquals([off.disabled_reason, typeof off.disabled_at], ["It answered 410 Gone.", "string"]);
  await t.send();
  const told = t.received.find(({ path }) => path === "/other")!;
  assertEquals(told.type, "endpoint.disabled");
  const { endpoint_id, app_name, reason } = JSON.parse(told.body).data;
  assertEquals([endpoint_id, app_name, reason], [
    gone.endpoint_id,
    "Movies",
    "It answered 410 Gone.",
  ]);

  // A disabled endpoint gets no further deliveries and rejects tests and replays.
  await t.emit("model.ready");
  assertEquals((await t.deliveries("?type=model.ready")).length, 1);
  for (const at of ["test", "replay"]) {
    const refused = await t.post(`/endpoints/${gone.endpoint_id}/${at}`, {
      since: "2020-01-01T00:00:00Z",
    });
    assertEquals([refused.status, refused.code], [409, "conflict"]);
  }
  const [{ webhook_id }] = await t.deliveries("?type=model.ready");
  assertEquals((await t.post(`/deliveries/${webhook_id}/resend`)).status, 409);
  await t.ada.request("PATCH", `${t.path}/endpoints/${gone.endpoint_id}`, { enabled: true });
  assertEquals((await t.post(`/deliveries/${webhook_id}/resend`)).status, 202);
});

Deno.test("five days of only failures disable an endpoint; a success resets the count", async () => {
  let status = 500;
  await using t = await testEndpoints({ "/": () => new Response(null, { status }) });
  const { endpoint_id } = await t.add("/");
  const fail = async (days: number) => {
    await t.sql`
      update webhooks.endpoints set failing_since = failing_since - ${days} * interval '1 day'`;
    await t.emit("model.ready");
    await t.send();
    return (await t.list())[0];
  };
  assertEquals((await fail(0)).disabled_at, null);
  assertEquals((await fail(4.9)).disabled_at, null);
  status = 200;
  assertEquals((await fail(1)).failing_since, null);
  status = 500;
  assertEquals((await fail(0)).disabled_at, null);
  const off = await fail(5.1);
  assertEquals(off.disabled_reason, "All its deliveries failed for 5 days.");
  assertEquals((await t.deliveries("?status=PENDING")).length, 0);
  const on = await (await t.ada.request("PATCH", `${t.path}/endpoints/${endpoint_id}`, {
    enabled: true,
  })).json();
  assertEquals([on.disabled_at, on.disabled_reason, on.failing_since], [null, null, null]);
});

Deno.test("another owner's endpoints and deliveries are 404, and invalid settings are named", async () => {
  await using t = await testEndpoints();
  const { endpoint_id } = await t.add("/");
  await t.emit("model.ready");
  const [{ webhook_id }] = await t.deliveries();
  const bob = await t.service.owner("bob@example.org");
  const bobs = await bob.register("Bob's");
  for (const path of [t.path, `/api/apps/${bobs.app_id}`]) {
    const at = `${path}/endpoints/${endpoint_id}`;
    for (
      const [method, place, body] of [
        ["PATCH", at, { enabled: false }],
        ["DELETE", at, undefined],
        ["POST", `${at}/rotate`, {}],
        ["POST", `${at}/test`, undefined],
        ["POST", `${at}/replay`, { since: "2020-01-01T00:00:00Z" }],
        ["GET", `${path}/deliveries/${webhook_id}`, undefined],
        ["POST", `${path}/deliveries/${webhook_id}/resend`, undefined],
      ] as const
    ) {
      assertEquals([method, place, (await bob.request(method, place, body)).status], [
        method,
        place,
        404,
      ]);
    }
  }
  assertEquals((await bob.request("GET", `${t.path}/endpoints`)).status, 404);
  assertEquals((await bob.request("POST", `${t.path}/endpoints`, { url: t.url })).status, 404);

  for (
    const [rules, pointer] of [
      [{ url: "" }, "/url"],
      [{ url: "http://10.0.0.1/" }, "/url"],
      [{ url: "https://hooks.example.org:22/" }, "/url"],
      [{ events: [] }, "/events"],
      [{ events: ["model.read"] }, "/events/0"],
    ] as const
  ) assertEquals((await t.add("/", rules)).errors[0].pointer, pointer);
  assertEquals((await t.list()).length, 1);
});

Deno.test("the number of endpoints is limited, and one at a time is primary", async () => {
  await using t = await testEndpoints();
  const made = await Promise.all(
    Array.from(
      { length: ENDPOINTS_AT_MOST + 3 },
      (_, i) => t.ada.request("POST", `${t.path}/endpoints`, { url: `${t.url}/${i}` }),
    ),
  );
  assertEquals(made.filter(({ status }) => status === 409).length, 3);
  const primary = (await t.list()).filter((one: { is_primary: boolean }) => one.is_primary);
  assertEquals(primary.length, 1);
});

Deno.test("an app registered twice under one Idempotency-Key is created once", async () => {
  await using t = await testEndpoints();
  const register = () =>
    t.service.app.request("/api/apps/register", {
      method: "POST",
      headers: { ...t.ada.headers, "idempotency-key": "k1" },
      body: JSON.stringify({ app_name: "Once", webhook_url: t.url }),
    });
  const [first, second] = await Promise.all((await Promise.all([register(), register()]))
    .map((answer) => answer.json()));
  const [shown, replayed] = first.replayed ? [second, first] : [first, second];
  assertMatch(shown.api_key, /^airec_live_/);
  assertEquals(replayed, { ...shown, api_key: null, webhook_secret: null, replayed: true });
});

Deno.test("the routes are described with all of their responses", async () => {
  await using service = await testService(() => new Response());
  assertEquals(await describedRoutes(service.app, /\{id\}\/endpoints/), [
    "GET /api/apps/{id}/endpoints [bearer] 200 400 401 403 404 422 503",
    "POST /api/apps/{id}/endpoints [bearer] 201 400 401 403 404 409 413 415 422 503",
    "PATCH /api/apps/{id}/endpoints/{endpoint_id} [bearer] 200 400 401 403 404 409 413 415 422 503",
    "DELETE /api/apps/{id}/endpoints/{endpoint_id} [bearer] 204 400 401 403 404 422 503",
    "POST /api/apps/{id}/endpoints/{endpoint_id}/rotate [bearer] 200 400 401 403 404 409 413 415 422 503",
    "POST /api/apps/{id}/endpoints/{endpoint_id}/test [bearer] 202 400 401 403 404 409 422 503",
    "POST /api/apps/{id}/endpoints/{endpoint_id}/replay [bearer] 202 400 401 403 404 409 413 415 422 503",
  ]);
});

Deno.test("each call on an endpoint has the documented status", async () => {
  await using t = await testEndpoints();
  const status = async (method: string, at: string, body?: unknown) => {
    const answer = await t.ada.request(method, `${t.path}/endpoints${at}`, body);
    await answer.body?.cancel();
    return answer.status;
  };
  const { endpoint_id } = await t.add("/");
  assertEquals(await status("GET", ""), 200);
  assertEquals(await status("POST", "", { url: `${t.url}/other` }), 201);
  assertEquals(await status("PATCH", `/${endpoint_id}`, { enabled: true }), 200);
  assertEquals(await status("POST", `/${endpoint_id}/rotate`, {}), 200);
  assertEquals(await status("POST", `/${endpoint_id}/test`), 202);
  const since = new Date().toISOString();
  assertEquals(await status("POST", `/${endpoint_id}/replay`, { since }), 202);
  assertEquals(await status("DELETE", `/${endpoint_id}`), 204);
});

Deno.test("what is refused says why, and a sender is woken for nothing else", async () => {
  let woken = 0;
  await using service = await testService(() => new Response(), { due: () => void woken++ });
  const ada = await service.owner("ada@example.org");
  const { app_id } = await ada.register("Shop");
  const path = `/api/apps/${app_id}/endpoints`;
  const call = async (method: string, at: string, body?: unknown) => {
    const answer = await ada.request(method, at, body);
    const text = await answer.text();
    return { status: answer.status, ...(text && JSON.parse(text)) };
  };
  const url = "https://hooks.example.org/";
  const made = await call("POST", path, { url, events: ["model.ready", "model.ready"] });
  assertEquals(made.events, ["model.ready"]);
  assertEquals([made.created_at, made.failing_since, made.previous_secret_until], [
    ...[new Date(made.created_at).toISOString(), null, null],
  ]);
  const at = `${path}/${made.endpoint_id}`;
  const since = "2026-01-01T00:00:00+01:00";
  assertEquals(
    (await call(
      "POST",
      `${
        at.toUpperCase().replace(
          `/API/APPS/${app_id.toUpperCase()}/ENDPOINTS`,
          path,
        )
      }/test`,
    )).status,
    202,
  );
  assertEquals((await call("POST", `${at}/replay`, { since })).count, 0);
  assertEquals(woken, 2);
  for (const [at2, error] of [["yesterday", "/since"], ["", "/since"]]) {
    assertEquals((await call("POST", `${at}/replay`, { since: at2 })).errors[0].pointer, error);
  }
  const off = await call("PATCH", at, { enabled: false });
  assertEquals(off.disabled_at, new Date(off.disabled_at).toISOString());
  const reason =
    "The endpoint is switched off: switch it on before you send to it. Nothing was sent.";
  for (const [route, body] of [["test", undefined], ["replay", { since }]] as const) {
    const refused = await call("POST", `${at}/${route}`, body);
    assertEquals([refused.status, refused.detail], [409, reason]);
  }
  const none = `${path}/${crypto.randomUUID()}`;
  const calls: [string, string, unknown?][] = [
    ["PATCH", none, {}],
    ["DELETE", none],
    ["POST", `${none}/rotate`, {}],
    ["POST", `${none}/test`],
    ["POST", `${none}/replay`, { since }],
    ["DELETE", `${path}/x`],
  ];
  for (const one of calls) {
    assertEquals((await call(...one)).detail, "Your app has no such endpoint.", one.join(" "));
  }
  assertEquals(
    (await call("GET", "/api/apps/x/endpoints")).detail,
    "You have no app with this id.",
  );
  const missing = { url: `${url}2` };
  assertEquals(
    (await call("POST", `/api/apps/${crypto.randomUUID()}/endpoints`, missing)).detail,
    "You have no app with this id.",
  );
  assertEquals((await call("PATCH", at, { events: [] })).errors, [
    { pointer: "/events", detail: "must name an event, or be null for all" },
  ]);
  for (const body of [{ url, secret: "x" }, { overlap_seconds: -1 }]) {
    assertEquals((await call("POST", body.url ? path : `${at}/rotate`, body)).status, 422);
  }
  for (let n = 2; n <= ENDPOINTS_AT_MOST; n++) await call("POST", path, { url: `${url}${n}` });
  const full = await call("POST", path, { url: `${url}more` });
  assertEquals([full.status, full.detail], [
    409,
    `An app can have at most ${ENDPOINTS_AT_MOST} endpoints: delete one that is not needed.`,
  ]);
  assertEquals(woken, 2);
});

Deno.test("a secret that is shown once is null in a repeat, after rotation, too", async () => {
  await using t = await testEndpoints();
  const post = async (at: string, body: unknown) => {
    const send = async () => {
      const answer = await t.service.app.request(t.path + at, {
        method: "POST",
        headers: { ...t.ada.headers, "idempotency-key": at },
        body: JSON.stringify(body),
      });
      return { status: answer.status, ...await answer.json() };
    };
    return [await send(), await send()];
  };
  const [first, again] = await post("/endpoints", { url: `${t.url}/` });
  assertMatch(first.secret, /^whsec_/);
  assertEquals(again, { ...first, secret: null, replayed: true });
  const [next, same] = await post(`/endpoints/${first.endpoint_id}/rotate`, {});
  assertMatch(next.secret, /^whsec_/);
  assert(next.secret !== first.secret);
  assertEquals(same, { ...next, secret: null, replayed: true });
  const day = Date.parse(next.previous_secret_until) - Date.now();
  assert(Math.abs(day - 86_400_000) < 60_000, "a day, unless it is said");
});
