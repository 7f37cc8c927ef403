/** The service for tests: a real database, and a real HTTP server as the recommender. */
import { testDatabase } from "./database.ts";
import { changedWithin, DRIVER, fetchWhole, inWorkerd } from "./in_workerd.ts";
import { noteLog, noteSecrets, noteSecretsOf } from "./runner/traces.ts";
import { ACCESS, mintToken } from "../functions/http/identity/identity.ts";
import { type App, createApp } from "../functions/webhooks/app.ts";
import type { WebhooksDeps } from "../functions/webhooks/deps.ts";
import { createRecommender } from "../functions/webhooks/calls/recommender.ts";

export const JWT_SECRET = "a secret of more than thirty-two bytes";
export const SERVICE_SECRET = "another secret of more than thirty-two bytes";
export const SECRET_KEY = new Uint8Array(32).fill(7);

const DASHBOARD = "http://dashboard.test";

noteSecrets(JWT_SECRET, SERVICE_SECRET);

/** Origin of the tests' shop. */
export const PAGE = "https://shop.example";

/** A page's request. A string body is sent as it is, others as JSON. */
interface FromPage {
  body?: unknown;
  /** Null omits the header. */
  origin?: string | null;
  address?: string;
  headers?: Record<string, string>;
}

/** Serves on a free loopback port until the end of its scope. */
export function serveOnLoopback(handler: (request: Request) => Response | Promise<Response>) {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, handler);
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/**
 * The service on an empty database, with `recommend` as its recommender; in workerd when the suite
 * runs there, unless `changes` replace its parts.
 */
export async function testService(
  recommend: (request: Request) => Response | Promise<Response>,
  changes: Partial<WebhooksDeps> = {},
) {
  const stack = new AsyncDisposableStack();
  const { sql, service } = stack.use(await testDatabase());
  const { url } = stack.use(serveOnLoopback(recommend));
  const driver = Deno.env.get(DRIVER);
  const { allowLoopback = true, ...inside } = changes;
  const app = driver && !changedWithin("webhooks", inside)
    ? await workerdWebhooks(driver, { recommender: url, allowLoopback })
    : createApp({
      sql: service,
      recommender: createRecommender({ url, secret: SERVICE_SECRET, fetch }),
      jwtSecrets: [JWT_SECRET],
      secretKey: SECRET_KEY,
      allowLoopback,
      trustedProxies: [],
      dashboardOrigin: DASHBOARD,
      log: noteLog,
      ...inside,
    });

  /** Creates an account; its requests carry its token. */
  async function owner(email: string) {
    const [{ id }] = await sql`
      insert into auth.users (name, email, password) values ('Owner', ${email}, 'none')
      returning id`;
    const token = await mintToken(id, { kind: ACCESS, secret: JWT_SECRET, seconds: 60 });
    noteSecrets(token);
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const request = (method: string, path: string, body?: unknown) =>
      app.request(path, {
        method,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    const register = async (app_name: string, webhook_url?: string, rules = {}) => {
      const asked = { app_name, webhook_url, ...rules };
      const answer = await request("POST", "/api/apps/register", asked);
      const app = await answer.json();
      noteSecretsOf(app);
      return app;
    };
    return { id: id as string, headers, request, register };
  }

  /** A recommendation request by key. */
  function recommendBy(key: string, body: unknown, headers: Record<string, string> = {}) {
    return app.request("/api/recommend", {
      method: "POST",
      headers: { "x-api-key": key, "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  }

  /** A request from a page with a publishable key. */
  function fromPage(
    key: string,
    path: string,
    { body, origin = PAGE, address = "203.0.113.7", headers = {} }: FromPage = {},
  ) {
    const init: RequestInit = {
      method: body === undefined ? "GET" : "POST",
      headers: {
        "x-api-key": key,
        // Cloudflare's header with the client's address.
        "cf-connecting-ip": address,
        ...(origin !== null && { origin }),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    };
    return app.request(path, init, { peer: address });
  }

  return {
    sql,
    app,
    owner,
    recommendBy,
    fromPage,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** The service in workerd, with this test's recommender. */
async function workerdWebhooks(
  driver: string,
  { recommender, allowLoopback }: { recommender: string; allowLoopback: boolean },
): Promise<App> {
  const { url } = await inWorkerd(driver, {
    name: "webhooks",
    recommender,
    settings: {
      ...{ JWT_SECRET, SERVICE_SECRET, DASHBOARD_ORIGIN: DASHBOARD },
      AIREC_SECRET_KEY: SECRET_KEY.toBase64({ alphabet: "base64url", omitPadding: true }),
      WEBHOOKS_ALLOW_LOOPBACK: String(allowLoopback),
    },
  });
  const request = (path: string, init?: RequestInit) => fetchWhole(url + path, init);
  return { request } as unknown as App;
}
