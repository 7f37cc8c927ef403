/** Endpoints of an app with a sender and a receiver, for tests of their routes. */
import { createPinnedRequest } from "../../functions/http/outgoing/pinned_request.ts";
import { createSender } from "../../functions/webhooks/outbox/sender.ts";
import { SECRET_KEY, serveOnLoopback, testService } from "../webhooks_service.ts";

interface Received {
  path: string;
  type: string;
  id: string;
  headers: Record<string, string>;
  body: string;
}

/** A service with a sender, an app of Ada's, and a receiver with responses by path. */
export async function testEndpoints(answers: Record<string, () => Response> = {}) {
  const stack = new AsyncDisposableStack();
  const received: Received[] = [];
  const receiver = stack.use(serveOnLoopback(async (request) => {
    const path = new URL(request.url).pathname;
    received.push({
      path,
      type: request.headers.get("airec-event")!,
      id: request.headers.get("webhook-id")!,
      headers: Object.fromEntries(request.headers),
      body: await request.text(),
    });
    return answers[path]?.() ?? new Response("thanks");
  }));
  const service = stack.use(
    await testService(() =>
      new Response('{"recommendations":[]}', { headers: { "content-type": "application/json" } })
    ),
  );
  const { sql } = service;
  const ada = await service.owner("ada@example.org");
  const app = await ada.register("Movies");
  const path = `/api/apps/${app.app_id}`;

  /** Sends until no delivery is due. */
  async function send(): Promise<void> {
    const stopping = new AbortController();
    const sender = createSender({
      sql,
      send: createPinnedRequest(),
      resolve: () => Promise.resolve([]),
      clock: Date.now,
      random: () => 0.5,
      secretKey: SECRET_KEY,
      allowLoopback: true,
      log: () => {},
      pollMs: 10,
    });
    const running = sender.run(stopping.signal);
    for (let due = 1; due > 0; await new Promise((resolve) => setTimeout(resolve, 10))) {
      [{ due }] = await sql`
        select count(*)::int as due from webhooks.deliveries
        where status = 'PENDING' and (held or next_attempt_at <= now())`;
    }
    stopping.abort();
    await running;
  }

  async function add(at: string, rules: Record<string, unknown> = {}) {
    const answer = await ada.request("POST", `${path}/endpoints`, {
      url: receiver.url + at,
      ...rules,
    });
    return await answer.json();
  }
  const list = async () => await (await ada.request("GET", `${path}/endpoints`)).json();
  const emit = (type: string) => sql`select webhooks.emit(${ada.id}, ${type}, '{"project_id":7}')`;
  const deliveries = async (query = "") =>
    await (await ada.request("GET", `${path}/deliveries${query}`)).json();
  const post = async (at: string, body?: unknown) => {
    const answer = await ada.request("POST", path + at, body);
    return { status: answer.status, ...await answer.json() };
  };
  return {
    ...{ service, sql, ada, app, path, url: receiver.url, received },
    ...{ send, add, list, emit, deliveries, post },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
