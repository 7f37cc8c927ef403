import { assertEquals, assertStringIncludes } from "@std/assert";
import { createService } from "./service.ts";

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
    bodyLimitOf: (path) => path === "/streamed" ? "streamed" : 100,
  });
  app.post("/wait", async (c) => {
    const { text } = await c.req.json();
    inside++;
    await go;
    return c.json({ text });
  });
  app.post("/streamed", (c) => c.json({}));
  const post = (body: BodyInit, path = "/wait") =>
    app.request(path, { method: "POST", body, headers: { "content-type": "application/json" } });
  /** Waits for pending requests to be admitted or refused. */
  const settled = () => new Promise((resolve) => setTimeout(resolve, 20));
  return { app, post, letGo, settled, inside: () => inside };
}

/** A request body that sends its first byte and never ends. */
const endless = () =>
  new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode("{")) });

Deno.test("who comes on top is sent away at once, and let in when there is room", async () => {
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

Deno.test("bodies that never come to their end leave room for others", async () => {
  const { post, letGo, settled, inside } = crowded();
  for (let n = 0; n < 20; n++) void post(endless());
  await settled();
  const others = [post('{"text":"a"}'), post('{"text":"b"}')];
  await settled();
  assertEquals(inside(), 2);
  letGo();
  assertEquals((await Promise.all(others)).map(({ status }) => status), [200, 200]);
});
