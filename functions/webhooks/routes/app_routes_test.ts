import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Sql } from "postgres";
import { hashApiKey } from "../keys/api_keys.ts";
import { unseal } from "../../http/secrets/sealed.ts";
import { describedRoutes } from "../../../testing/contracts/described_routes.ts";
import { SECRET_KEY, testService } from "../../../testing/webhooks_service.ts";

/** Returns the unsealed secret of the only endpoint. */
async function secretOf(sql: Sql): Promise<string> {
  const [{ id, secret }] = await sql`select id, secret from webhooks.endpoints`;
  assertEquals(new TextDecoder().decode(secret).includes("whsec"), false);
  return await unseal(secret, { key: SECRET_KEY, owner: id });
}

const nobody = () => new Response(null, { status: 500 });
const HOOK = "https://hooks.example.org/airec";

Deno.test("an app is registered with a key shown this once", async () => {
  await using service = await testService(nobody);
  const ada = await service.owner("ada@example.org");
  const answer = await ada.request("POST", "/api/apps/register/", {
    app_name: " Movies ",
    webhook_url: HOOK,
  });
  assertEquals(answer.status, 201);
  const app = await answer.json();
  assertEquals(Object.keys(app).sort(), [
    "api_key",
    "app_id",
    "app_name",
    "created_at",
    "key_last_four",
    "key_prefix",
    "kind",
    "model",
    "origins",
    "projects",
    "warnings",
    "webhook_secret",
    "webhook_url",
  ]);
  assertEquals([app.app_name, app.webhook_url], ["Movies", HOOK]);
  assertMatch(app.api_key, /^airec_live_[0-9A-Za-z]{38}$/);
  assertMatch(app.webhook_secret, /^whsec_/);
  assertEquals([app.key_prefix, app.key_last_four], [
    app.api_key.slice(0, 15),
    app.api_key.slice(-4),
  ]);

  const stored = await service.sql`select * from webhooks.apps, webhooks.api_keys`;
  assertEquals(JSON.stringify(stored).includes(app.api_key), false);
  assertEquals(stored[0].api_key, await hashApiKey(app.api_key));
  assertEquals(await secretOf(service.sql), app.webhook_secret);

  const listed = await (await ada.request("GET", "/api/apps/")).json();
  assertEquals(listed, [{
    app_id: app.app_id,
    app_name: "Movies",
    key_prefix: app.key_prefix,
    key_last_four: app.key_last_four,
    webhook_url: HOOK,
    last_used_at: null,
    created_at: app.created_at,
  }]);
});

Deno.test("an app without an endpoint has no secret", async () => {
  await using service = await testService(nobody);
  const ada = await service.owner("ada@example.org");
  for (const [app_name, webhook_url] of [["a", undefined], ["b", null], ["c", ""]]) {
    const app = await (await ada.request("POST", "/api/apps/register", { app_name, webhook_url }))
      .json();
    assertEquals([app.webhook_url, app.webhook_secret], [null, null]);
  }
});

Deno.test("an app's name is unique per owner", async () => {
  await using service = await testService(nobody);
  const [ada, bob] = [await service.owner("a@example.org"), await service.owner("b@example.org")];
  const parallel = await Promise.all(
    [1, 2, 3].map(() => ada.request("POST", "/api/apps/register", { app_name: "Movies" })),
  );
  assertEquals(parallel.map(({ status }) => status).sort(), [201, 409, 409]);
  const refused = await ada.request("POST", "/api/apps/register", { app_name: "Movies" });
  assertEquals((await refused.json()).code, "conflict");

  const { app_id } = await bob.register("Movies");
  const listed = await (await bob.request("GET", "/api/apps")).json();
  assertEquals(listed.map((app: { app_id: string }) => app.app_id), [app_id]);
  const usage = await (await bob.request("GET", "/api/apps/usage")).json();
  assertEquals(usage, [{ app_id, app_name: "Movies", usage_count: 0, last_used_at: null }]);
});

Deno.test("invalid names and endpoints are named", async () => {
  await using service = await testService(nobody, { allowLoopback: false });
  const ada = await service.owner("ada@example.org");
  const at = async (body: unknown) => {
    const answer = await ada.request("POST", "/api/apps/register", body);
    return [answer.status, (await answer.json()).errors?.[0].pointer];
  };
  assertEquals(await at({}), [422, "/app_name"]);
  assertEquals(await at({ app_name: " " }), [422, "/app_name"]);
  assertEquals((await at({ app_name: "a\0b" }))[0], 422);
  for (
    const webhook_url of [
      "hooks.example.org",
      "ftp://hooks.example.org",
      "https://user:password@hooks.example.org",
      "http://127.0.0.1/",
      "http://0x7f.1/",
      "http://localhost:3000/",
      "http://169.254.169.254/latest",
      "http://[::ffff:10.0.0.1]/",
      7,
    ]
  ) {
    assertEquals(await at({ app_name: "App", webhook_url }), [422, "/webhook_url"]);
  }
  assertEquals(await service.sql`select from webhooks.apps`.then((rows) => rows.length), 0);
});

Deno.test("lists are paged", async () => {
  await using service = await testService(nobody);
  const ada = await service.owner("ada@example.org");
  for (const name of ["c", "a", "d & e", "b", "f"]) await ada.register(name);
  for (const path of ["/api/apps", "/api/apps/usage"]) {
    const names: string[][] = [];
    for (let next: string | undefined = `${path}?limit=2`; next;) {
      const answer = await ada.request("GET", next);
      names.push((await answer.json()).map((app: { app_name: string }) => app.app_name));
      next = /<(.*)>; rel="next"/.exec(answer.headers.get("link") ?? "")?.[1];
    }
    assertEquals(names, [["a", "b"], ["c", "d & e"], ["f"]]);
  }
});

Deno.test("an endpoint is set, changed and removed", async () => {
  await using service = await testService(nobody);
  const ada = await service.owner("ada@example.org");
  const { app_id } = await ada.register("Movies");
  const change = async (webhook_url: string | null) => {
    const answer = await ada.request("PATCH", `/api/apps/${app_id}`, { webhook_url });
    assertEquals(answer.status, 200);
    return await answer.json();
  };
  const first = await change(HOOK);
  assertEquals(first.webhook_url, HOOK);
  assertMatch(first.webhook_secret, /^whsec_/);

  const moved = await change(`${HOOK}/2`);
  assertEquals([moved.webhook_url, moved.webhook_secret], [`${HOOK}/2`, null]);
  assertEquals(await secretOf(service.sql), first.webhook_secret);

  await service.sql`select webhooks.emit(${ada.id}, 'model.ready', '{}')`;
  const gone = await change(null);
  assertEquals([gone.webhook_url, gone.webhook_secret], [null, null]);
  const [delivery] = await (await ada.request("GET", `/api/apps/${app_id}/deliveries`)).json();
  assertEquals([delivery.type, delivery.status], ["model.ready", "FAILED"]);

  const again = await change(HOOK);
  assert(again.webhook_secret !== first.webhook_secret);
});

Deno.test("another owner's app, a deleted one and an invalid id are 404", async () => {
  await using service = await testService(nobody);
  const [ada, bob] = [await service.owner("a@example.org"), await service.owner("b@example.org")];
  const { app_id } = await ada.register("Movies", HOOK);
  const statuses = async (id: string) => [
    (await bob.request("PATCH", `/api/apps/${id}`, { webhook_url: null })).status,
    (await bob.request("GET", `/api/apps/${id}/deliveries`)).status,
    (await bob.request("DELETE", `/api/apps/${id}`)).status,
  ];
  assertEquals(await statuses(app_id), [404, 404, 404]);
  assertEquals(await statuses("7"), [404, 404, 404]);
  assertEquals((await ada.request("GET", `/api/apps/${app_id}/deliveries`)).status, 200);
  assertEquals((await ada.request("DELETE", `/api/apps/${app_id}`)).status, 204);
  assertEquals((await ada.request("DELETE", `/api/apps/${app_id}`)).status, 404);
  assertEquals(await (await ada.request("GET", "/api/apps")).json(), []);
  assertEquals((await ada.register("Movies")).app_name, "Movies");
});

Deno.test("deliveries are listed newest first, in pages", async () => {
  await using service = await testService(nobody);
  const ada = await service.owner("ada@example.org");
  const { app_id } = await ada.register("Movies", HOOK);
  for (const type of ["one", "two", "three"]) {
    await service.sql`select webhooks.emit(${ada.id}, ${type}, '{}')`;
  }
  const path = `/api/apps/${app_id}/deliveries`;
  const answer = await ada.request("GET", `${path}?limit=2`);
  const types = (rows: { type: string }[]) => rows.map(({ type }) => type);
  assertEquals(types(await answer.json()), ["three", "two"]);
  const next = /<(.*)>/.exec(answer.headers.get("link")!)![1];
  assertEquals(types(await (await ada.request("GET", next)).json()), ["one"]);
  assertEquals((await ada.request("GET", `${path}?cursor=x`)).status, 422);
});

Deno.test("without a login nothing is shown", async () => {
  await using service = await testService(nobody);
  const paths = ["/api/apps", "/api/apps/usage", `/api/apps/${crypto.randomUUID()}/deliveries`];
  for (const path of paths) assertEquals((await service.app.request(path)).status, 401);
  const register = await service.app.request("/api/apps/register", { method: "POST", body: "{}" });
  assertEquals([register.status, (await register.json()).code], [401, "unauthenticated"]);
});

Deno.test("a token of a deleted account cannot register an app", async () => {
  await using service = await testService(nobody);
  const ada = await service.owner("ada@example.org");
  await service.sql`delete from auth.users`;
  const answer = await ada.request("POST", "/api/apps/register", { app_name: "Movies" });
  assertEquals([answer.status, (await answer.json()).code], [401, "unauthenticated"]);
});

Deno.test("the description names each route", async () => {
  await using service = await testService(nobody);
  const { paths } = await (await service.app.request("/openapi.json")).json();
  assertEquals(Object.keys(paths).sort(), [
    "/airec.js",
    "/api/apps",
    "/api/apps/register",
    "/api/apps/usage",
    "/api/apps/{id}",
    "/api/apps/{id}/deliveries",
    "/api/apps/{id}/deliveries/{webhook_id}",
    "/api/apps/{id}/deliveries/{webhook_id}/resend",
    "/api/apps/{id}/endpoints",
    "/api/apps/{id}/endpoints/{endpoint_id}",
    "/api/apps/{id}/endpoints/{endpoint_id}/replay",
    "/api/apps/{id}/endpoints/{endpoint_id}/rotate",
    "/api/apps/{id}/endpoints/{endpoint_id}/test",
    "/api/apps/{id}/identity-secret",
    "/api/apps/{id}/keys",
    "/api/apps/{id}/keys/{key_id}",
    "/api/apps/{id}/keys/{key_id}/rotate",
    "/api/apps/{id}/usage",
    "/api/columns",
    "/api/interactions",
    "/api/items",
    "/api/model/{project_id}/{file}",
    "/api/popular",
    "/api/recommend",
    "/api/recommend/batch",
    "/api/trending",
    "/api/users/merge",
  ]);
  assertEquals((await service.app.request("/docs")).status, 200);
});

Deno.test("the number of apps is limited per owner", async () => {
  await using service = await testService(() => new Response());
  const ada = await service.owner("ada@example.org");
  await service.sql`
    insert into webhooks.apps (owner_id, app_name, api_key, key_prefix, key_last_four)
    select ${ada.id}, 'App ' || n, 'hash ' || n, 'airec_live_ab', 'wxyz'
    from generate_series(1, 99) n`;
  const register = { app_name: "The last" };
  assertEquals((await ada.request("POST", "/api/apps/register", register)).status, 201);
  const refused = await ada.request("POST", "/api/apps/register", { app_name: "One more" });
  assertEquals([refused.status, (await refused.json()).code], [409, "conflict"]);
  const eve = await service.owner("eve@example.org");
  assertEquals((await eve.request("POST", "/api/apps/register", register)).status, 201);
});

Deno.test("the routes are described with all of their responses", async () => {
  await using service = await testService(() => new Response());
  assertEquals(
    await describedRoutes(
      service.app,
      /^\/api\/apps(\/register|\/usage|\/\{id\}|\/\{id\}\/usage)?$/,
    ),
    [
      "POST /api/apps/register [bearer] 201 400 401 403 409 413 415 422 503",
      "GET /api/apps [bearer] 200 400 401 403 422 503",
      "GET /api/apps/usage [bearer] 200 400 401 403 422 503",
      "GET /api/apps/{id}/usage [bearer] 200 400 401 403 404 422 503",
      "PATCH /api/apps/{id} [bearer] 200 400 401 403 404 409 413 415 422 503",
      "DELETE /api/apps/{id} [bearer] 204 400 401 403 404 422 503",
    ],
  );
});

Deno.test("each call on an app has the documented status, and usage lists its days", async () => {
  await using service = await testService(() => new Response());
  const ada = await service.owner("ada@example.org");
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await ada.request(method, `/api/apps${path}`, body);
    const text = await answer.text();
    return { status: answer.status, body: text && JSON.parse(text) };
  };
  const made = await call("POST", "/register", { app_name: "Shop" });
  const at = `/${made.body.app_id}`;
  assertEquals(made.status, 201);
  assertEquals((await call("GET", "")).status, 200);
  assertEquals((await call("GET", "/usage")).status, 200);
  for (const [query, days] of [["", 30], ["?days=2", 2]] as const) {
    const usage = await call("GET", `${at}/usage${query}`);
    assertEquals([usage.status, usage.body.length], [200, days]);
    assertEquals(usage.body.at(-1).day, new Date().toISOString().slice(0, 10));
  }
  const change = await call("PATCH", at, { webhook_url: null });
  assertEquals([change.status, change.body.webhook_secret], [200, null]);
  assertEquals((await call("DELETE", at)).status, 204);
  for (const [method, body] of [["DELETE"], ["PATCH", { webhook_url: null }]] as const) {
    assertEquals((await call(method, at, body)).status, 404);
  }
  assertEquals((await call("GET", `${at}/usage`)).status, 404);
});

Deno.test("an app full of endpoints takes no primary one, and a name's length has a limit", async () => {
  await using service = await testService(nobody);
  const ada = await service.owner("ada@example.org");
  const { app_id } = await ada.register("Movies", HOOK);
  const path = `/api/apps/${app_id}/endpoints`;
  const [primary] = await (await ada.request("GET", path)).json();
  for (let n = 1;; n++) {
    const { status } = await ada.request("POST", path, { url: `${HOOK}/${n}` });
    if (status === 409) break;
  }
  await service.sql`update webhooks.endpoints set is_primary = false`;
  const refused = await ada.request("PATCH", `/api/apps/${app_id}`, { webhook_url: HOOK });
  assertEquals([refused.status, (await refused.json()).detail], [
    409,
    "The app has the maximum number of endpoints.",
  ]);
  assert(primary.is_primary);

  const register = async (app_name: string) => {
    const answer = await ada.request("POST", "/api/apps/register", { app_name });
    return { status: answer.status, ...await answer.json() };
  };
  assertEquals((await register("x".repeat(100))).status, 201);
  const long = await register("x".repeat(101));
  assertEquals([long.status, long.errors[0].pointer], [422, "/app_name"]);
  assertEquals((await register(" ")).errors, [{
    pointer: "/app_name",
    detail: "must not be empty",
  }]);
  const taken = await register("Movies");
  assertEquals([taken.detail, taken.errors], [
    'You already have an app named "Movies".',
    [{ pointer: "/app_name", detail: "must be different from your other apps' names" }],
  ]);
});

Deno.test("an endpoint that was switched off is switched on by a new URL", async () => {
  await using service = await testService(nobody);
  const ada = await service.owner("ada@example.org");
  const { app_id } = await ada.register("Movies", HOOK);
  await service.sql`update webhooks.endpoints set disabled_at = now()`;
  await ada.request("PATCH", `/api/apps/${app_id}`, { webhook_url: `${HOOK}/2` });
  const [endpoint] = await (await ada.request("GET", `/api/apps/${app_id}/endpoints`)).json();
  assertEquals([endpoint.url, endpoint.disabled_at], [`${HOOK}/2`, null]);
});

Deno.test("usage has a time of the last call, and between 1 and 366 days", async () => {
  await using service = await testService(() =>
    new Response("{}", { headers: { "content-type": "application/json" } })
  );
  const ada = await service.owner("ada@example.org");
  const { api_key, app_id, ...app } = await ada.register("Movies");
  assertEquals(app.created_at, new Date(app.created_at).toISOString());
  assertEquals((await service.recommendBy(api_key, { project_id: 7 })).status, 200);
  const [usage] = await (await ada.request("GET", "/api/apps/usage")).json();
  assertEquals(usage, {
    ...{ app_id, app_name: "Movies", usage_count: 1 },
    last_used_at: new Date(usage.last_used_at).toISOString(),
  });
  const days = async (query: string) =>
    (await ada.request("GET", `/api/apps/${app_id}/usage?days=${query}`)).status;
  const tried = ["0", "1", "366", "367", "1.5", "x"];
  assertEquals(await Promise.all(tried.map(days)), [422, 200, 200, 422, 422, 422]);
  const eve = await service.owner("eve@example.org");
  const foreign = await eve.request("GET", `/api/apps/${app_id.toUpperCase()}/usage`);
  assertEquals([foreign.status, (await foreign.json()).detail], [
    404,
    "You have no app with this id.",
  ]);
  assertEquals((await ada.request("GET", `/api/apps/${app_id.toUpperCase()}/usage`)).status, 200);
});

Deno.test("a first key has the rules that it was registered with, and no others", async () => {
  await using service = await testService(nobody);
  const ada = await service.owner("ada@example.org");
  const rules = {
    ...{ kind: "publishable", origins: ["https://shop.example"], projects: [7], model: true },
  };
  const app = await ada.register("Shop", undefined, rules);
  const { kind, origins, projects, model } = app;
  assertEquals({ kind, origins, projects, model }, rules);
  const other = await ada.request("POST", "/api/apps/register", {
    ...{ app_name: "Other", rate_limit: 5 },
  });
  assertEquals(other.status, 422);
});
