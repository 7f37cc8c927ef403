import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createRoute, z } from "@hono/zod-openapi";
import { fromAnyOrigin } from "./any_origin.ts";
import { accepts } from "../body/body_limits.ts";
import { ACCESS, mintToken, SERVICE, signedIn } from "../identity/identity.ts";
import { Problem, problemOf, problemResponses } from "../problem.ts";
import { createService, type LogEntry } from "./service.ts";

const SECRET = "a secret of more than thirty-two bytes";
const OWNER = "0b9c3a52-8f0e-4c43-9d5e-0a4f1d6a7b11";

function example({ bodyLimit = 100 } = {}) {
  const entries: LogEntry[] = [];
  const service = createService({
    name: "example",
    description: "An example.",
    dashboardOrigin: "http://dashboard.test",
    bodyLimit: 10,
    checks: { database: () => Promise.resolve() },
    log: (entry) => entries.push(entry),
  });
  service.use("/me", signedIn([{ kind: ACCESS, secrets: [SECRET] }]));
  const app = service
    .openapi(
      createRoute({
        method: "post",
        path: "/notes",
        middleware: accepts(() => bodyLimit),
        request: {
          body: {
            required: true,
            content: { "application/json": { schema: z.object({ text: z.string().min(1) }) } },
          },
        },
        responses: {
          201: {
            description: "Made",
            content: { "application/json": { schema: z.object({ text: z.string() }) } },
          },
          ...problemResponses("invalid_input"),
        },
      }),
      (c) => c.json({ text: c.req.valid("json").text }, 201),
    )
    .get("/me", (c) => c.json({ owner: c.var.ownerId }))
    .get("/open/:x", fromAnyOrigin((_c, next) => next()), (c) => c.json({}))
    .post("/stream", accepts(() => "streamed"), async (c) => {
      const { value } = await c.req.raw.body!.getReader().read();
      return c.json({ bytes: value!.length });
    })
    .get("/broken", () => {
      throw new Error("the password is hunter2");
    })
    .get("/away", () => {
      throw Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    })
    .get("/busy", () => {
      throw new Problem("not_ready", "Not yet.", { members: { project_status: "PENDING" } });
    });
  return { app, entries };
}

function post(body: string) {
  return { method: "POST", body, headers: { "content-type": "application/json" } };
}

Deno.test("a route takes its path with and without a trailing slash", async () => {
  const { app } = example();
  assertEquals((await app.request("/notes", post('{"text":"a"}'))).status, 201);
  assertEquals((await app.request("/notes/", post('{"text":"a"}'))).status, 201);
});

Deno.test("invalid input is 422 with its pointer; malformed JSON is 400, another type 415", async () => {
  const { app } = example();
  const wrong = await app.request("/notes", post('{"text":""}'));
  assertEquals(wrong.status, 422);
  assertEquals(wrong.headers.get("content-type"), "application/problem+json");
  const document = await wrong.json();
  assertEquals(document.code, "invalid_input");
  assertEquals(document.errors[0].pointer, "/text");
  assertEquals(document.request_id, wrong.headers.get("x-request-id"));

  const plain = await app.request("/notes", { method: "POST", body: '{"text":"a"}' });
  assertEquals([plain.status, (await plain.json()).code], [415, "unsupported_media_type"]);

  const broken = await app.request("/notes", post('{"text":'));
  assertEquals([broken.status, (await broken.json()).code], [400, "malformed_request"]);
});

Deno.test("JSON that is nested deeper than the limit is 422 with the limit, before it is parsed", async () => {
  const { app } = example({ bodyLimit: 1024 * 1024 });
  for (const deep of ["[".repeat(500_000), '{"text":'.repeat(100_000), "[".repeat(900)]) {
    const refused = await app.request("/notes", post(deep));
    assertEquals(refused.status, 422);
    const { code, detail, errors } = await refused.json();
    assertEquals([code, errors[0].pointer], ["invalid_input", "/"]);
    assertStringIncludes(detail, "32 levels");
  }
});

Deno.test("an unknown path is 404, a wrong method 405 with what is allowed", async () => {
  const { app } = example();
  assertEquals((await app.request("/nothing")).status, 404);
  const wrong = await app.request("/notes");
  assertEquals([wrong.status, wrong.headers.get("allow")], [405, "POST"]);
});

Deno.test("an unexpected error is 500, with details in the log and not in the response", async () => {
  const { app, entries } = example();
  const broken = await app.request("/broken");
  assertEquals(broken.status, 500);
  assertEquals((await broken.text()).includes("hunter2"), false);
  assertStringIncludes(entries[0].message, "hunter2");
  assertEquals(entries[0].request_id, broken.headers.get("x-request-id"));
});

Deno.test("an unavailable database is 503 with Retry-After", async () => {
  const away = await example().app.request("/away");
  assertEquals([away.status, away.headers.get("retry-after")], [503, "2"]);
});

Deno.test("extra members of a problem are in the document", async () => {
  const busy = await (await example().app.request("/busy")).json();
  assertEquals([busy.code, busy.project_status], ["not_ready", "PENDING"]);
});

Deno.test("a body over its limit is 413", async () => {
  const { app } = example();
  const big = await app.request("/notes", post(JSON.stringify({ text: "x".repeat(200) })));
  assertEquals([big.status, (await big.json()).code], [413, "too_large"]);
});

Deno.test("a streamed body reaches its route as it comes, not when it is complete", async () => {
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(1000)),
  });
  const answer = await example().app.request("/stream", { method: "POST", body: endless });
  assertEquals(await answer.json(), { bytes: 1000 });
});

Deno.test("CORS allows only the dashboard's origin, except on routes with API keys", async () => {
  const { app } = example();
  const origin = { headers: { origin: "http://dashboard.test" } };
  const allow = async (path: string) =>
    (await app.request(path, origin)).headers.get("access-control-allow-origin");
  assertEquals(await allow("/me"), "http://dashboard.test");
  for (const path of ["/open/x", "/open/y/"]) assertEquals(await allow(path), "*");
  for (const path of ["/open", "/open/x/y"]) {
    assertEquals(await allow(path), "http://dashboard.test");
  }
  const opened = await app.request("/open/x", { ...origin, method: "OPTIONS" });
  assertEquals([opened.status, opened.headers.get("access-control-allow-origin")], [204, "*"]);
  const asked = { ...origin, method: "OPTIONS" };
  const preflight = await app.request("/me", asked);
  assertEquals(preflight.status, 204);
  assertEquals(preflight.headers.get("access-control-allow-origin"), "http://dashboard.test");
  assertStringIncludes(preflight.headers.get("access-control-allow-methods")!, "PATCH");
  assertStringIncludes(preflight.headers.get("access-control-allow-headers")!, "x-api-key");
  assertStringIncludes(
    (await app.request("/busy", origin)).headers.get("access-control-expose-headers")!,
    "retry-after",
  );
});

Deno.test("every response has a request id, the caller's own if it is valid", async () => {
  const { app } = example();
  const idOf = async (path: string, id: string) =>
    (await app.request(path, { headers: { "x-request-id": id } })).headers.get("x-request-id")!;
  for (const path of ["/health", "/nothing", "/broken"]) {
    assertEquals(await idOf(path, "order-4711"), "order-4711");
    for (const strange of ["a b", "<script>", "x".repeat(256), ""]) {
      assertMatch(await idOf(path, strange), /^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    }
  }
});

Deno.test("a token is accepted only with the right kind, key, time and encoding", async () => {
  const { app } = example();
  const status = async (token: string) =>
    (await app.request("/me", { headers: { authorization: `Bearer ${token}` } })).status;
  const good = await mintToken(OWNER, { kind: ACCESS, secret: SECRET, seconds: 60 });

  const me = await app.request("/me", { headers: { authorization: `Bearer ${good}` } });
  assertEquals([me.status, await me.json()], [200, { owner: OWNER }]);
  assertEquals((await app.request("/me")).status, 401);
  assertEquals(
    await status(await mintToken(OWNER, { kind: SERVICE, secret: SECRET, seconds: 60 })),
    401,
  );
  assertEquals(
    await status(await mintToken(OWNER, { kind: ACCESS, secret: `${SECRET}!`, seconds: 60 })),
    401,
  );
  assertEquals(
    await status(await mintToken(OWNER, { kind: ACCESS, secret: SECRET, seconds: -60 })),
    401,
  );
  assertEquals(
    await status(await mintToken("root", { kind: ACCESS, secret: SECRET, seconds: 60 })),
    401,
  );
  assertEquals(await status(`${good}=`), 401);
  assertEquals(await status(withOtherSpelling(good)), 401);
});

/** The same signature bytes, with the last character's unused bits changed. */
function withOtherSpelling(token: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = alphabet.indexOf(token.at(-1)!);
  return token.slice(0, -1) + alphabet[last ^ 1];
}

Deno.test("health, readiness and the OpenAPI document are served", async () => {
  const { app } = example();
  assertEquals(await (await app.request("/health")).json(), { status: "ok" });
  assertEquals((await app.request("/ready")).status, 200);
  const document = await (await app.request("/openapi.json")).json();
  assertEquals(document.openapi, "3.1.0");
  // Its own responses, and those shared by every route with a body.
  assertEquals(Object.keys(document.paths["/notes"].post.responses), [
    ...["201", "400", "413", "415", "422", "503"],
  ]);
  const docs = await (await app.request("/docs")).text();
  assertStringIncludes(docs, '<section id="post-notes">');
  assertStringIncludes(docs, '<a href="#schema-Problem">');
  assertEquals(/<script|https?:\/\//.test(docs), false);
});

Deno.test("every response has security headers, and the API page complies with its CSP", async () => {
  const { app } = example();
  for (const path of ["/health", "/nothing", "/broken", "/docs"]) {
    const { headers } = await app.request(path);
    assertEquals(
      headers.get("content-security-policy"),
      "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      path,
    );
    assertEquals(headers.get("x-content-type-options"), "nosniff");
    assertEquals(headers.get("strict-transport-security"), "max-age=31536000");
    assertEquals(headers.get("access-control-allow-credentials"), null);
  }
  const docs = await (await app.request("/docs")).text();
  assertEquals(/<style|style=|<script/.test(docs), false);
  const styles = await app.request("/docs.css");
  assertEquals(styles.headers.get("content-type"), "text/css; charset=utf-8");
  assertStringIncludes(await styles.text(), "color-scheme");
});

Deno.test("a deadlock is 503, since a repeat may succeed", () => {
  for (const code of ["40P01", "40001"]) {
    const problem = problemOf(Object.assign(new Error("deadlock detected"), { code }));
    assertEquals([problem.code, problem.extras.headers?.["retry-after"]], ["unavailable", "1"]);
  }
});

Deno.test("adding to a parent deleted concurrently is 404, to an account deleted concurrently 401", () => {
  const broken = (constraint_name: string) =>
    problemOf(Object.assign(new Error("violates"), { code: "23503", constraint_name })).code;
  assertEquals(broken("deliveries_endpoint_id_fkey"), "not_found");
  assertEquals(broken("events_owner_id_fkey"), "unauthenticated");
});
