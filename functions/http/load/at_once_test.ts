import { assertEquals, assertStringIncludes } from "@std/assert";
import { Hono } from "hono";
import { atOnce } from "./at_once.ts";
import { accepts } from "../body/body_limits.ts";
import { problemOf, problemResponse } from "../problem.ts";
import { createService } from "../service/service.ts";

/** A service limited to four concurrent requests; requests to `/wait` block until `letGo()`. */
function crowded() {
  const { promise: go, resolve: letGo } = Promise.withResolvers<void>();
  let inside = 0;
  const app = createService({
    name: "test",
    description: "Waits.",
    dashboardOrigin: "http://dashboard.test",
    checks: {},
    log: () => {},
    atOnce: 4,
    bodyLimit: 100,
  });
  app.post("/wait", async (c) => {
    const { text } = await c.req.json();
    inside++;
    await go;
    return c.json({ text });
  });
  app.post("/streamed", accepts(() => "streamed"), (c) => c.json({}));
  const post = (body: BodyInit, path = "/wait") =>
    app.request(path, { method: "POST", body, headers: { "content-type": "application/json" } });
  /** Waits for pending requests to be admitted or refused. */
  const settled = () => new Promise((resolve) => setTimeout(resolve, 20));
  return { app, post, letGo, settled, inside: () => inside };
}

/** A request body that sends its first byte and never ends. */
const endless = () =>
  new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode("{")) });

Deno.test("requests above the limit are refused at once, and admitted when there is room", async () => {
  const { app, post, letGo, settled, inside } = crowded();
  const first = Array.from({ length: 4 }, () => post('{"text":"é"}'));
  await settled();
  const refused = await post('{"text":"é"}');
  assertEquals([refused.status, refused.headers.get("retry-after")], [503, "1"]);
  assertEquals(refused.headers.get("access-control-allow-origin"), "http://dashboard.test");
  assertStringIncludes((await refused.json()).detail, "4 requests");
  // Health checks bypass the limit; streamed bodies are not counted.
  assertEquals((await app.request("/health")).status, 200);
  assertEquals((await post("x", "/streamed")).status, 200);
  letGo();
  for (const answer of await Promise.all(first)) {
    assertEquals([answer.status, await answer.json()], [200, { text: "é" }]);
  }
  assertEquals((await post('{"text":"é"}')).status, 200);
  assertEquals(inside(), 5);
});

Deno.test("endless bodies leave capacity for other requests", async () => {
  const { post, letGo, settled, inside } = crowded();
  for (let n = 0; n < 20; n++) void post(endless());
  await settled();
  const others = [post('{"text":"a"}'), post('{"text":"b"}')];
  await settled();
  assertEquals(inside(), 2);
  letGo();
  assertEquals((await Promise.all(others)).map(({ status }) => status), [200, 200]);
});

/** A service with a controlled clock, whose requests the test completes. */
function queued() {
  const waiting: (() => void)[] = [];
  let now = 0;
  const app = new Hono();
  app.use(atOnce(500, { clock: () => now }));
  app.onError((error, c) => problemResponse(c, problemOf(error)));
  app.get("/", async (c) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    return c.text("");
  });
  const statuses: number[] = [];
  const retryAfter = new Set<string | null>();
  const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
  return {
    statuses,
    retryAfter,
    waiting,
    /** Advances the clock, completes `complete` requests, then sends `ask` new ones. */
    async pass(
      ms: number,
      { ask = 0, complete = 0, by = "" }: { ask?: number; complete?: number; by?: string },
    ) {
      now += ms;
      for (const done of waiting.splice(0, complete)) done();
      await settled();
      for (let i = 0; i < ask; i++) {
        const headers = { authorization: by };
        void Promise.resolve(app.request("/", { headers })).then(({ status, headers }) => {
          statuses.push(status);
          if (status === 503) retryAfter.add(headers.get("retry-after"));
        });
      }
      await settled();
    },
  };
}

Deno.test("under load as many requests are admitted as meet the target latency", async () => {
  const { pass, statuses, waiting, retryAfter } = queued();
  await pass(0, { ask: 600 });
  // Before any measurement the limit is a third of the capacity.
  assertEquals([waiting.length, statuses.length], [167, 433]);
  // At 200 completions per second, about 60 requests have a latency of 300 ms.
  for (let i = 0; i < 100; i++) await pass(50, { ask: 40, complete: 10 });
  assertEquals(waiting.length >= 50 && waiting.length <= 90, true, `${waiting.length} wait`);
  // At 40 per second the limit falls to its minimum.
  for (let i = 0; i < 60; i++) await pass(50, { ask: 40, complete: 2 });
  assertEquals(waiting.length >= 48 && waiting.length <= 52, true, `${waiting.length} wait`);
  assertEquals([...retryAfter], ["1"]);
  // At 800 per second it rises again.
  for (let i = 0; i < 150; i++) await pass(50, { ask: 200, complete: 40 });
  assertEquals(waiting.length >= 160 && waiting.length <= 400, true, `${waiting.length} wait`);
});

Deno.test("a caller with very many requests leaves places to others", async () => {
  const { pass, statuses, waiting } = queued();
  await pass(0, { ask: 1, by: "Bearer small" });
  await pass(0, { ask: 400, by: "Bearer large" });
  assertEquals(waiting.length, 126, "three quarters of 167");
  await pass(1, { ask: 30, by: "Bearer small" });
  assertEquals([waiting.length, statuses.length], [156, 275]);
});

Deno.test("slow requests do not lower the limit for others", async () => {
  const { pass, statuses, waiting } = queued();
  await pass(0, { ask: 160 });
  for (let i = 0; i < 10; i++) await pass(250, {});
  assertEquals([waiting.length, statuses.length], [160, 0]);
  // The long requests do not complete; later ones complete at once.
  const long = waiting.splice(0);
  for (let i = 0; i < 80; i++) await pass(50, { ask: 10, complete: 10 });
  assertEquals(statuses.filter((status) => status === 503).length, 0);
  long.forEach((done) => done());
});

Deno.test("without responses few requests are admitted, and all again after recovery", async () => {
  const { pass, statuses, waiting } = queued();
  for (let i = 0; i < 40; i++) await pass(250, { ask: 50 });
  assertEquals(waiting.length < 400, true, `${waiting.length} wait`);
  const refused = () => statuses.filter((status) => status === 503).length;
  assertEquals(refused() > 1_000, true);
  await pass(50, { complete: waiting.length });
  await pass(3_000, {});
  const before = refused();
  await pass(0, { ask: 160 });
  assertEquals(refused(), before);
  await pass(0, { complete: 160 });
});
