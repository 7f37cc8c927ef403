import { assert, assertEquals } from "@std/assert";
import { SERVICE, verifyToken } from "../../http/identity/identity.ts";
import { newApiKey } from "../keys/api_keys.ts";
import { describedRoutes } from "../../../testing/contracts/described_routes.ts";
import { ANSWER, answering, problem } from "../../../testing/webhooks/recommender_answers.ts";
import { PAGE, SERVICE_SECRET, testService } from "../../../testing/webhooks_service.ts";

const HOOK = "https://hooks.example.org/airec";

Deno.test("a call by key is forwarded as the app's owner, and its response returned unchanged", async () => {
  const seen: { path: string; body: unknown; token: string; requestId: string | null }[] = [];
  await using service = await testService(async (request) => {
    seen.push({
      path: request.method + " " + new URL(request.url).pathname,
      body: await request.json(),
      token: request.headers.get("authorization")!.replace("Bearer ", ""),
      requestId: request.headers.get("x-request-id"),
    });
    return answering()();
  });
  const ada = await service.owner("ada@example.org");
  const { api_key } = await ada.register("Movies");
  const body = { item_title: "Heat (1995)", user_id: 1, n: 5, history: ["1", 2], later: true };
  const answer = await service.recommendBy(api_key, { project_id: "7", ...body }, {
    origin: "null",
  });
  assertEquals(answer.status, 200);
  assertEquals(await answer.text(), ANSWER);
  assertEquals(answer.headers.get("access-control-allow-origin"), "*");
  assertEquals(seen[0].path, "POST /project/7/recommendations");
  assertEquals(seen[0].body, body);
  assertEquals(seen[0].requestId, answer.headers.get("x-request-id"));
  assertEquals(
    await verifyToken(seen[0].token, [{ kind: SERVICE, secrets: [SERVICE_SECRET] }]),
    ada.id,
  );
  const claims = JSON.parse(atob(seen[0].token.split(".")[1]));
  assertEquals(claims.exp - claims.iat, 60);
});

Deno.test("ids that are numbers beyond 2⁵³ are passed on digit by digit", async () => {
  const seen: unknown[] = [];
  await using service = await testService(async (request) => {
    seen.push(await request.json());
    return answering()();
  });
  const ada = await service.owner("ada@example.org");
  const { api_key } = await ada.register("Movies");
  const big = "9007199254740993";
  const bodies: [path: string, member: string, passed: object][] = [
    ["/api/recommend", `"item_id":${big}`, { item_id: big }],
    ["/api/recommend", `"history":[${big},1]`, { history: [big, 1] }],
    ["/api/recommend/batch", `"users":[${big}]`, { users: [big] }],
  ];
  for (const [path, member, passed] of bodies) {
    const answer = await service.app.request(path, {
      method: "POST",
      body: `{"project_id":7,${member}}`,
      headers: { "content-type": "application/json", "x-api-key": api_key },
    });
    assertEquals(answer.status, 200);
    await answer.body?.cancel();
    assertEquals(seen.at(-1), passed);
  }
});

Deno.test("CORS allows any page for calls by key, and only the dashboard for logins", async () => {
  await using service = await testService(answering());
  const preflight = (path: string) =>
    service.app.request(path, {
      method: "OPTIONS",
      headers: {
        origin: "null",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,x-api-key",
      },
    });
  for (
    const path of [
      "/api/recommend",
      "/api/recommend/",
      "/api/recommend/batch",
      "/api/items",
      "/api/columns",
      "/api/popular",
    ]
  ) {
    const { status, headers } = await preflight(path);
    assertEquals([status, headers.get("access-control-allow-origin")], [204, "*"]);
    assert(headers.get("access-control-allow-headers")!.includes("x-api-key"));
  }
  assertEquals(
    (await preflight("/api/apps/usage")).headers.get("access-control-allow-origin"),
    "http://dashboard.test",
  );
});

Deno.test("count, event and delivery are stored before the response is sent", async () => {
  await using service = await testService(answering());
  const ada = await service.owner("ada@example.org");
  const [called, quiet] = [await ada.register("Called", HOOK), await ada.register("Quiet")];
  await service.recommendBy(called.api_key, { project_id: 7 });
  const events = await service.sql`
    select e.owner_id, e.type, e.body, d.app_id, d.status
    from webhooks.events e join webhooks.deliveries d on d.event_id = e.id`;
  assertEquals(events.map((row) => ({ ...row })), [{
    owner_id: ada.id,
    type: "recommend.completed",
    body: ANSWER,
    app_id: called.app_id,
    status: "PENDING",
  }]);

  await service.recommendBy(quiet.api_key, { project_id: 7 });
  await service.recommendBy(quiet.api_key, { project_id: 7 });
  const usage = await (await ada.request("GET", "/api/apps/usage")).json();
  const counts = usage.map((row: { app_name: string; usage_count: number }) => [
    row.app_name,
    row.usage_count,
  ]);
  assertEquals(counts, [["Called", 1], ["Quiet", 2]]);
  assertEquals((await service.sql`select from webhooks.events`).length, 1);
});

Deno.test("a sender is notified of the delivery at once", async () => {
  await using service = await testService(answering());
  const ada = await service.owner("ada@example.org");
  const { api_key } = await ada.register("Movies", HOOK);
  const { promise: heard, resolve } = Promise.withResolvers<void>();
  const listening = await service.sql.listen("webhooks_due", () => resolve());
  await service.recommendBy(api_key, { project_id: 7 });
  await heard;
  await listening.unlisten();
});

Deno.test("fifty concurrent calls count fifty", async () => {
  await using service = await testService(answering());
  const ada = await service.owner("ada@example.org");
  const { api_key } = await ada.register("Movies", HOOK);
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => service.recommendBy(api_key, { project_id: 7 })),
  );
  assertEquals(answers.map(({ status }) => status), answers.map(() => 200));
  const [{ usage_count, deliveries }] = await service.sql`
    select usage_count::int, (select count(*)::int from webhooks.deliveries) as deliveries
    from webhooks.usage`;
  assertEquals([usage_count, deliveries], [50, 50]);
});

Deno.test("apps with the same name of two owners are counted separately", async () => {
  await using service = await testService(answering());
  const [ada, bob] = [await service.owner("a@example.org"), await service.owner("b@example.org")];
  const [first, second] = [await ada.register("Movies"), await bob.register("Movies")];
  await service.recommendBy(first.api_key, { project_id: 7 });
  await service.recommendBy(first.api_key, { project_id: 7 });
  await service.recommendBy(second.api_key, { project_id: 7 });
  const count = async ({ request }: typeof ada) =>
    (await (await request("GET", "/api/apps/usage")).json())[0].usage_count;
  assertEquals([await count(ada), await count(bob)], [2, 1]);
});

Deno.test("last_used_at moves at most once a minute", async () => {
  await using service = await testService(answering());
  const ada = await service.owner("ada@example.org");
  const { api_key } = await ada.register("Movies");
  const used = async () => {
    await service.recommendBy(api_key, { project_id: 7 });
    return (await (await ada.request("GET", "/api/apps")).json())[0].last_used_at;
  };
  const first = await used();
  assert(Date.parse(first));
  assertEquals(await used(), first);
  await service.sql`update webhooks.apps set last_used_at = now() - interval '61 seconds'`;
  assert(Date.parse(await used()) >= Date.parse(first));
});

Deno.test("items pass through, with the link to the next page rewritten", async () => {
  const asked: string[] = [];
  await using service = await testService((request) => {
    const { pathname, search } = new URL(request.url);
    asked.push(pathname + search);
    return answering('{"items":[{"item_id":"1","item_title":"Heat"}]}', {
      headers: {
        "content-type": "application/json",
        link: '</project/7/items?q=he+at&limit=1&cursor=a%2Bb>; rel="next"',
      },
    })();
  });
  const ada = await service.owner("ada@example.org");
  const { api_key } = await ada.register("Movies");
  const get = (path: string) => service.app.request(path, { headers: { "x-api-key": api_key } });
  const answer = await get("/api/items?project_id=7&q=he+at&limit=1");
  assertEquals(answer.status, 200);
  assertEquals(await answer.json(), { items: [{ item_id: "1", item_title: "Heat" }] });
  assertEquals(answer.headers.get("access-control-allow-origin"), "*");
  const next = /^<(.*)>; rel="next"$/.exec(answer.headers.get("link")!)![1];
  assertEquals(next, "/api/items?q=he+at&limit=1&cursor=a%2Bb&project_id=7");
  await (await get(next)).body?.cancel();
  assertEquals(asked, [
    "/project/7/items?q=he+at&limit=1",
    "/project/7/items?q=he+at&limit=1&cursor=a%2Bb",
  ]);
  assertEquals((await get("/api/items")).status, 422);
  assertEquals((await (await ada.request("GET", "/api/apps/usage")).json())[0].usage_count, 0);
});

Deno.test("a batch by key is passed on whole, counts its users and calls no webhook", async () => {
  const seen: { path: string; body: unknown }[] = [];
  const results = `{"project_id":7,"results":[{"user_id":"1","recommendations":[]}]}`;
  await using service = await testService(async (request) => {
    const body = await request.json();
    seen.push({ path: new URL(request.url).pathname, body });
    return body.users.length === 0
      ? problem(422, { code: "invalid_input", errors: [] })()
      : answering(results)();
  });
  const ada = await service.owner("ada@example.org");
  const { api_key } = await ada.register("Movies", HOOK);
  const batch = (body: unknown, key = api_key) =>
    service.app.request("/api/recommend/batch", {
      method: "POST",
      headers: { "x-api-key": key, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const answer = await batch({ project_id: 7, users: [1, "2", 3], n: 5, explain: true });
  assertEquals([answer.status, await answer.text()], [200, results]);
  assertEquals(seen, [{
    path: "/project/7/recommendations/batch",
    body: { users: [1, "2", 3], n: 5, explain: true },
  }]);
  assertEquals((await batch({ project_id: 7, users: [] })).status, 422);
  assertEquals((await batch({ project_id: 7, users: Array(1_001).fill(1) })).status, 422);
  assertEquals((await batch({ project_id: 7 })).status, 422);
  assertEquals((await batch({ project_id: 7, users: [1] }, newApiKey())).status, 401);
  const [{ usage_count }] = await service.sql`select usage_count::int from webhooks.usage`;
  assertEquals([usage_count, seen.length], [3, 2]);
  assertEquals((await service.sql`select from webhooks.events`).length, 0);
});

Deno.test("popular items and columns by key are passed on, and count nothing", async () => {
  const seen: string[] = [];
  await using service = await testService((request) => {
    seen.push(new URL(request.url).pathname + new URL(request.url).search);
    return answering(`{"project_id":7,"items":[]}`)();
  });
  const { api_key } = await (await service.owner("ada@example.org")).register("Movies");
  const get = (query: string) =>
    service.app.request(`/api/popular${query}`, { headers: { "x-api-key": api_key } });
  const answer = await get("?project_id=7&n=3");
  assertEquals([answer.status, await answer.json()], [200, { project_id: 7, items: [] }]);
  assertEquals(seen, ["/project/7/popular?n=3"]);
  const columns = await service.app.request("/api/columns?project_id=7", {
    headers: { "x-api-key": api_key },
  });
  assertEquals([columns.status, seen[1]], [200, "/project/7/columns"]);
  assertEquals((await get("?n=3")).status, 422);
  const [{ usage_count }] = await service.sql`select usage_count::int from webhooks.usage`;
  assertEquals(usage_count, 0);
});

Deno.test("the routes are described with all of their responses", async () => {
  await using service = await testService(() => new Response());
  assertEquals(await describedRoutes(service.app, /^\/api\/(recommend|popular|items|columns)/), [
    "POST /api/recommend [apiKey] 200 400 401 403 404 409 410 413 415 422 429 502 503",
    "POST /api/recommend/batch [apiKey] 200 400 401 403 404 409 413 415 422 429 502 503",
    "GET /api/popular [apiKey] 200 400 401 403 404 409 422 429 502 503",
    "GET /api/items [apiKey] 200 400 401 403 404 409 422 429 502 503",
    "PUT /api/items [apiKey] 200 400 401 403 404 409 413 415 422 429 502 503",
    "DELETE /api/items [apiKey] 200 400 401 403 404 409 413 415 422 429 502 503",
    "GET /api/columns [apiKey] 200 400 401 403 404 409 422 429 502 503",
  ]);
});

Deno.test("a page's key opens all but batches, and a server's token of a user is left out", async () => {
  const seen: unknown[] = [];
  await using service = await testService(async (request) => {
    if (request.method === "POST") seen.push(await request.json());
    return answering()();
  });
  const ada = await service.owner("ada@example.org");
  const rules = { kind: "publishable", origins: [PAGE], projects: [7] };
  const page = await ada.register("Page", undefined, rules);
  const server = await ada.register("Server");
  const ask = (path: string, body?: unknown) => service.fromPage(page.api_key, path, { body });
  for (const path of ["items", "columns", "popular"]) {
    assertEquals((await ask(`/api/${path}?project_id=7`)).status, 200, path);
    assertEquals((await ask(`/api/${path}?project_id=8`)).status, 404, path);
  }
  assertEquals((await ask("/api/recommend", { project_id: 7, history: ["1"] })).status, 200);
  assertEquals((await ask("/api/recommend", { project_id: 8 })).status, 404);
  assertEquals((await ask("/api/recommend", { project_id: 7, user_id: "ann" })).status, 403);
  const batch = await ask("/api/recommend/batch", { project_id: 7, users: ["1"] });
  assertEquals(batch.status, 403);
  assertEquals((await ask("/api/model/7/manifest.json")).status, 403);
  const plain = await service.app.request("/api/recommend", {
    method: "POST",
    headers: { "content-type": "text/plain", origin: PAGE },
    body: JSON.stringify({ key: page.api_key, project_id: 7, history: ["2"] }),
  });
  assertEquals(plain.status, 200);

  const asked = { project_id: 7, user_id: "ann", user_token: "1.ab" };
  assertEquals((await service.recommendBy(server.api_key, asked)).status, 200);
  assertEquals(seen, [
    { history: ["1"], explain_history: false },
    { history: ["2"], explain_history: false },
    { user_id: "ann" },
  ]);
  const users = { project_id: 8, users: ["1"] };
  await ada.request("PATCH", `/api/apps/${server.app_id}/keys/${await keyOf(server.app_id)}`, {
    projects: [7],
  });
  const elsewhere = await service.app.request("/api/recommend/batch", {
    method: "POST",
    headers: { "x-api-key": server.api_key, "content-type": "application/json" },
    body: JSON.stringify(users),
  });
  assertEquals(elsewhere.status, 404);

  async function keyOf(app: string): Promise<string> {
    return (await (await ada.request("GET", `/api/apps/${app}/keys`)).json())[0].key_id;
  }
});

Deno.test("an app that is deleted during its call gets no answer, and no sender is woken", async () => {
  let woken = 0;
  let app: { api_key: string; app_id: string };
  await using service = await testService(async () => {
    await ada.request("DELETE", `/api/apps/${app.app_id}`);
    return answering()();
  }, { due: () => void woken++ });
  const ada = await service.owner("ada@example.org");
  app = await ada.register("First", HOOK);
  const one = await service.recommendBy(app.api_key, { project_id: 7 });
  assertEquals([one.status, (await one.json()).code], [401, "unauthenticated"]);
  app = await ada.register("Second", HOOK);
  const many = await service.app.request("/api/recommend/batch", {
    method: "POST",
    headers: { "x-api-key": app.api_key, "content-type": "application/json" },
    body: JSON.stringify({ project_id: 7, users: ["1"] }),
  });
  assertEquals([many.status, (await many.json()).code], [401, "unauthenticated"]);
  assertEquals(woken, 0);
});

Deno.test("a sender is woken by an app with an endpoint, and by no other", async () => {
  let woken = 0;
  await using service = await testService(answering(), { due: () => void woken++ });
  const ada = await service.owner("ada@example.org");
  const [heard, quiet] = [await ada.register("Heard", HOOK), await ada.register("Quiet")];
  await service.recommendBy(quiet.api_key, { project_id: 7 });
  assertEquals(woken, 0);
  await service.recommendBy(heard.api_key, { project_id: 7 });
  assertEquals(woken, 1);
});

Deno.test("a query of items is passed on with each of its members, and of columns with none", async () => {
  const seen: string[] = [];
  await using service = await testService((request) => {
    const { pathname, search } = new URL(request.url);
    seen.push(pathname + search);
    return answering('{"items":[]}')();
  });
  const { api_key } = await (await service.owner("ada@example.org")).register("Movies");
  const get = (path: string) => service.app.request(path, { headers: { "x-api-key": api_key } });
  const query = "q=a&item_id=b&columns=c&limit=2&cursor=d";
  const answer = await get(`/api/items?project_id=7&${query}&other=1`);
  assertEquals([answer.status, answer.headers.get("link")], [200, null]);
  assertEquals(seen, [`/project/7/items?${query}`]);
  for (const [path, member] of [["columns", ""], ["popular", ""], ["items", ""]]) {
    assertEquals((await get(`/api/${path}?project_id=x${member}`)).status, 422);
    assertEquals((await get(`/api/${path}?project_id=12345678901`)).status, 422);
  }
});

Deno.test("the members of a request are described with their types", async () => {
  await using service = await testService(() => new Response());
  const { paths, components: { schemas } } = await (await service.app.request("/openapi.json"))
    .json();
  const types = (name: string) =>
    Object.fromEntries(
      Object.entries(schemas[name].properties as Record<string, { type: unknown; items?: unknown }>)
        .map(([member, { type, items }]) => [member, items ? [type, items] : type]),
    );
  assertEquals(types("RecommendRequest"), {
    project_id: "integer",
    item_title: ["string", "null"],
    item_id: ["string", "number", "null"],
    user_id: ["string", "number", "null"],
    user_token: ["string", "null"],
    anonymous_id: ["string", "null"],
    history: ["array", {}],
    limit: "integer",
    n: "integer",
    exclude: ["array", {}],
    include_seen: "boolean",
    filter: "object",
    diversity: "number",
    explain: "boolean",
    placement: ["string", "null"],
    items: [["array", "null"], { type: ["string", "number"] }],
    cursor: ["string", "null"],
  });
  assertEquals(types("BatchRequest"), {
    project_id: "integer",
    users: ["array", { type: ["string", "number"] }],
    limit: "integer",
    n: "integer",
    placement: ["string", "null"],
  });
  const { requestBody } = paths["/api/recommend"].post;
  assertEquals([requestBody.required, Object.keys(requestBody.content)], [
    true,
    ["application/json"],
  ]);
  assert(paths["/api/recommend"].post.description.includes("Also accepts text/plain: the same"));
  for (const path of ["/api/recommend", "/api/items"]) {
    const { description } = paths[path][path === "/api/items" ? "get" : "post"];
    assert(description.startsWith("Costs one unit of work a list"));
  }
});
