/** The service for its tests: a real database, and a recommender that is a real server. */
import { testDatabase } from "../../dev/test_database.ts";
import { noteLog, noteSecrets, noteSecretsOf } from "../../dev/traces.ts";
import { ACCESS, mintToken } from "../http/identity.ts";
import { createApp } from "./app.ts";
import type { WebhooksDeps } from "./deps.ts";
import { createRecommender } from "./recommender.ts";

export const JWT_SECRET = "a secret of more than thirty-two bytes";
export const SERVICE_SECRET = "another secret of more than thirty-two bytes";
export const SECRET_KEY = new Uint8Array(32).fill(7);

noteSecrets(JWT_SECRET, SERVICE_SECRET);

/** Serves on a free loopback port until the end of its scope. */
export function serveOnLoopback(handler: (request: Request) => Response | Promise<Response>) {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, handler);
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** The service on an empty database before a recommender that answers by `recommend`. */
export async function testService(
  recommend: (request: Request) => Response | Promise<Response>,
  changes: Partial<WebhooksDeps> = {},
) {
  const stack = new AsyncDisposableStack();
  const { sql, service } = stack.use(await testDatabase());
  const { url } = stack.use(serveOnLoopback(recommend));
  const app = createApp({
    sql: service,
    recommender: createRecommender({ url, secret: SERVICE_SECRET, fetch }),
    jwtSecrets: [JWT_SECRET],
    secretKey: SECRET_KEY,
    allowLoopback: true,
    dashboardOrigin: "http://dashboard.test",
    log: noteLog,
    ...changes,
  });

  /** A new account; its requests carry its token. */
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
    const register = async (app_name: string, webhook_url?: string) => {
      const answer = await request("POST", "/api/apps/register", { app_name, webhook_url });
      const app = await answer.json();
      noteSecretsOf(app);
      return app;
    };
    return { id: id as string, headers, request, register };
  }

  /** A call by key. */
  function recommendBy(key: string, body: unknown, headers: Record<string, string> = {}) {
    return app.request("/api/recommend", {
      method: "POST",
      headers: { "x-api-key": key, "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  }

  return {
    sql,
    app,
    owner,
    recommendBy,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
