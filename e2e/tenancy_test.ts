/**
 * Tenant isolation: every route of the three OpenAPI documents is requested for Ada's objects by
 * Eve, with Eve's API key, and unauthenticated. New routes are covered automatically, or the test
 * fails and says what is missing.
 */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { Sql } from "postgres";
import { ACCESS, mintToken } from "../functions/http/identity/identity.ts";
import { ownedBy } from "../functions/http/database/owned_by.ts";
import type { OpenApi, Operation } from "../testing/api.ts";
import { servingProject } from "../testing/project.ts";
import { SECRET, testRecommender } from "../testing/recommender.ts";
import { appSet } from "../testing/services/app_set.ts";

/** Texts that no response to Eve may contain. */
const SECRETS_OF_ADA = ["Adas shop", "adas.test", "ann@example.test", "movies.csv", "Solaris"];

/** Valid request bodies; a text in braces is replaced by an id, as in paths. */
const BODIES: Record<string, unknown> = {
  "POST /uploads": { file_name: "a.csv", bytes: 10 },
  "POST /project/{id}/recommendations": { item_title: "Solaris" },
  "POST /project/{id}/recommendations/batch": { users: ["ann"] },
  "PUT /project/{id}/items": { items: [{ item_id: "2" }] },
  "DELETE /project/{id}/items": { item_ids: ["2"] },
  "PUT /project/{id}/items/hidden": { item_ids: ["2"] },
  "PUT /project/{id}/placements/{name}": { logic: "popular" },
  "POST /project/{id}/placements/preview": { name: "home" },
  "PATCH /project/{id}/settings": { budget_seconds: 60 },
  "POST /project/{id}/interactions": { interactions: [{ user_id: "eve", item_id: "1" }] },
  "POST /project/{id}/events": { user_id: "ann", events: [{ type: "view", item_id: "1" }] },
  "POST /project/{id}/users/merge": { from: "visitor", into: "ann" },
  "PUT /project/{id}/mappings": { content: { item_id: "movieId" } },
  "POST /api/apps/register": { app_name: "Another" },
  "PATCH /api/apps/{id}": { webhook_url: null },
  "POST /api/apps/{id}/endpoints": { url: "https://eve.test/hook" },
  "PATCH /api/apps/{id}/endpoints/{endpoint_id}": { enabled: false },
  "POST /api/apps/{id}/endpoints/{endpoint_id}/rotate": {},
  "POST /api/apps/{id}/endpoints/{endpoint_id}/replay": { since: "2020-01-01T00:00:00Z" },
  "POST /api/apps/{id}/keys": { name: "Eve's" },
  "PATCH /api/apps/{id}/keys/{key_id}": { name: "Eve's" },
  "POST /api/apps/{id}/keys/{key_id}/rotate": {},
  "POST /api/apps/{id}/identity-secret": {},
  "POST /api/recommend": { project_id: "{project_id}", item_title: "Solaris" },
  "POST /api/interactions": {
    project_id: "{project_id}",
    user_id: "ann",
    events: [{ type: "view", item_id: "1" }],
  },
  "PUT /api/items": { project_id: "{project_id}", items: [{ item_id: "2" }] },
  "DELETE /api/items": { project_id: "{project_id}", item_ids: ["2"] },
  "POST /api/users/merge": { project_id: "{project_id}", from: "visitor", into: "ann" },
  "POST /api/recommend/batch": { project_id: "{project_id}", users: ["ann"] },
};

/** Routes whose bodies are not JSON. */
const RAW: Record<string, () => { body: BodyInit; type?: string }> = {
  "PUT /uploads/{id}/{n}": () => ({ body: "0123456789", type: "application/octet-stream" }),
  "POST /create-project": () => {
    const form = new FormData();
    form.append("project_name", "Eve's");
    form.append("content_upload_id", "{upload}");
    form.append("content_schema_json", '{"item_id":"movieId","item_title":"title"}');
    return { body: form };
  },
};

/** Routes without authentication, which take no ids. */
const OPEN = ["POST /signup", "POST /login", "POST /refresh", "POST /logout", "GET /airec.js"];

Deno.test("no route returns, changes or reveals another owner's data", async (t) => {
  await using world = await theirWorld();
  for (const name of ["auth", "recommender", "webhooks"] as const) {
    const { paths } = await world.document(name);
    for (const [path, operations] of Object.entries(paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        const route = { name, path, method: method.toUpperCase(), operation };
        const title = `${route.method} ${path}`;
        if (OPEN.includes(title)) continue;
        await t.step(`${name}: ${title}`, () => world.visit(route));
      }
    }
  }
});

type ServiceName = "auth" | "recommender" | "webhooks";

interface Route {
  name: ServiceName;
  path: string;
  method: string;
  operation: Operation & { security?: Record<string, unknown>[] };
}

/** Ids by the parameter names of paths. */
type Ids = Record<string, string>;

/** Starts the three services with Ada's objects, and with Eve's app and project. */
async function theirWorld() {
  const stack = new AsyncDisposableStack();
  const recommender = stack.use(await testRecommender());
  const { sql, service } = recommender;
  const statements: string[] = [];
  service.options.debug = (_connection, statement) => {
    // Session checks are cached for a second, so only one of two requests may make one.
    if (!statement.includes("auth.is_session_alive")) statements.push(statement);
  };
  // Opens all connections of the pool: a new one queries types, unrelated to any route.
  await Promise.all(
    Array.from({ length: service.options.max }, () => service`select pg_sleep(.02)`),
  );

  const apps = appSet(recommender);
  const { webhooks } = apps;

  const project = await servingProject(recommender, "CONTENT");
  const eveId = (await sql`
    insert into auth.users (name, email, password) values ('Eve', 'eve@example.test', '')
    returning id`)[0].id as string;
  const [{ id: adaId }] = await sql`select id from auth.users where name = 'ann'`;
  const ada = await person(adaId, "Adas shop", "https://adas.test/hook");
  const eve = await person(eveId, "Eves shop", "https://eve.test/hook");
  const upload = await (await send("recommender", {
    path: "/uploads",
    method: "POST",
    body: JSON.stringify({ file_name: "adas.csv", bytes: 10 }),
    headers: { authorization: ada.bearer, "content-type": "application/json" },
  })).json();
  const [file] = await sql`select id from recommender.uploaded_files`;
  await sql`select webhooks.emit(${adaId}, 'model.ready', '{}')`;
  const [delivery] = await sql`
    select webhook_id from webhooks.deliveries d join webhooks.apps a on a.id = d.app_id
    where a.owner_id = ${adaId}`;
  const owned: Ids = {
    project: String(project.id),
    project_id: String(project.id),
    file_id: String(file.id),
    version: "1",
    user_id: "ann",
    file: "manifest.json",
    name: "home",
    missing: "1",
    n: "1",
    upload: upload.id,
    app: ada.app.app_id,
    key_id: ada.keyId,
    endpoint_id: ada.endpointId,
    webhook_id: delivery.webhook_id,
  };
  const nothing: Ids = {
    ...owned,
    project: "999999",
    project_id: "999999",
    file_id: "999999",
    upload: crypto.randomUUID(),
    app: crypto.randomUUID(),
    key_id: crypto.randomUUID(),
    endpoint_id: crypto.randomUUID(),
    webhook_id: "msg_00000000000000000000000000000000",
  };
  /** Ada's ids nested in Eve's own app and project must not be accessible either. */
  const withinHers: Ids = { ...owned, app: eve.app.app_id };
  const withinHersNothing: Ids = { ...nothing, app: eve.app.app_id };

  async function person(id: string, appName: string, url: string) {
    const bearer = await bearerOf(id);
    const app = await (await webhooks.request("/api/apps/register", {
      method: "POST",
      headers: { authorization: bearer, "content-type": "application/json" },
      body: JSON.stringify({ app_name: appName, webhook_url: url }),
    })).json();
    const [key] = await sql`select id from webhooks.api_keys where app_id = ${app.app_id}`;
    const [endpoint] = await sql`select id from webhooks.endpoints where app_id = ${app.app_id}`;
    return { bearer, app, keyId: key.id as string, endpointId: endpoint.id as string };
  }

  /** Returns the authorization header of a new session. */
  async function bearerOf(id: string): Promise<string> {
    const [session] = await sql`
      insert into auth.sessions (owner_id, address) values (${id}, '203.0.113.9') returning id`;
    const access = { kind: ACCESS, secret: SECRET, seconds: 600, sessionId: session.id };
    return `Bearer ${await mintToken(id, access)}`;
  }

  async function send(name: ServiceName, request: RequestInit & { path: string }) {
    const { path, ...init } = request;
    return await apps[name].request(path, init);
  }

  /** Sends a request for the given ids; returns the response and the SQL statements it caused. */
  async function ask(route: Route, ids: Ids, headers: Record<string, string>) {
    const { path, body, type } = filled(route, ids);
    statements.length = 0;
    const answer = await send(route.name, {
      path,
      method: route.method,
      headers: { ...headers, ...(type && { "content-type": type }) },
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    await quiet();
    return { status: answer.status, text: masked(text, ids), statements: statements.toSorted() };
  }

  /** Waits until work continued after a response is done. */
  async function quiet(): Promise<void> {
    for (let busy = true; busy;) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      [{ busy }] = await sql<{ busy: boolean }[]>`
        select exists (
          select from pg_stat_activity
          where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()
        ) as busy`;
    }
  }

  async function visit(route: Route): Promise<void> {
    const { operation } = route;
    // A new session for each route, since some routes end it.
    const bearer = await bearerOf(eveId);
    const before = route.method === "GET" ? [] : await rowsOf(sql, adaId);
    const isKeyed = JSON.stringify(operation.security ?? []).includes("apiKey");
    const hers: Record<string, string> = isKeyed
      ? { "x-api-key": eve.app.api_key }
      : { authorization: bearer };
    const swapped: Record<string, string> = isKeyed
      ? { authorization: bearer }
      : { "x-api-key": eve.app.api_key };
    assertNotEquals(operation.security?.length ?? 0, 0, "the route is open to everybody");

    for (const headers of [{}, swapped, { authorization: "Bearer x.y.z", "x-api-key": "x" }]) {
      const [one, other] = [await ask(route, owned, headers), await ask(route, nothing, headers)];
      assertEquals(one.status, 401, one.text);
      assertEquals(one, other);
    }
    const pairs = [[owned, nothing]];
    if (/\{id\}.*\{/.test(route.path) && route.name === "webhooks") {
      pairs.push([withinHers, withinHersNothing]);
    }
    for (const [theirs, none] of pairs) {
      const [one, other] = [await ask(route, theirs, hers), await ask(route, none, hers)];
      if (takesIds(route)) {
        assertEquals(one.status, route.path === "/create-project" ? 422 : 404, one.text);
        // Indistinguishable apart from timing: the same statements and the same text.
        assertEquals(one, other);
      } else {
        assert(one.status < 300 || REFUSALS.includes(one.status), `${one.status} ${one.text}`);
      }
      for (const secret of SECRETS_OF_ADA) assert(!one.text.includes(secret), one.text);
    }
    if (route.method !== "GET") {
      assertEquals(await rowsOf(sql, adaId), before);
      if (!isKeyed && !ANSWERS.test(route.path)) {
        // An invalid Idempotency-Key is refused, so the route evaluates the header.
        const { status, text } = await ask(route, owned, { ...hers, "idempotency-key": "é" });
        assertEquals(status, 400, text);
        assert(text.includes("Idempotency-Key"), text);
      }
    }
    // Ada herself can read the objects, so they exist.
    if (takesIds(route) && route.method === "GET") {
      const mine: Record<string, string> = isKeyed
        ? { "x-api-key": ada.app.api_key }
        : { authorization: ada.bearer };
      const { status, text } = await ask(route, owned, mine);
      assert(status === 200 || NOT_YET.includes(status), `Ada herself gets ${status}: ${text}`);
    }
  }

  return {
    visit,
    document: async (name: ServiceName): Promise<OpenApi> =>
      await (await send(name, { path: "/openapi.json" })).json(),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Routes that only read, or whose repeats are harmless by themselves. */
const ANSWERS = /\/(recommendations(\/batch)?|placements\/preview|events|items|users\/merge)$/;
/** Client errors that Eve may get where no object of Ada's is requested. */
const REFUSALS = [409, 422, 429];
/** Errors that Ada may get for her own objects: of another kind, or a parameter is missing. */
const NOT_YET = [409, 422];

/** Whether a route takes an id. */
function takesIds({ path, method, operation }: Route): boolean {
  const text = JSON.stringify(BODIES[`${method} ${path}`] ?? "");
  return /\{/.test(path) || text.includes("{project_id}") || path === "/create-project" ||
    (operation.parameters ?? []).some(({ name }) => name === "project_id");
}

interface Filled {
  path: string;
  body?: BodyInit;
  type?: string;
}

/** Returns the request of a route with ids filled in. */
function filled({ path, method, operation, name }: Route, ids: Ids): Filled {
  const title = `${method} ${path}`;
  const kindOf = (parameter: string) =>
    parameter !== "id"
      ? parameter
      : path.startsWith("/project/")
      ? "project"
      : path.startsWith("/uploads/")
      ? "upload"
      : "app";
  const put = (text: string) =>
    text.replace(/\{(\w+)\}/g, (_, parameter) => {
      const value = ids[kindOf(parameter)];
      assert(value !== undefined, `${name}'s ${title}: of what of Ada's is {${parameter}}?`);
      return value;
    });
  const query = new URLSearchParams(
    (operation.parameters ?? [])
      .filter((parameter) => parameter.in === "query" && parameter.name in ids)
      .map((parameter) => [parameter.name, ids[parameter.name]]),
  );
  const url = put(path) + (query.size > 0 ? `?${query}` : "");
  const raw = RAW[title]?.();
  if (raw?.body instanceof FormData) {
    const form = new FormData();
    for (const [field, value] of raw.body) form.append(field, put(value as string));
    return { path: url, body: form };
  }
  if (raw) return { path: url, ...raw };
  if (!operation.requestBody || name === "auth") return { path: url };
  const body = BODIES[title];
  assert(body !== undefined, `${name}'s ${title} takes a body: BODIES needs one that it accepts`);
  const text = put(JSON.stringify(body).replaceAll('"{project_id}"', "{project_id}"));
  return { path: url, body: text, type: "application/json" };
}

/** Returns a response without the values that may differ: its request id and the requested ids. */
function masked(text: string, ids: Ids): string {
  let shown = text.replace(/"request_id":"[^"]*"/, '"request_id":"…"');
  for (const id of Object.values(ids)) {
    if (id.length > 5) shown = shown.replaceAll(id, "…");
  }
  return shown.replace(/\b(project|file) \d+/g, "$1 …");
}

/** Returns all rows of an owner, as visible under row-level security. */
async function rowsOf(sql: Sql, owner: string): Promise<string[]> {
  const tables = await sql<{ name: string }[]>`
    select c.oid::regclass::text as name from pg_class c
    where c.relkind = 'r' and c.relrowsecurity
      and has_table_privilege('airec_service', c.oid, 'select')
    order by 1`;
  return await ownedBy(sql, owner).begin(async (sql) => {
    const all = await Promise.all(
      tables.map(({ name }) =>
        sql<{ row: string }[]>`select ${name} || to_jsonb(t)::text as row from ${
          sql(name)
        } t order by 1`
      ),
    );
    return all.flat().map(({ row }) => row);
  });
}
