/** Every route declares its access, and rejects other callers before any other effect. */
import { assertEquals } from "@std/assert";
import { createApp as createAuth } from "../functions/auth/app.ts";
import {
  ACCESS,
  mintToken,
  type Role,
  ROLES,
  SERVICE,
} from "../functions/http/identity/identity.ts";
import { includes, type RouteAccess } from "../functions/http/identity/roles.ts";
import { createApp as createRecommender } from "../functions/recommender/app.ts";
import { QUOTAS } from "../functions/recommender/projects/quotas.ts";
import { createApp as createWebhooks } from "../functions/webhooks/app.ts";

const SECRET = "a secret of more than thirty-two bytes";
const OWNER = "0b9c3a52-8f0e-4c43-9d5e-0a4f1d6a7b11";
const ORIGIN = "http://dashboard.test";

const shared = { dashboardOrigin: ORIGIN, log: () => {}, jwtSecrets: [SECRET], trustedProxies: [] };

/** A database whose statements fail: a request that reaches it was let in. */
const reached = {
  then: (_: unknown, reject: (error: Error) => void) => reject(new Error("reached")),
};
const sql = Object.assign(() => reached, { begin: () => reached });

/** A recommender whose people and services have the role `role`. */
const recommender = (role: Role) =>
  createRecommender({
    ...shared,
    sql,
    quotas: QUOTAS,
    trusted: [ACCESS, SERVICE].map((kind) => ({ kind: { ...kind, role }, secrets: [SECRET] })),
  } as never);

const services = {
  auth: createAuth({ ...shared, sql } as never),
  webhooks: createWebhooks({
    ...shared,
    sql,
    recommender: {},
    secretKey: new Uint8Array(32),
  } as never),
  recommender: recommender("owner"),
};

/** Routes of every service that are no part of its API. */
const SHARED = ["GET /docs", "GET /docs.css", "GET /health", "GET /openapi.json", "GET /ready"];

/** Routes without a login. */
const OPEN = ["GET /airec.js", "POST /login", "POST /logout", "POST /refresh", "POST /signup"];

/** Returns how each route is opened, by method and path. */
async function accessOf(app: { request: typeof services.auth.request }) {
  const { paths } = await (await app.request("/openapi.json")).json();
  const routes: [string, RouteAccess][] = [];
  for (const [path, item] of Object.entries<Record<string, Record<string, unknown>>>(paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const access = operation["x-airec-access"] as RouteAccess;
      routes.push([`${method.toUpperCase()} ${path}`, access]);
    }
  }
  return routes.sort();
}

Deno.test("every route declares its access, and the open routes are listed", async () => {
  const open: string[] = [];
  for (const [name, app] of Object.entries(services)) {
    const routes = await accessOf(app as never);
    const known: unknown[] = [...ROLES, "key", "open"];
    const silent = routes.filter(([, access]) => !known.includes(access)).map(([route]) => route);
    assertEquals(silent, [], `${name}: say behindRole, byKey or OPEN in the route's definition`);
    open.push(...routes.filter(([, access]) => access === "open").map(([route]) => route));

    // A route that is missing from the OpenAPI document would not be tested.
    const served = app.routes.filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
    const described = routes.map(([route]) => route);
    assertEquals([...new Set(served)].sort(), [...described, ...SHARED].sort(), name);
  }
  assertEquals(open.sort(), OPEN);
});

/** Changes that the webhooks service makes for keys, too, and that are refused to viewers. */
const CHANGES = [
  "PUT /project/{id}/items",
  "DELETE /project/{id}/items",
  "POST /project/{id}/events",
  "POST /project/{id}/users/merge",
];

Deno.test("writes need an editor, and accept no publishable key", async () => {
  for (const [name, app] of Object.entries(services)) {
    for (const [route, access] of await accessOf(app as never)) {
      if (access === "open" || access === "key" || route.startsWith("GET ")) continue;
      const isAnswer = / \/project\/{id}\/(recommendations(\/batch)?|placements\/preview)$/.test(
        route,
      );
      const writes = !isAnswer && !CHANGES.includes(route);
      assertEquals(includes(access, "editor"), writes, `${name}: ${route} for ${access}`);
    }
  }
});

Deno.test("a caller below a route's role is rejected before the database and body are read", async () => {
  const routes = await accessOf(services.recommender as never);
  for (const role of ROLES) {
    const app = recommender(role);
    const kind = role === "service" ? SERVICE : ACCESS;
    const token = await mintToken(OWNER, { kind, secret: SECRET, seconds: 60 });
    for (const [route, access] of routes) {
      const [method, path] = route.split(" ");
      const refused = !includes(role, access as Role) ||
        (role === "viewer" && CHANGES.includes(route));
      const answer = await app.request(path.replaceAll(/{\w+}/g, "7"), {
        method,
        headers: { authorization: `Bearer ${token}`, "idempotency-key": "k" },
      });
      assertEquals(answer.status === 403, refused, `${role} at ${route}: ${answer.status}`);
      if (refused) assertEquals((await answer.json()).code, "forbidden");
      else await answer.body?.cancel();
    }
  }
});

Deno.test("the 403 for a missing role is documented where it can occur", async () => {
  for (const app of Object.values(services)) {
    const { paths } = await (await app.request("/openapi.json")).json();
    for (const item of Object.values<Record<string, Record<string, unknown>>>(paths)) {
      for (const operation of Object.values(item)) {
        const access = operation["x-airec-access"] as Role;
        if (!ROLES.includes(access) || access === ROLES[0]) continue;
        assertEquals("403" in (operation.responses as Record<string, unknown>), true);
      }
    }
  }
});
