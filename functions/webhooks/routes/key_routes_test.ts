import { assert, assertEquals, assertMatch } from "@std/assert";
import { KEYS_AT_MOST } from "../keys/keys.ts";
import { describedRoutes } from "../../../testing/contracts/described_routes.ts";
import { testService } from "../../../testing/webhooks_service.ts";

const ANSWER = '{"project_id":7,"recommendations":[]}';
const answering = () => new Response(ANSWER, { headers: { "content-type": "application/json" } });

/** A service, an owner with an app, and calls about its keys. */
async function testKeys() {
  const service = await testService(answering);
  const ada = await service.owner("ada@example.org");
  const app = await ada.register("Movies");
  const path = `/api/apps/${app.app_id}/keys`;
  const add = async (rules: Record<string, unknown>) =>
    await (await ada.request("POST", path, { name: "Another", ...rules })).json();
  const list = async () => await (await ada.request("GET", path)).json();
  const status = async (key: string, project_id = 7) =>
    (await service.recommendBy(key, { project_id })).status;
  return {
    ...{ service, ada, app, path, add, list, status },
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}

Deno.test("an app has several keys, each shown once and each valid", async () => {
  await using t = await testKeys();
  const second = await t.add({ name: " Server " });
  assertMatch(second.api_key, /^airec_live_[0-9A-Za-z]{38}$/);
  assertEquals([await t.status(t.app.api_key), await t.status(second.api_key)], [200, 200]);

  const keys = await t.list();
  assertEquals(keys.map(({ name }: { name: string }) => name), ["Server", "First key"]);
  assertEquals([keys[0].key_prefix, keys[0].key_last_four], [
    second.api_key.slice(0, 15),
    second.api_key.slice(-4),
  ]);
  assert(Date.parse(keys[0].last_used_at));
  assertEquals(JSON.stringify(keys).includes(second.api_key), false);
  assertEquals(
    JSON.stringify(await t.service.sql`select * from webhooks.api_keys`)
      .includes(second.api_key),
    false,
  );
  // The list of apps shows the newest key.
  const [{ key_last_four }] = await (await t.ada.request("GET", "/api/apps")).json();
  assertEquals(key_last_four, second.api_key.slice(-4));
});

Deno.test("a revoked key is refused by the very next call", async () => {
  await using t = await testKeys();
  const { api_key, key_id } = await t.add({});
  assertEquals(await t.status(api_key), 200);
  assertEquals((await t.ada.request("DELETE", `${t.path}/${key_id}`)).status, 204);
  assertEquals([await t.status(api_key), await t.status(t.app.api_key)], [401, 200]);
  assertEquals((await t.ada.request("DELETE", `${t.path}/${key_id}`)).status, 404);
  assert(Date.parse((await t.list())[0].revoked_at));
  const [{ key_last_four }] = await (await t.ada.request("GET", "/api/apps")).json();
  assertEquals(key_last_four, t.app.key_last_four);
});

Deno.test("a rotated key stays valid during the overlap, with the same rules", async () => {
  await using t = await testKeys();
  const old = await t.add({ projects: [7], rate_limit: 90 });
  const rotate = (overlap_seconds: number, id = old.key_id) =>
    t.ada.request("POST", `${t.path}/${id}/rotate`, { overlap_seconds });
  const made = await (await rotate(3600)).json();
  assertEquals([made.name, made.projects, made.rate_limit, made.expires_at], [
    "Another",
    [7],
    90,
    null,
  ]);
  assertEquals([await t.status(old.api_key), await t.status(made.api_key)], [200, 200]);
  const [{ left }] = await t.service.sql`
    select extract(epoch from expires_at - now())::float8 as left from webhooks.api_keys
    where id = ${old.key_id}`;
  assert(Math.abs(left - 3600) < 5);

  await t.service.sql`
    update webhooks.api_keys set expires_at = now() where id = ${old.key_id}`;
  assertEquals([await t.status(old.api_key), await t.status(made.api_key)], [401, 200]);
  assertEquals((await rotate(0)).status, 404);
  const last = await (await rotate(0, made.key_id)).json();
  assertEquals([await t.status(made.api_key), await t.status(last.api_key)], [401, 200]);
  assertEquals((await rotate(31 * 86_400, last.key_id)).status, 422);
});

Deno.test("a key for selected projects accesses no other", async () => {
  await using t = await testKeys();
  const { api_key, key_id } = await t.add({ projects: [7, 9] });
  assertEquals([await t.status(api_key, 7), await t.status(api_key, 8)], [200, 404]);
  const items = (project: number) =>
    t.service.app.request(`/api/items?project_id=${project}`, {
      headers: { "x-api-key": api_key },
    });
  assertEquals([(await items(9)).status, (await items(8)).status], [200, 404]);

  const change = (rules: unknown) => t.ada.request("PATCH", `${t.path}/${key_id}`, rules);
  assertEquals((await (await change({ projects: [8] })).json()).name, "Another");
  assertEquals([await t.status(api_key, 7), await t.status(api_key, 8)], [404, 200]);
  await change({ projects: null, name: "All" });
  assertEquals([await t.status(api_key, 7), await t.status(api_key, 8)], [200, 200]);
  assertEquals([(await t.list())[0].projects, (await t.list())[0].name], [null, "All"]);
});

Deno.test("a new key accesses the owner's only project unless others are named, old keys access all", async () => {
  await using t = await testKeys();
  const { sql } = t.service;
  assertEquals([t.app.projects, t.app.warnings.length], [null, 1]);
  const project = async (owner: string) =>
    (await sql`
      insert into recommender.recommender_projects (owner_id, project_name, model_type)
      values (${owner}, 'Films', 'CONTENT') returning id`)[0].id as number;
  const bob = await t.service.owner("bob@example.org");
  await project(bob.id);
  assertEquals((await t.add({})).projects, null);
  const only = await project(t.ada.id);
  const key = await t.add({});
  assertEquals([key.projects, key.kind, key.warnings], [[only], "secret", []]);
  assertEquals([await t.status(key.api_key, only), await t.status(key.api_key, only + 1)], [
    ...[200, 404],
  ]);
  const app = await t.ada.register("Second");
  assertEquals([app.projects, app.kind, app.model], [[only], "secret", true]);
  assertEquals([await t.status(app.api_key, only), await t.status(app.api_key, only + 1)], [
    ...[200, 404],
  ]);
  assertEquals((await t.add({ projects: null })).projects, null);
  await project(t.ada.id);
  assertEquals((await t.add({})).projects, null);
  // Existing keys keep their projects.
  assertEquals([(await t.list()).at(-1).projects, await t.status(t.app.api_key, 99)], [null, 200]);
});

Deno.test("a secret key used in a page can become publishable, and its rotations stay publishable", async () => {
  await using t = await testKeys();
  const change = async (rules: unknown) => {
    const [{ key_id }] = await t.list();
    const answer = await t.ada.request("PATCH", `${t.path}/${key_id}`, rules);
    return { status: answer.status, ...await answer.json() };
  };
  const origins = ["https://shop.example/"];
  assertEquals((await change({ kind: "publishable", origins })).errors[0].pointer, "/projects");
  assertEquals(
    (await change({ kind: "publishable", projects: [7] })).errors[0].pointer,
    "/origins",
  );
  assertEquals((await change({ origins })).errors[0].pointer, "/origins");
  const made = await change({ kind: "publishable", origins, projects: [7] });
  assertEquals([made.status, made.kind, made.origins], [200, "publishable", [
    "https://shop.example",
  ]]);
  // Effective at the next call.
  assertEquals(await t.status(t.app.api_key), 403);
  const back = await change({ kind: "secret" });
  assertEquals([back.status, back.code], [409, "conflict"]);
  const [{ key_id }] = await t.list();
  const rotation = { overlap_seconds: 60 };
  const next = await (await t.ada.request("POST", `${t.path}/${key_id}/rotate`, rotation)).json();
  assertEquals([next.kind, next.origins, next.projects, next.model], [
    ...["publishable", ["https://shop.example"], [7], false],
  ]);
  assertEquals(await t.status(next.api_key), 403);
  const trail = await t.service.sql`select action, detail from auth.audit_entries order by id`;
  const changed = trail.find(({ action }) => action === "key.made_publishable")!;
  assertEquals(changed.detail.kind, "publishable");
});

Deno.test("the previous release sees no publishable key", async () => {
  await using t = await testKeys();
  const { sql } = t.service;
  const before = () => sql`select b.* from webhooks.api_keys k, webhooks.bearer_of(k.key_hash) b`;
  assertEquals((await before()).length, 1);
  const rules = { kind: "publishable", origins: ["null"], projects: [7] };
  const [{ key_id }] = await t.list();
  await t.ada.request("PATCH", `${t.path}/${key_id}`, rules);
  assertEquals((await before()).length, 0);
});

Deno.test("a key expires at its time", async () => {
  await using t = await testKeys();
  const expires_at = new Date(Date.now() + 700).toISOString();
  const { api_key } = await t.add({ expires_at });
  assertEquals(await t.status(api_key), 200);
  await new Promise((resolve) => setTimeout(resolve, 800));
  assertEquals(await t.status(api_key), 401);
});

Deno.test("invalid rules are named, and the number of keys is limited", async () => {
  await using t = await testKeys();
  for (
    const [rules, pointer] of [
      [{ name: " " }, "/name"],
      [{ projects: [] }, "/projects"],
      [{ projects: ["x"] }, "/projects/0"],
      [{ rate_limit: 0 }, "/rate_limit"],
      [{ expires_at: "2020-01-01T00:00:00Z" }, "/expires_at"],
      [{ expires_at: "tomorrow" }, "/expires_at"],
    ] as const
  ) {
    assertEquals((await t.add(rules)).errors[0].pointer, pointer);
  }
  const made = await Promise.all(
    Array.from(
      { length: KEYS_AT_MOST + 2 },
      () => t.ada.request("POST", t.path, { name: "One more" }),
    ),
  );
  const refused = made.filter(({ status }) => status === 409);
  assertEquals([made.length - refused.length, (await t.list()).length], [
    KEYS_AT_MOST - 1,
    KEYS_AT_MOST,
  ]);
});

Deno.test("another owner's keys are 404 and stay unchanged", async () => {
  await using t = await testKeys();
  const bob = await t.service.owner("bob@example.org");
  const bobs = await bob.register("Bob's");
  const [{ key_id }] = await t.list();
  const paths = [t.path, `/api/apps/${bobs.app_id}/keys`];
  for (const path of paths) {
    assertEquals((await bob.request("PATCH", `${path}/${key_id}`, { name: "x" })).status, 404);
    assertEquals((await bob.request("POST", `${path}/${key_id}/rotate`, {})).status, 404);
    assertEquals((await bob.request("DELETE", `${path}/${key_id}`)).status, 404);
  }
  assertEquals((await bob.request("GET", t.path)).status, 404);
  assertEquals((await bob.request("POST", t.path, { name: "x" })).status, 404);
  assertEquals((await bob.request("DELETE", `${paths[1]}/7`)).status, 404);
  assertEquals((await t.list()).length, 1);
  assertEquals(await t.status(t.app.api_key), 200);
});

Deno.test("the routes are described with all of their responses", async () => {
  await using service = await testService(() => new Response());
  assertEquals(await describedRoutes(service.app, /\{id\}\/keys/), [
    "GET /api/apps/{id}/keys [bearer] 200 400 401 403 404 422 503",
    "POST /api/apps/{id}/keys [bearer] 201 400 401 403 404 409 413 415 422 503",
    "PATCH /api/apps/{id}/keys/{key_id} [bearer] 200 400 401 403 404 409 413 415 422 503",
    "DELETE /api/apps/{id}/keys/{key_id} [bearer] 204 400 401 403 404 422 503",
    "POST /api/apps/{id}/keys/{key_id}/rotate [bearer] 201 400 401 403 404 409 413 415 422 503",
  ]);
});

Deno.test("each call on a key has the documented status", async () => {
  await using service = await testService(() => new Response());
  const ada = await service.owner("ada@example.org");
  const { app_id } = await ada.register("Shop");
  const call = async (method: string, at: string, body?: unknown) => {
    const answer = await ada.request(method, `/api/apps/${app_id}/keys${at}`, body);
    const text = await answer.text();
    return { status: answer.status, body: text && JSON.parse(text) };
  };
  const made = await call("POST", "", { name: "second" });
  const at = `/${made.body.key_id}`;
  assertEquals(made.status, 201);
  assertEquals((await call("GET", "")).status, 200);
  assertEquals((await call("PATCH", at, { name: "renamed" })).status, 200);
  assertEquals((await call("POST", `${at}/rotate`, {})).status, 201);
  assertEquals((await call("DELETE", at)).status, 204);
});

Deno.test("what is refused of keys says why, and times are ISO 8601", async () => {
  await using t = await testKeys();
  const call = async (method: string, at: string, body?: unknown) => {
    const answer = await t.ada.request(method, at, body);
    return { status: answer.status, ...await answer.json() };
  };
  const none = `${t.path}/${crypto.randomUUID()}`;
  for (
    const [method, at, body] of [
      ["PATCH", none, { name: "x" }],
      ["POST", `${none}/rotate`, {}],
      ["DELETE", none, undefined],
      ["DELETE", `${t.path}/x`, undefined],
    ] as const
  ) assertEquals((await call(method, at, body)).detail, "Your app has no such key.");
  const elsewhere = `/api/apps/${crypto.randomUUID()}/keys`;
  for (const [method, body] of [["GET", undefined], ["POST", { name: "x" }]] as const) {
    assertEquals((await call(method, elsewhere, body)).detail, "You have no app with this id.");
  }
  assertEquals((await call("POST", t.path, {})).errors[0].pointer, "/name");
  assertEquals((await call("POST", t.path, { name: "x", other: 1 })).status, 422);

  const expires_at = new Date(Date.now() + 3_600_000).toISOString();
  const made = await call("POST", t.path, { name: "Timed", expires_at });
  assertEquals([made.status, made.expires_at, made.last_used_at], [201, expires_at, null]);
  assertEquals(made.created_at, new Date(made.created_at).toISOString());
  const headers = { origin: "https://shop.example" };
  const body = { project_id: 7 };
  assertEquals((await t.service.recommendBy(made.api_key, body, headers)).status, 200);
  const [seen] = await t.list();
  assertEquals(seen.page_origin, "https://shop.example");
  for (const time of [seen.page_seen_at, seen.last_used_at]) {
    assertEquals(time, new Date(time).toISOString());
  }
  for (const overlap_seconds of [-1, 30 * 86_400 + 1, 1.5]) {
    const at = `${t.path}/${made.key_id}/rotate`;
    assertEquals((await call("POST", at, { overlap_seconds })).status, 422);
  }
  const at = `${t.path}/${made.key_id.toUpperCase()}/rotate`;
  const rotated = await call("POST", at, { overlap_seconds: 30 * 86_400 });
  assertEquals([rotated.status, rotated.api_key.length], [201, made.api_key.length]);
  for (let n = (await t.list()).length; n < KEYS_AT_MOST; n++) {
    await call("POST", t.path, { name: `Key ${n}` });
  }
  const full = await call("POST", t.path, { name: "One more" });
  assertEquals([full.status, full.detail], [
    409,
    `An app can have at most ${KEYS_AT_MOST} keys at a time: revoke one that is not needed.`,
  ]);
});
