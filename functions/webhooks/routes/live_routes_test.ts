import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createHmac } from "node:crypto";
import { noteSecrets, noteSecretsOf } from "../../../testing/runner/traces.ts";
import { PAGE, testService } from "../../../testing/webhooks_service.ts";

const RECEIVED = '{"accepted": 1, "duplicates": 0, "rejected": []}';
const VISITOR = crypto.randomUUID();
const events = [{ type: "view", item_id: "1" }];

/** A service whose recommender records its requests, with an app for servers and one for pages. */
async function testShop() {
  // deno-lint-ignore no-explicit-any
  const asked: { path: string; body: any }[] = [];
  const service = await testService(async (request) => {
    const { pathname } = new URL(request.url);
    asked.push({ path: pathname, body: await request.json() });
    const status = pathname.endsWith("/events") ? 202 : 200;
    return new Response(RECEIVED, {
      status,
      headers: { "content-type": "application/json", "x-airec-units": "1" },
    });
  });
  const ada = await service.owner("ada@example.org");
  const rules = { projects: [7] };
  const server = await ada.register("Server", undefined, rules);
  const page = await ada.register("Page", undefined, {
    ...{ ...rules, kind: "publishable", origins: [PAGE] },
  });
  const path = `/api/apps/${page.app_id}/identity-secret`;
  const { secret } = await (await ada.request("POST", path, {})).json();
  noteSecrets(secret);
  const send = async (key: string, path: string, body: unknown, options = {}) => {
    const answer = await service.fromPage(key, path, { body, ...options });
    const text = await answer.text();
    return { status: answer.status, text, body: JSON.parse(text), headers: answer.headers };
  };
  return {
    ...{ service, ada, asked, secret },
    bySecret: (path: string, body: object) =>
      send(server.api_key, path, { project_id: 7, ...body }, { origin: null }),
    byPage: (path: string, body: object, options = {}) =>
      send(page.api_key, path, { project_id: 7, ...body }, options),
    pageKey: page.api_key as string,
    appId: page.app_id as string,
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}

/** Returns a user token as a shop's server creates it. */
function tokenOf(secret: string, user: string): string {
  const exp = Math.floor(Date.now() / 1000) + 600;
  const signature = createHmac("sha256", secret).update(JSON.stringify([7, user, exp]));
  return `${exp}.${signature.digest("hex")}`;
}

Deno.test("a key that only sends events, and its app, show when they were used", async () => {
  await using t = await testShop();
  const lastUses = async () => {
    const [key] = await (await t.ada.request("GET", `/api/apps/${t.appId}/keys`)).json();
    const apps = await (await t.ada.request("GET", "/api/apps/usage")).json();
    const app = apps.find(({ app_id }: { app_id: string }) => app_id === t.appId);
    return [key.last_used_at, app.last_used_at];
  };
  assertEquals(await lastUses(), [null, null]);
  await t.byPage("/api/interactions", { anonymous_id: "no visitor", events });
  assertEquals(await lastUses(), [null, null], "a refused call is no use");
  await t.byPage("/api/interactions", { anonymous_id: VISITOR, events });
  for (const time of await lastUses()) assert(Date.parse(time));
});

Deno.test("events by a secret key are passed on for any person, as a server's", async () => {
  await using t = await testShop();
  const sent = { user_id: 42, anonymous_id: "a-1", sent_at: "2026-01-01T00:00:00Z", events };
  const stored = await t.bySecret("/api/interactions", { ...sent, user_token: "ignored" });
  assertEquals([stored.status, stored.text], [202, RECEIVED]);
  assertEquals(stored.headers.get("x-airec-units"), "1");
  assertEquals(t.asked, [{ path: "/project/7/events", body: { ...sent, source: "server" } }]);
  const rows = Array.from({ length: 5_000 }, () => events[0]);
  assertEquals((await t.bySecret("/api/interactions", { user_id: 1, events: rows })).status, 202);
  const cases: [object, number][] = [
    [{ user_id: 1, events: [...rows, 1] }, 422],
    [{ user_id: 1, events: [] }, 422],
    [{ user_id: 1, events: "view" }, 422],
    [{ user_id: {}, events }, 422],
    [{ user_id: 1, events, userId: 2 }, 422],
    [{ user_id: 1, events, source: "page" }, 422],
    [{ user_id: 1, events, project_id: 8 }, 404],
    [{ user_id: 1, events: ["x".repeat(1024 * 1024)] }, 413],
  ];
  for (const [body, status] of cases) {
    const answer = await t.bySecret("/api/interactions", body);
    assertEquals(answer.status, status, answer.text.slice(0, 300));
  }
  assertEquals(t.asked.length, 2);
  for (const project_id of [1e18, -1, "seven"]) {
    const { status, text } = await t.bySecret("/api/interactions", {
      ...{ user_id: 1, events, project_id },
    });
    assertEquals(status, 422);
    assertMatch(JSON.parse(text).errors[0].detail, /^must be (a project's id|at least 1)$/);
  }
});

Deno.test("a page sends events of its visitor, and of a user only by the user's token", async () => {
  await using t = await testShop();
  const send = (body: object) => t.byPage("/api/interactions", { events, ...body });
  assertEquals((await send({ anonymous_id: VISITOR })).status, 202);
  assertEquals(t.asked[0].body, { anonymous_id: VISITOR, events, source: "page" });
  const user_token = tokenOf(t.secret, "42");
  assertEquals((await send({ anonymous_id: VISITOR, user_id: 42, user_token })).status, 202);
  assertEquals(t.asked[1].body, { anonymous_id: VISITOR, user_id: "42", events, source: "page" });
  const cases: [object, number, string][] = [
    [{ user_id: "42" }, 403, "/user_token"],
    [{ user_id: "42", anonymous_id: VISITOR }, 403, "/user_token"],
    [{ user_id: "43", user_token }, 403, "/user_token"],
    [{ user_id: "42", user_token: `${user_token}0` }, 403, "/user_token"],
    [{ anonymous_id: "a-1" }, 422, "/anonymous_id"],
    [{ anonymous_id: 7 }, 422, "/anonymous_id"],
    [{ anonymous_id: "017f22e2-79b0-7cc3-98c4-dc0c0c07398f" }, 422, "/anonymous_id"],
    [{ anonymous_id: VISITOR, events: Array(501).fill(1) }, 422, "/events"],
  ];
  for (const [body, status, pointer] of cases) {
    const answer = await send(body);
    assertEquals([answer.status, answer.body.errors[0].pointer], [status, pointer], answer.text);
  }
  const other = await t.byPage("/api/interactions", { anonymous_id: VISITOR, events }, {
    origin: "https://evil.example",
  });
  assertEquals(other.status, 403);
  assertEquals((await send({ anonymous_id: VISITOR, project_id: 8 })).status, 404);
  assertEquals(t.asked.length, 2);
});

Deno.test("a page's calls have at most 64 KiB, as JSON and as a beacon with the key in its body", async () => {
  await using t = await testShop();
  const beacon = (body: object) =>
    t.service.app.request("/api/interactions", {
      method: "POST",
      headers: { "content-type": "text/plain;charset=UTF-8", origin: PAGE },
      body: JSON.stringify({ key: t.pageKey, project_id: 7, anonymous_id: VISITOR, ...body }),
    });
  const fine = await beacon({ events });
  assertEquals([fine.status, await fine.text()], [202, RECEIVED]);
  assertEquals(t.asked[0].body, { anonymous_id: VISITOR, events, source: "page" });
  const long = [{ type: "view", item_id: "x".repeat(65_536) }];
  for (
    const answer of [
      await beacon({ events: long }),
      await t.service.fromPage(t.pageKey, "/api/interactions", {
        body: { project_id: 7, anonymous_id: VISITOR, events: long },
      }),
    ]
  ) {
    const { code, detail } = await answer.json();
    assertEquals([answer.status, code], [413, "too_large"]);
    assertStringIncludes(detail, "65536 bytes");
  }
  assertEquals(t.asked.length, 1);
});

Deno.test("the API's description requires an event's type, and lets products have any member", async () => {
  await using t = await testShop();
  const { paths, components } = await (await t.service.app.request("/openapi.json")).json();
  const { schema } = paths["/api/interactions"].post.requestBody.content["application/json"];
  const { properties } = components.schemas[schema.$ref.split("/").at(-1)];
  const { required, properties: { products } } = properties.events.items;
  assertEquals(required, ["type"]);
  assertEquals(products.items, { type: "object", additionalProperties: true });
});

Deno.test("a merge by a page needs the user's token, by a secret key none", async () => {
  await using t = await testShop();
  const path = "/api/users/merge";
  assertEquals((await t.bySecret(path, { from: "a-1", into: 42 })).status, 200);
  assertEquals(t.asked, [{ path: "/project/7/users/merge", body: { from: "a-1", into: 42 } }]);
  const user_token = tokenOf(t.secret, "42");
  assertEquals((await t.byPage(path, { from: VISITOR, into: 42, user_token })).status, 200);
  const cases: [object, number, string][] = [
    [{ from: VISITOR, into: "42" }, 403, "/user_token"],
    [{ from: VISITOR, into: "43", user_token }, 403, "/user_token"],
    [{ from: "a-1", into: "42", user_token }, 422, "/from"],
    [{ from: VISITOR, into: true, user_token }, 422, "/into"],
    [{ from: VISITOR, into: "x".repeat(1_001), user_token }, 422, "/into"],
    [{ from: VISITOR, user_token }, 422, "/into"],
    [{ into: "42", user_token }, 422, "/from"],
    [{ from: "", into: "42", user_token }, 422, "/from"],
    [{ from: VISITOR, into: "", user_token }, 422, "/into"],
  ];
  for (const [body, status, pointer] of cases) {
    const answer = await t.byPage(path, body);
    assertEquals([answer.status, answer.body.errors?.[0].pointer], [status, pointer], answer.text);
  }
  assertEquals((await t.bySecret(path, { from: "", into: true })).body.errors, [
    { detail: "must not be empty", pointer: "/from" },
    { detail: "must be a string or a number, and not empty", pointer: "/into" },
  ]);
  assertEquals((await t.bySecret(path, { from: "a-1", into: 42, project_id: 8 })).status, 404);
  assertEquals(t.asked.length, 2);
});

Deno.test("events and recommendations of a key and an address are limited apart", async () => {
  await using t = await testShop();
  const path = `/api/apps/${t.appId}/keys`;
  const slow = await (await t.ada.request("POST", path, {
    ...{ name: "Slow", kind: "publishable", origins: [PAGE], projects: [7], rate_limit: 20 },
  })).json();
  noteSecretsOf(slow);
  const status = async (address: string, path: string, body: object) => {
    const answer = await t.service.fromPage(slow.api_key, path, {
      ...{ address, body: { project_id: 7, ...body } },
    });
    await answer.body?.cancel();
    return answer.status;
  };
  const spent: number[] = [];
  for (let i = 0; i < 12; i++) {
    spent.push(await status("203.0.113.1", "/api/interactions", { anonymous_id: VISITOR, events }));
  }
  assert(spent.filter((one) => one === 429).length >= 6, spent.join());
  assertEquals(await status("203.0.113.1", "/api/recommend", { item_id: "1" }), 200);
  assertEquals(await status("203.0.113.2", "/api/recommend", { item_id: "1" }), 200);
  const windows = await t.service.sql`
    select (select sum(leased) from webhooks.rate_windows)::int as answers,
      (select sum(leased) from webhooks.event_windows)::int as events`;
  assert(windows[0].answers > 0 && windows[0].events > 0);
});
