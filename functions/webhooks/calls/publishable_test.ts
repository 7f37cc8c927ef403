import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createHmac } from "node:crypto";
import { noteSecrets, noteSecretsOf } from "../../../testing/runner/traces.ts";
import { PAGE, testService } from "../../../testing/webhooks_service.ts";

const ANSWER = '{"project_id":7,"recommendations":[]}';
const RULES = { kind: "publishable", origins: [PAGE, "null"], projects: [7] };

/** A service whose recommender records its requests, an owner, and an app for pages. */
async function testPage(rules = {}) {
  // deno-lint-ignore no-explicit-any
  const asked: { path: string; body: any }[] = [];
  const service = await testService(async (request) => {
    const text = await request.text();
    const { pathname, search } = new URL(request.url);
    asked.push({ path: pathname + search, body: text && JSON.parse(text) });
    return new Response(ANSWER, { headers: { "content-type": "application/json" } });
  });
  const ada = await service.owner("ada@example.org");
  const app = await ada.register("Shop", undefined, { ...RULES, ...rules });
  const call = async (path: string, options = {}) => {
    const answer = await service.fromPage(app.api_key, path, options);
    const text = await answer.text();
    const body = text === "" ? null : JSON.parse(text);
    return { status: answer.status, body, headers: answer.headers };
  };
  /** A recommendation request with the page's key. */
  const ask = (body: Record<string, unknown>, options = {}) =>
    call("/api/recommend", { body: { project_id: 7, ...body }, ...options });
  /** Creates an identity secret of the app. */
  const identity = async (overlap_seconds = 0): Promise<string> => {
    const path = `/api/apps/${app.app_id}/identity-secret`;
    const made = await (await ada.request("POST", path, { overlap_seconds })).json();
    noteSecretsOf(made);
    noteSecrets(made.secret);
    return made.secret;
  };
  return {
    ...{ service, ada, app, asked, call, ask, identity },
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}

/** Returns a user token as a shop's server creates it. */
function tokenOf(secret: string, { project = 7, user = "42", seconds = 600 } = {}): string {
  const exp = Math.floor(Date.now() / 1000) + seconds;
  const payload = JSON.stringify([project, user, exp]);
  return `${exp}.${createHmac("sha256", secret).update(payload).digest("hex")}`;
}

Deno.test("a publishable key serves recommendations of its projects to its pages", async () => {
  await using t = await testPage();
  const { kind, origins, projects, model, warnings } = t.app;
  assertEquals([kind, origins, projects, model], ["publishable", [PAGE, "null"], [7], false]);
  assertEquals(warnings.length, 1);
  assertStringIncludes(warnings[0], '"null"');
  for (const path of ["/api/items", "/api/columns", "/api/popular"]) {
    assertEquals((await t.call(`${path}?project_id=7`)).status, 200);
    assertEquals((await t.call(`${path}?project_id=8`)).status, 404);
  }
  assertEquals([(await t.ask({})).status, (await t.ask({ project_id: 8 })).status], [200, 404]);
  assertEquals((await t.ask({}, { origin: "null" })).status, 200);
  const [{ usage_count }] = await (await t.ada.request("GET", "/api/apps/usage")).json();
  assertEquals(usage_count, 2);
});

Deno.test("a publishable key has no batch, and the model only if enabled", async () => {
  await using t = await testPage();
  const batch = await t.call("/api/recommend/batch", { body: { project_id: 7, users: ["42"] } });
  assertEquals([batch.status, batch.body.code], [403, "forbidden"]);
  assertStringIncludes(batch.body.detail, "secret key");
  const file = () => t.call("/api/model/7/manifest.json");
  assertEquals([(await file()).status, t.asked.length], [403, 0]);
  const path = `/api/apps/${t.app.app_id}/keys`;
  const [{ key_id }] = await (await t.ada.request("GET", path)).json();
  const changed = await t.ada.request("PATCH", `${path}/${key_id}`, { model: true });
  assertEquals((await changed.json()).model, true);
  assertEquals((await file()).status, 200);
  assertEquals((await t.call("/api/model/7/users.safetensors")).status, 404);
  assertEquals((await t.call("/api/model/8/manifest.json")).status, 404);
});

Deno.test("from other pages, and without an Origin, a publishable key is rejected with the fix", async () => {
  await using t = await testPage({ origins: [PAGE] });
  for (
    const origin of [
      "https://evil.example",
      "null",
      "http://shop.example",
      `${PAGE}:8443`,
      `${PAGE}.evil.example`,
      "https://www.shop.example",
      `${PAGE}, https://evil.example`,
      "",
    ]
  ) {
    const { status, body, headers } = await t.ask({}, { origin });
    assertEquals([origin, status, body.code], [origin, 403, "forbidden"]);
    // The page may read the reason.
    assertEquals(headers.get("access-control-allow-origin"), "*");
  }
  const none = await t.ask({}, { origin: null });
  assertEquals(none.status, 403);
  assertStringIncludes(none.body.detail, "Origin");
  assertEquals(t.asked.length, 0);
  // Does not reveal whether a key exists.
  const nobody = await t.service.fromPage("airec_live_x", "/api/items?project_id=7");
  assertEquals(nobody.status, 401);
});

Deno.test("a page sends its key in a body of text/plain, as a beacon does", async () => {
  await using t = await testPage();
  const send = (text: string, headers = {}) =>
    t.service.app.request("/api/recommend", {
      method: "POST",
      headers: { "content-type": "text/plain;charset=UTF-8", origin: PAGE, ...headers },
      body: text,
    });
  const key = t.app.api_key;
  const fine = await send(JSON.stringify({ key, project_id: 7, history: ["1"], n: 3 }));
  assertEquals([fine.status, await fine.text()], [200, ANSWER]);
  assertEquals(fine.headers.get("access-control-allow-origin"), "*");
  assertEquals(t.asked[0].body, { history: ["1"], n: 3, explain_history: false });

  const status = async (text: string, headers = {}) => {
    const answer = await send(text, headers);
    const { code } = await answer.json();
    return [answer.status, code ?? null];
  };
  assertEquals(await status('{"project_id":7}'), [401, "unauthenticated"]);
  assertEquals(await status('{"project_id":7}', { "x-api-key": key }), [200, null]);
  assertEquals(await status('{"key":7,"project_id":7}'), [401, "unauthenticated"]);
  assertEquals(await status("{key}"), [400, "malformed_request"]);
  assertEquals(await status("[]"), [400, "malformed_request"]);
  assertEquals(await status(JSON.stringify({ key })), [422, "invalid_input"]);
  const large = JSON.stringify({ key, project_id: 7, history: Array(9_000).fill("12345") });
  assertEquals(await status(large), [413, "too_large"]);
  assertEquals(t.asked.length, 2);
});

Deno.test("a key in a URL is refused, and is in no log", async () => {
  await using t = await testPage();
  for (
    const path of [
      `/api/items?project_id=7&key=${t.app.api_key}`,
      `/api/items?project_id=7&x-api-key=${t.app.api_key}`,
      `/api/model/7/${t.app.api_key}`,
    ]
  ) {
    const { status, body } = await t.call(path);
    assertEquals([status, body.code], [400, "malformed_request"]);
    assertStringIncludes(body.detail, "x-api-key");
    assertEquals(JSON.stringify(body).includes(t.app.api_key), false);
  }
});

Deno.test("a publishable key needs a user_token for a user_id", async () => {
  await using t = await testPage();
  const bare = await t.ask({ user_id: "42" });
  assertEquals([bare.status, bare.body.code, bare.body.errors], [403, "forbidden", [
    { pointer: "/user_token", detail: "is missing" },
  ]]);
  // Regardless of the user and of the request's other members.
  for (
    const asked of [
      { user_id: 42 },
      { user_id: "nobody" },
      { user_id: 0 },
      { user_id: "42", history: [] },
      { user_id: "42", history: ["1"] },
      { user_id: "42", anonymous_id: crypto.randomUUID() },
      { user_id: "42", explain: true, include_seen: true },
      { user_id: "42", user_token: "" },
      { user_id: "42", user_token: null },
    ]
  ) {
    const { status, body } = await t.ask(asked);
    assertEquals([asked, status], [asked, 403]);
    assertEquals({ ...body, request_id: "" }, { ...bare.body, request_id: "" });
  }
  const early = await t.ask({ user_id: "42", user_token: tokenOf("a secret of somebody's") });
  assertStringIncludes(early.body.detail, "no identity secret yet");
  assertEquals(t.asked.length, 0);

  const secret = await t.identity();
  assertMatch(secret, /^airec_identity_[0-9A-Za-z]{40}$/);
  const fine = await t.ask({ user_id: 42, user_token: tokenOf(secret), explain: true });
  assertEquals([fine.status, t.asked[0].body], [200, {
    ...{ explain: true, user_id: "42", explain_history: false },
  }]);
  for (
    const [user_token, detail] of [
      [tokenOf(secret, { user: "43" }), "does not fit"],
      [tokenOf(secret, { project: 8 }), "does not fit"],
      [tokenOf(secret + "x"), "does not fit"],
      [tokenOf(secret, { seconds: -1 }), "has expired"],
      [tokenOf(secret, { seconds: 90_000 }), "ends too late"],
      ["x", "has another form"],
    ]
  ) {
    const { status, body } = await t.ask({ user_id: "42", user_token });
    assertEquals([status, body.errors[0].detail], [403, detail]);
  }
  // An invalid id is the same error as with a secret key.
  for (const user_id of [["42"], { id: "42" }, true, "x".repeat(1001)]) {
    const { status, body } = await t.ask({ user_id, user_token: tokenOf(secret) });
    assertEquals([status, body.errors[0].pointer], [422, "/user_id"]);
  }
  assertEquals(t.asked.length, 1);
});

Deno.test("a user token of one app is invalid for other apps and other owners", async () => {
  await using t = await testPage();
  await t.identity();
  const other = await t.ada.register("Other", undefined, RULES);
  const bob = await t.service.owner("bob@example.org");
  const bobs = await bob.register("Shop", undefined, RULES);
  for (const [owner, { app_id }] of [[t.ada, other], [bob, bobs]] as const) {
    const path = `/api/apps/${app_id}/identity-secret`;
    const { secret } = await (await owner.request("POST", path, {})).json();
    noteSecrets(secret);
    const { status } = await t.ask({ user_id: "42", user_token: tokenOf(secret) });
    assertEquals(status, 403);
  }
  assertEquals(t.asked.length, 0);
});

Deno.test("tokens signed with the previous secret are valid until the rotation ends", async () => {
  await using t = await testPage();
  const path = `/api/apps/${t.app.app_id}/identity-secret`;
  const show = async () => await (await t.ada.request("GET", path)).json();
  assertEquals(await show(), { made_at: null, previous_secret_until: null });
  const status = async (secret: string) =>
    (await t.ask({ user_id: "42", user_token: tokenOf(secret) })).status;
  const first = await t.identity();
  const second = await t.identity(3600);
  assertEquals([await status(first), await status(second)], [200, 200]);
  assert(Date.parse((await show()).previous_secret_until) > Date.now());
  const third = await t.identity(3600);
  assertEquals([await status(first), await status(second), await status(third)], [403, 200, 200]);
  await t.service.sql`update webhooks.identity_secrets set previous_until = now()`;
  assertEquals([await status(second), await status(third)], [403, 200]);
  assertEquals((await show()).previous_secret_until, null);
  const fourth = await t.identity(0);
  assertEquals([await status(third), await status(fourth)], [403, 200]);

  const [row] = await t.service.sql`select * from webhooks.identity_secrets`;
  const stored = new TextDecoder("latin1").decode(row.secret);
  assertEquals([stored.includes("airec_identity_"), stored.includes(fourth)], [false, false]);
  const bob = await t.service.owner("bob@example.org");
  assertEquals((await bob.request("GET", path)).status, 404);
  assertEquals((await bob.request("POST", path, {})).status, 404);
  assertEquals(await status(fourth), 200);
});

Deno.test("an anonymous_id must be a random UUID", async () => {
  await using t = await testPage();
  const id = crypto.randomUUID();
  assertEquals((await t.ask({ anonymous_id: id })).status, 200);
  assertEquals((await t.ask({ anonymous_id: id.toUpperCase() })).status, 200);
  assertEquals(t.asked[0].body, { anonymous_id: id, explain_history: false });
  for (
    const anonymous_id of [
      "42",
      "a-1",
      7,
      ["x"],
      id.replaceAll("-", ""),
      `${id} `,
      "00000000-0000-0000-0000-000000000000",
      "ffffffff-ffff-ffff-ffff-ffffffffffff",
      "017f22e2-79b0-7cc3-98c4-dc0c0c07398f", // version 7: 74 random bits
      "a6edc906-2f9f-5fb2-a373-efac406f0ef2", // version 5: hash of a name
    ]
  ) {
    const { status, body } = await t.ask({ anonymous_id });
    assertEquals([anonymous_id, status, body.errors?.[0].pointer], [
      anonymous_id,
      422,
      "/anonymous_id",
    ]);
  }
  // Empty values count as missing; unknown members are dropped.
  await t.ask({ anonymous_id: "", user_id: null, users: ["42"], explain_history: true, later: 1 });
  assertEquals(t.asked.at(-1)!.body, { anonymous_id: "", explain_history: false });
});

Deno.test("one address cannot spend a shop's calls", async () => {
  await using t = await testPage();
  const path = `/api/apps/${t.app.app_id}/keys`;
  const slow = await (await t.ada.request("POST", path, { ...RULES, name: "Slow", rate_limit: 30 }))
    .json();
  noteSecretsOf(slow);
  const call = async (address: string, headers = {}) => {
    const answer = await t.service.fromPage(slow.api_key, "/api/items?project_id=7", {
      ...{ address, headers },
    });
    await answer.body?.cancel();
    return answer;
  };
  const spent = await Promise.all(Array.from({ length: 20 }, () => call("203.0.113.1")));
  const refused = spent.filter(({ status }) => status === 429);
  assert(refused.length >= 14, `${refused.length} of 20`); // a minute may begin meanwhile
  assertEquals(refused[0].headers.get("ratelimit-policy"), '"address";q=3;w=60');
  assert(Number(refused[0].headers.get("retry-after")) >= 1);
  assertEquals((await call("203.0.113.2")).status, 200);
  const fine = await call("2001:db8:1:1::1");
  assertMatch(fine.headers.get("ratelimit-policy")!, /^"address";q=3;w=60, "key";q=30;w=60$/);
  assertMatch(fine.headers.get("ratelimit")!, /^"address";r=[012];t=\d+, "key";r=\d+;t=\d+$/);
  // All addresses of an IPv6 /64 share one limit.
  const house = await Promise.all(
    Array.from({ length: 20 }, (_, i) => call(`2001:db8:1:2::${i + 1}`)),
  );
  assert(house.filter(({ status }) => status === 429).length >= 14);
  assertEquals((await call("2001:db8:1:3::1")).status, 200);
  // The header is ignored unless a trusted proxy sends it.
  const forged = await Promise.all(
    Array.from({ length: 20 }, (_, i) => call("203.0.113.3", { "x-forwarded-for": `10.0.0.${i}` })),
  );
  assert(forged.filter(({ status }) => status === 429).length >= 14);
});

Deno.test("one address cannot spend a shop's units by calls that cost many", async () => {
  await using service = await testService(() =>
    Promise.resolve(
      new Response(ANSWER, {
        headers: { "content-type": "application/json", "x-airec-units": "202" },
      }),
    )
  );
  const ada = await service.owner("ada@example.org");
  const app = await ada.register("Shop", undefined, RULES);
  const path = `/api/apps/${app.app_id}/keys`;
  const key = await (await ada.request("POST", path, { ...RULES, name: "Page", rate_limit: 600 }))
    .json();
  noteSecretsOf(key);
  const call = async (address: string, path = "/api/recommend") => {
    const events = [{ type: "view", item_id: "1" }];
    const body = path === "/api/recommend" ? {} : { anonymous_id: crypto.randomUUID(), events };
    const answer = await service.fromPage(key.api_key, path, {
      ...{ address, body: { project_id: 7, ...body } },
    });
    await answer.body?.cancel();
    return answer;
  };
  for (const path of ["/api/recommend", "/api/interactions"]) {
    const spent = await Promise.all(
      Array.from({ length: 8 }, () => call("203.0.113.1", path)),
    );
    assert(spent.some(({ status }) => status < 300));
    const refused = await call("203.0.113.1", path);
    assertEquals(refused.status, 429);
    assertEquals(refused.headers.get("ratelimit-policy"), '"address";q=60;w=60');
    assert(Number(refused.headers.get("retry-after")) > 60, "the address pays what it spent");
    const other = await call("203.0.113.2", path);
    assert(other.status < 300);
    const left = Number(/"key";r=(\d+)/.exec(other.headers.get("ratelimit")!)![1]);
    assert(left >= 600 - 3 * 60, `${left} units are left to the others`);
  }
});

Deno.test("a secret key sent by a page still works, and its owner is warned", async () => {
  await using t = await testPage();
  const app = await t.ada.register("Old page");
  const keys = async () =>
    (await (await t.ada.request("GET", `/api/apps/${app.app_id}/keys`))
      .json())[0];
  const ask = (headers = {}) =>
    t.service.recommendBy(app.api_key, { project_id: 7, user_id: "42" }, headers);
  assertEquals((await ask()).status, 200);
  assertEquals([(await keys()).page_origin, (await keys()).page_seen_at], [null, null]);

  assertEquals((await ask({ origin: "https://old.example" })).status, 200);
  assertEquals(t.asked.at(-1)!.body, { user_id: "42" });
  const seen = await keys();
  assertEquals(seen.page_origin, "https://old.example");
  assertStringIncludes(seen.warnings[0], "https://old.example");
  // At most once a minute.
  const many = Array.from({ length: 10 }, () => ask({ origin: "https://later.example" }));
  for (const answer of await Promise.all(many)) assertEquals(answer.status, 200);
  assertEquals((await keys()).page_seen_at, seen.page_seen_at);
  await t.service.sql`
    update webhooks.api_keys set page_seen_at = page_seen_at - interval '61 seconds'`;
  await t.service.app.request("/api/items?project_id=7", {
    headers: { "x-api-key": app.api_key, origin: "null" },
  });
  assertEquals((await keys()).page_origin, "null");
  // Not recorded for a publishable key.
  await t.ask({});
  const [own] = await (await t.ada.request("GET", `/api/apps/${t.app.app_id}/keys`)).json();
  assertEquals([own.page_origin, own.warnings.length], [null, 1]);
});
