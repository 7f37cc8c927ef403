import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Webhook } from "standardwebhooks";
import type { ClaimedDelivery } from "./deliveries.ts";
import { createPinnedRequest } from "../../http/outgoing/pinned_request.ts";
import type { SendPinned } from "../../http/outgoing/pinned_request.ts";
import { postWebhook, type PostWebhookDeps } from "./post_webhook.ts";
import { seal } from "../../http/secrets/sealed.ts";
import { SECRET_KEY, serveOnLoopback } from "../../../testing/webhooks_service.ts";
import { newWebhookSecret } from "./signature.ts";

const secret = newWebhookSecret();

async function deliveryTo(url: string): Promise<ClaimedDelivery> {
  return {
    id: "1",
    endpoint_id: "endpoint",
    webhook_id: "msg_1",
    attempts: 0,
    type: "model.ready",
    body: '{"title":"Amélie"}',
    url,
    secret: await seal(secret, { key: SECRET_KEY, owner: "endpoint" }),
    previous_secret: null,
    request_id: null,
  };
}

async function post(url: string, changes: Partial<PostWebhookDeps & { cut: AbortSignal }> = {}) {
  return await postWebhook(await deliveryTo(url), {
    send: createPinnedRequest(),
    resolve: (name) => Promise.resolve(name === "localhost" ? ["127.0.0.1"] : []),
    clock: Date.now,
    secretKey: SECRET_KEY,
    allowLoopback: true,
    cut: new AbortController().signal,
    ...changes,
  });
}

Deno.test("an endpoint receives a signature that the reference library verifies", async () => {
  const seen: { headers: Headers; body: string }[] = [];
  await using endpoint = serveOnLoopback(async (request) => {
    seen.push({ headers: request.headers, body: await request.text() });
    return new Response("thanks");
  });
  const { attempt, retryAfter } = await post(endpoint.url);
  assertEquals(
    [attempt.statusCode, attempt.response, attempt.error, retryAfter],
    [200, "thanks", null, null],
  );
  const [{ headers, body }] = seen;
  assertEquals(new Webhook(secret).verify(body, Object.fromEntries(headers)), { title: "Amélie" });
  assertEquals(
    ["webhook-id", "airec-event", "content-type"].map((name) => headers.get(name)),
    ["msg_1", "model.ready", "application/json"],
  );
});

Deno.test("a redirect is not followed", async () => {
  let followed = false;
  await using endpoint = serveOnLoopback((request) => {
    if (new URL(request.url).pathname === "/inside") followed = true;
    return new Response(null, { status: 307, headers: { location: "/inside" } });
  });
  const { attempt } = await post(endpoint.url);
  assertEquals([attempt.statusCode, followed], [307, false]);
});

Deno.test("an endpoint that does not respond in time is a failure", async () => {
  const { promise: hanging, resolve } = Promise.withResolvers<Response>();
  await using endpoint = serveOnLoopback(() => hanging);
  const { attempt } = await post(endpoint.url, { timeoutMs: 50 });
  assertEquals([attempt.statusCode, attempt.error], [null, "No response within 0.05 s."]);
  resolve(new Response());
});

Deno.test("a name that does not resolve in time is a failure", async () => {
  const { attempt } = await post("http://slow.example/", {
    timeoutMs: 50,
    resolve: () => new Promise(() => {}),
  });
  assertEquals([attempt.statusCode, attempt.error], [null, "No response within 0.05 s."]);
});

Deno.test("only the beginning of an endless response is read, and its status counts", async () => {
  let sent = 0;
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  await using endpoint = serveOnLoopback(() => {
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1000;
        controller.enqueue(new Uint8Array(1000).fill(sent === 1000 ? 0 : 97));
      },
      cancel: () => resolve(),
    });
    return new Response(body);
  });
  const { attempt } = await post(endpoint.url);
  await ended;
  assertEquals(attempt.statusCode, 200);
  assertEquals(attempt.response, "\uFFFD".repeat(1000) + "a".repeat(1000));
});

Deno.test("a response without its body keeps its status", async () => {
  await using endpoint = serveOnLoopback(() =>
    new Response(
      new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([111, 107])) }),
    )
  );
  const { attempt } = await post(endpoint.url, { timeoutMs: 100 });
  assertEquals([attempt.statusCode, attempt.response, attempt.error], [200, "ok", null]);
});

Deno.test("nothing is sent to loopback unless allowed, and never to private addresses", async () => {
  const fetched: string[] = [];
  const spied: SendPinned = (url) => {
    fetched.push(url);
    return Promise.resolve(new Response());
  };
  const addresses: Record<string, string[]> = {
    "hooks.example": ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"],
    "half.example": ["93.184.216.34", "10.0.0.1"],
    "six.example": ["93.184.216.34", "fd00::1"],
    "metadata.example": ["169.254.169.254"],
    "self.example": ["127.0.0.1"],
    localhost: ["127.0.0.1", "::1"],
    "nowhere.example": [],
  };
  const reached = async (url: string, allowLoopback: boolean) => {
    const { attempt } = await post(url, {
      send: spied,
      resolve: (name) => Promise.resolve(addresses[name]),
      allowLoopback,
    });
    assert((attempt.statusCode === 200) === (attempt.error === null));
    return attempt.statusCode === 200;
  };
  const urls = [
    "https://hooks.example/",
    "http://93.184.216.34/",
    "http://self.example/",
    "http://localhost:9009/",
    "http://127.1:9009/",
    "http://[::1]:9009/",
    "http://half.example/",
    "http://six.example/",
    "http://metadata.example/",
    "http://2852039166/",
    "http://nowhere.example/",
  ];
  const results = async (allowLoopback: boolean) => {
    const reachedUrls = [];
    for (const url of urls) if (await reached(url, allowLoopback)) reachedUrls.push(url);
    return reachedUrls;
  };
  assertEquals(await results(false), urls.slice(0, 2));
  assertEquals(fetched, urls.slice(0, 2));
  assertEquals(await results(true), urls.slice(0, 6));
});

Deno.test("Retry-After is read as seconds and as a date, up to a day", async () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  let header = "";
  await using endpoint = serveOnLoopback(() =>
    new Response(null, { status: 503, headers: { "retry-after": header } })
  );
  const after = async (value: string) => {
    header = value;
    return (await post(endpoint.url, { clock: () => now })).retryAfter;
  };
  assertEquals(await after("120"), 120);
  assertEquals(await after("Thu, 01 Jan 2026 01:00:00 GMT"), 3600);
  assertEquals(await after("Wed, 31 Dec 2025 00:00:00 GMT"), 0);
  assertEquals(await after("99999999"), 86400);
  assertEquals(await after("soon"), null);
});

Deno.test("a secret that cannot be decrypted and a closed port are reported", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const closed = `http://127.0.0.1:${listener.addr.port}/`;
  listener.close();
  const other = await post(closed, { secretKey: new Uint8Array(32) });
  assertStringIncludes(other.attempt.error!, "secret cannot be decrypted");
  const { attempt } = await post(closed);
  assertEquals(attempt.statusCode, null);
  assert(attempt.error);
});
