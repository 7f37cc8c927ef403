import { assert, assertEquals, assertRejects } from "@std/assert";
import postgres, { type Sql } from "postgres";
import { testDatabase } from "../../../testing/database.ts";
import { until } from "../../../testing/until.ts";
import { claimDeliveries, recordAttempt } from "./deliveries.ts";
import { createPinnedRequest } from "../../http/outgoing/pinned_request.ts";
import { createSender, nextOf, type SenderDeps } from "./sender.ts";
import { SECRET_KEY, serveOnLoopback, testService } from "../../../testing/webhooks_service.ts";

const noRecommender = () => new Response(null, { status: 500 });

function senderDeps(sql: Sql): SenderDeps {
  return {
    sql,
    send: createPinnedRequest(),
    resolve: () => Promise.resolve([]),
    clock: Date.now,
    random: () => 0.5,
    secretKey: SECRET_KEY,
    allowLoopback: true,
    log: ({ level, message }) => {
      if (level === "error") throw new Error(message);
    },
    pollMs: 20,
  };
}

/** A sender that runs until the end of its scope. */
function startSender(sql: Sql, changes: Partial<SenderDeps> = {}) {
  const sender = createSender({ ...senderDeps(sql), ...changes });
  const stopping = new AbortController();
  const running = sender.run(stopping.signal);
  return {
    wake: sender.wake,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await running;
    },
  };
}

/** An endpoint whose requests hang until `release()`. */
function hangingOnLoopback() {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  let requests = 0;
  const server = serveOnLoopback(async () => {
    requests++;
    await released;
    return new Response();
  });
  return {
    ...{ url: server.url, requests: () => requests, release },
    [Symbol.asyncDispose]() {
      release();
      return server[Symbol.asyncDispose]();
    },
  };
}

/** Endpoints that hang in other ways than a handler that does not return. */
const HANGING: Record<string, (connection: Deno.TcpConn) => Promise<void>> = {
  "reads nothing": () => Promise.resolve(),
  "reads, and writes nothing": (connection) => drained(connection),
  "stops in the status line": (connection) => written(connection, "HTTP/1.1 20"),
  "headers without an end": (connection) =>
    written(connection, "HTTP/1.1 200 OK\r\n", "x-more: 1\r\n"),
  "a body without an end": (connection) =>
    written(connection, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "1\r\n.\r\n"),
};

async function drained(connection: Deno.TcpConn): Promise<void> {
  while (await connection.read(new Uint8Array(4_096)) !== null);
}

/** Writes `first`, then `again` ten times a second until the connection is closed. */
async function written(connection: Deno.TcpConn, first: string, again?: string): Promise<void> {
  const bytes = (text: string) => new TextEncoder().encode(text);
  await connection.write(bytes(first));
  while (again) {
    await delay(100);
    await connection.write(bytes(again));
  }
}

/** An endpoint that treats each connection in one way until the end of the scope. */
function rawOnLoopback(way: (connection: Deno.TcpConn) => Promise<void>) {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const open: Deno.TcpConn[] = [];
  const accepting = (async () => {
    for await (const connection of listener) {
      open.push(connection);
      way(connection).catch(() => {});
    }
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}/hook`,
    accepted: () => open.length,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      for (const connection of open) connection.close();
    },
  };
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Returns deliveries in order of creation, with `wait` seconds until the next attempt. */
async function deliveries(sql: Sql) {
  return await sql<{ status: string; attempts: number; wait: number; log: number[] }[]>`
    select d.status, d.attempts,
      extract(epoch from d.next_attempt_at - now())::float8 as wait,
      array(
        select status_code from webhooks.delivery_attempts t
        where t.delivery_id = d.id order by t.attempt
      ) as log
    from webhooks.deliveries d order by d.id`;
}

Deno.test("an event is delivered to the endpoint once, and the attempt is listed", async () => {
  const bodies: string[] = [];
  await using endpoint = serveOnLoopback(async (request) => {
    bodies.push(await request.text());
    return new Response("thanks");
  });
  await using service = await testService(noRecommender);
  const { sql } = service;
  const ada = await service.owner("ada@example.org");
  const { app_id } = await ada.register("Movies", endpoint.url);
  await using sender = startSender(sql);
  await sql`
    insert into http.pauses (duty, reason, until) values ('webhooks', 'a copy', 'infinity')`;
  await sql`select webhooks.emit(${ada.id}, 'model.ready', '{"project_id":7}')`;
  await delay(60);
  assertEquals((await deliveries(sql))[0].attempts, 0);
  await sql`delete from http.pauses`;
  sender.wake();
  await until(async () => (await deliveries(sql))[0].status === "DELIVERED");
  await delay(60);
  assertEquals(bodies.length, 1);
  const event = JSON.parse(bodies[0]);
  assertEquals([event.type, event.data], ["model.ready", { project_id: 7 }]);

  const [shown] = await (await ada.request("GET", `/api/apps/${app_id}/deliveries`)).json();
  assert(Date.parse(shown.delivered_at) >= Date.parse(shown.created_at));
  assertEquals([shown.type, shown.status, shown.next_attempt_at], [
    "model.ready",
    "DELIVERED",
    null,
  ]);
  const [{ attempt, status_code, response, error }] = shown.attempts;
  assertEquals([attempt, status_code, response, error], [1, 200, "thanks", null]);
});

Deno.test("a failed delivery is retried under the same id until it succeeds", async () => {
  const ids: string[] = [];
  const answers = [500, 302, 204];
  await using endpoint = serveOnLoopback((request) => {
    ids.push(request.headers.get("webhook-id")!);
    return new Response(null, { status: answers.shift()! });
  });
  await using service = await testService(noRecommender);
  const { sql } = service;
  const ada = await service.owner("ada@example.org");
  await ada.register("Movies", endpoint.url);
  await sql`select webhooks.emit(${ada.id}, 'model.ready', '{}')`;
  await using _sender = startSender(sql);
  for (const [attempts, wait] of [[1, 5], [2, 300]]) {
    await until(async () => (await deliveries(sql))[0].attempts === attempts);
    const [delivery] = await deliveries(sql);
    assertEquals(delivery.status, "PENDING");
    assert(Math.abs(delivery.wait - wait) < 2, `${delivery.wait} s, not ${wait} s`);
    await sql`update webhooks.deliveries set next_attempt_at = now()`;
  }
  await until(async () => (await deliveries(sql))[0].status === "DELIVERED");
  assertEquals((await deliveries(sql))[0].log, [500, 302, 204]);
  assertEquals(new Set(ids).size, 1);
});

Deno.test("retries follow the schedule with 20 % jitter; the tenth failure is the last", () => {
  const failed = { statusCode: 500 };
  const waits = (random: number) =>
    Array.from({ length: 9 }, (_, i) => {
      const next = nextOf(failed, { attempts: i + 1, retryAfter: null, random: () => random });
      return typeof next === "number" ? Math.round(next) : next;
    });
  const [min, hour] = [60, 3600];
  assertEquals(waits(0.5), [
    5,
    5 * min,
    30 * min,
    2 * hour,
    5 * hour,
    10 * hour,
    14 * hour,
    20 * hour,
    24 * hour,
  ]);
  assertEquals(waits(0).slice(0, 2), [4, 240]);
  assertEquals(waits(1).slice(0, 2), [6, 360]);
  const tenth = { attempts: 10, retryAfter: 60, random: () => 0.5 };
  assertEquals(nextOf(failed, tenth), "FAILED");
  assertEquals(nextOf({ statusCode: 200 }, tenth), "DELIVERED");
});

Deno.test("Retry-After can only delay; 410 ends retries; no response is a failure", () => {
  const next = (statusCode: number | null, retryAfter: number | null) =>
    nextOf({ statusCode }, { attempts: 1, retryAfter, random: () => 0.5 });
  assertEquals(next(503, 120), 120);
  assertEquals(next(429, 1), 5);
  assertEquals(next(null, null), 5);
  assertEquals(next(301, null), 5);
  assertEquals(next(410, 120), "FAILED");
});

Deno.test("after 410 nothing more is sent", async () => {
  await using endpoint = serveOnLoopback(() => new Response(null, { status: 410 }));
  await using service = await testService(noRecommender);
  const { sql } = service;
  const ada = await service.owner("ada@example.org");
  await ada.register("Movies", endpoint.url);
  await sql`select webhooks.emit(${ada.id}, 'model.ready', '{}')`;
  await using _sender = startSender(sql);
  await until(async () => (await deliveries(sql))[0].status === "FAILED");
  assertEquals((await deliveries(sql))[0].log, [410]);
});

Deno.test("a hanging endpoint with a long queue delays no other", async () => {
  const { promise: hanging, resolve } = Promise.withResolvers<Response>();
  let hung = 0;
  let arrived = 0;
  await using slow = serveOnLoopback(() => (hung++, hanging.then((answer) => answer.clone())));
  await using quick = serveOnLoopback(() => (arrived++, new Response()));
  await using service = await testService(noRecommender);
  const { sql } = service;
  const [ada, bob] = [await service.owner("a@example.org"), await service.owner("b@example.org")];
  await ada.register("Slow", slow.url);
  await bob.register("Quick", quick.url);
  for (let i = 0; i < 40; i++) await sql`select webhooks.emit(${ada.id}, 'model.ready', '{}')`;
  for (let i = 0; i < 10; i++) await sql`select webhooks.emit(${bob.id}, 'model.ready', '{}')`;
  {
    await using _sender = startSender(sql);
    await until(() => arrived === 10);
    assert(hung > 0 && hung <= 4, `${hung} requests hang`);
    resolve(new Response());
    await until(() => hung === 40);
  }
  const settled = await deliveries(sql);
  assertEquals(settled.filter(({ status }) => status === "DELIVERED").length, 50);
});

Deno.test("forty-eight endpoints of one owner that hang delay another's webhook by no more than seconds", async () => {
  let arrived = 0;
  await using slow = hangingOnLoopback();
  await using quick = serveOnLoopback(() => (arrived++, new Response()));
  await using service = await testService(noRecommender);
  const { sql } = service;
  const [ada, bob] = [await service.owner("a@example.org"), await service.owner("b@example.org")];
  for (const app of ["One", "Two", "Three"]) {
    const { app_id } = await ada.register(app, slow.url);
    for (let i = 1; i < 16; i++) {
      await ada.request("POST", `/api/apps/${app_id}/endpoints`, { url: `${slow.url}/${i}` });
    }
  }
  await bob.register("Quick", quick.url);
  const emit = (owner: string) => sql`select webhooks.emit(${owner}, 'model.ready', '{}')`;
  for (let i = 0; i < 5; i++) await emit(ada.id);
  assertEquals((await deliveries(sql)).length, 5 * 48);
  await using _sender = startSender(sql);
  await until(() => slow.requests() >= 8);
  // Repeatedly, while the other owner's requests hang.
  for (let i = 1; i <= 10; i++) {
    await emit(bob.id);
    await until(() => arrived === i);
  }
  assert(slow.requests() <= 8 * 4, `${slow.requests()} requests of one owner hang`);
  slow.release();
  await until(() => slow.requests() === 5 * 48);
});

Deno.test({
  name: "an owner's endpoints that hang in five ways delay no other owner's webhook",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    let arrived = 0;
    await using quick = serveOnLoopback(() => (arrived++, new Response()));
    await using service = await testService(noRecommender);
    const { sql } = service;
    const [ada, bob] = [await service.owner("a@example.org"), await service.owner("b@example.org")];
    await using stack = new AsyncDisposableStack();
    const endpoints = Object.values(HANGING).map((way) => stack.use(rawOnLoopback(way)));
    for (const [i, { url }] of endpoints.entries()) await ada.register(`Hanging ${i}`, url);
    await bob.register("Quick", quick.url);
    const emit = (owner: string) => sql`select webhooks.emit(${owner}, 'model.ready', '{}')`;
    for (let i = 0; i < 10; i++) await emit(ada.id);
    await using _sender = startSender(sql);
    await until(() => endpoints.every(({ accepted }) => accepted() > 0));
    for (let i = 1; i <= 10; i++) {
      await emit(bob.id);
      await until(() => arrived === i);
    }
  },
});

Deno.test("many owners with hanging endpoints do not delay other owners for long", async () => {
  let arrived = 0;
  await using slow = hangingOnLoopback();
  await using quick = serveOnLoopback(() => (arrived++, new Response()));
  await using service = await testService(noRecommender);
  const { sql } = service;
  const emit = (owner: string) => sql`select webhooks.emit(${owner}, 'model.ready', '{}')`;
  for (let i = 0; i < 6; i++) {
    const owner = await service.owner(`${i}@example.org`);
    const { app_id } = await owner.register("Slow", slow.url);
    for (let n = 1; n < 10; n++) {
      await owner.request("POST", `/api/apps/${app_id}/endpoints`, { url: `${slow.url}/${n}` });
    }
    await emit(owner.id);
  }
  const bob = await service.owner("bob@example.org");
  await bob.register("Quick", quick.url);
  // The test controls the clock, so that hanging endpoints give up their slots at once.
  let now = Date.now();
  await using _sender = startSender(sql, { clock: () => now });
  await until(() => slow.requests() === 16);
  await emit(bob.id);
  now += 2_000;
  await until(() => arrived === 1);
  slow.release();
  await until(() => slow.requests() === 60);
});

Deno.test("a failing endpoint gets one request at a time, after the healthy ones", async () => {
  await using service = await testService(noRecommender);
  const { sql } = service;
  const ada = await service.owner("ada@example.org");
  const { app_id } = await ada.register("Movies", "http://127.0.0.1:9009/");
  await ada.request("POST", `/api/apps/${app_id}/endpoints`, { url: "http://127.0.0.1:9010/" });
  for (let i = 0; i < 5; i++) await sql`select webhooks.emit(${ada.id}, 'model.ready', '{}')`;
  await sql`update webhooks.endpoints set failing_since = now() where is_primary`;
  const [{ id: failing }] = await sql`select id from webhooks.endpoints where is_primary`;
  const claim = (changes: Partial<Parameters<typeof claimDeliveries>[1]>) =>
    claimDeliveries(sql, { endpoints: 9, each: 4, busy: [], leaseSeconds: 30, ...changes });
  const first = await claim({ ofOwner: 1 });
  assertEquals(first.map(({ url }) => url), Array(4).fill("http://127.0.0.1:9010/"));
  const [{ endpoint_id: busy }] = first;
  assertEquals((await claim({ ofOwner: 1, busy: [busy] })).length, 0);
  const second = await claim({ ofOwner: 2, busy: [busy] });
  assertEquals(second.map(({ endpoint_id }) => endpoint_id), [failing]);
});

Deno.test("two senders send each delivery once", async () => {
  const ids: string[] = [];
  await using endpoint = serveOnLoopback((request) => {
    ids.push(request.headers.get("webhook-id")!);
    return new Response();
  });
  await using service = await testService(noRecommender);
  const { sql } = service;
  const ada = await service.owner("ada@example.org");
  await ada.register("Movies", endpoint.url);
  for (let i = 0; i < 30; i++) await sql`select webhooks.emit(${ada.id}, 'model.ready', '{}')`;
  {
    await using _one = startSender(sql);
    await using _two = startSender(sql);
    await until(() => ids.length >= 30);
  }
  assertEquals([ids.length, new Set(ids).size], [30, 30]);
});

Deno.test("a claim is a lease: it expires, and late results are not recorded", async () => {
  await using service = await testService(noRecommender);
  const { sql } = service;
  const ada = await service.owner("ada@example.org");
  await ada.register("Movies", "http://127.0.0.1:9009/");
  await sql`select webhooks.emit(${ada.id}, 'model.ready', '{}')`;
  const claim = () => claimDeliveries(sql, { endpoints: 1, each: 1, busy: [], leaseSeconds: 30 });
  const [first] = await claim();
  assertEquals((await claim()).length, 0);
  await sql`update webhooks.deliveries set next_attempt_at = now()`;
  const [second] = await claim();
  assertEquals(second.id, first.id);
  const attempt = {
    startedAt: new Date(),
    durationMs: 1,
    statusCode: 200,
    requestHeaders: {},
    responseHeaders: null,
    response: "",
    error: null,
  };
  await recordAttempt(sql, second, { attempt, next: "DELIVERED" });
  await recordAttempt(sql, first, { attempt: { ...attempt, statusCode: 500 }, next: 5 });
  const [{ status, attempts, log }] = await deliveries(sql);
  assertEquals([status, attempts, log], ["DELIVERED", 1, [200]]);
});

Deno.test("a sender that is woken does not wait for its poll", async () => {
  let arrived = 0;
  await using endpoint = serveOnLoopback(() => (arrived++, new Response()));
  await using service = await testService(noRecommender);
  const { sql } = service;
  const ada = await service.owner("ada@example.org");
  await ada.register("Movies", endpoint.url);
  await using sender = startSender(sql, { pollMs: 60_000 });
  const listening = await sql.listen("webhooks_due", sender.wake);
  await sql`select webhooks.emit(${ada.id}, 'model.ready', '{}')`;
  await until(() => arrived === 1);
  await listening.unlisten();
});

Deno.test("a drain sends all that is due, then ends", async () => {
  let arrived = 0;
  await using endpoint = serveOnLoopback(() => (arrived++, new Response()));
  await using service = await testService(noRecommender);
  const { sql } = service;
  const ada = await service.owner("ada@example.org");
  await ada.register("Movies", endpoint.url);
  const sender = createSender({ ...senderDeps(sql), pollMs: 60_000 });
  for (let i = 0; i < 9; i++) await sql`select webhooks.emit(${ada.id}, 'model.ready', '{}')`;
  await sender.drain(new AbortController().signal);
  assertEquals(arrived, 9);
  assert((await deliveries(sql)).every(({ status }) => status === "DELIVERED"));
  await sender.drain(new AbortController().signal);
  assertEquals(arrived, 9);
});

Deno.test("a stopping sender finishes deliveries in progress and claims no more", async () => {
  const { promise: hanging, resolve } = Promise.withResolvers<Response>();
  let arrived = 0;
  await using endpoint = serveOnLoopback(() => (arrived++, hanging));
  await using service = await testService(noRecommender);
  const { sql } = service;
  const ada = await service.owner("ada@example.org");
  await ada.register("Movies", endpoint.url);
  await sql`select webhooks.emit(${ada.id}, 'model.ready', '{}')`;
  const sender = startSender(sql);
  await until(() => arrived === 1);
  const stopped = sender[Symbol.asyncDispose]();
  await sql`select webhooks.emit(${ada.id}, 'model.ready', '{}')`;
  resolve(new Response());
  await stopped;
  const [first, second] = await deliveries(sql);
  assertEquals([first.status, first.log], ["DELIVERED", [200]]);
  assertEquals([second.status, second.attempts], ["PENDING", 0]);
});

Deno.test("an unavailable database is logged and tried again", async () => {
  await using endpoint = serveOnLoopback(() => new Response());
  await using service = await testService(noRecommender);
  const { sql } = service;
  const ada = await service.owner("ada@example.org");
  await ada.register("Movies", endpoint.url);
  await sql`alter table webhooks.deliveries rename to away`;
  const said: string[] = [];
  await using _sender = startSender(sql, { log: ({ message }) => said.push(message) });
  await until(() => said.length > 1);
  await sql`alter table webhooks.away rename to deliveries`;
  await sql`select webhooks.emit(${ada.id}, 'model.ready', '{}')`;
  await until(async () => (await deliveries(sql))[0].status === "DELIVERED");
  await assertRejects(() => sql`select from webhooks.away`);
});

Deno.test("claiming needs nothing from the database but the query", async () => {
  await using database = await testDatabase();
  // As behind a connection pooler, or as the first query of a connection.
  const sql = postgres(database.url, { max: 1, fetch_types: false });
  for (const busy of [[], [crypto.randomUUID()], [crypto.randomUUID(), crypto.randomUUID()]]) {
    const claimed = await claimDeliveries(sql, { endpoints: 1, each: 1, busy, leaseSeconds: 30 });
    assertEquals(claimed.length, 0);
  }
  await sql.end();
});
