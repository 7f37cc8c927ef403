import { assertEquals, assertMatch } from "@std/assert";
import { createRoute, z } from "@hono/zod-openapi";
import { createRoutes, createService } from "./service.ts";
import { WARNINGS_HEADER } from "../docs/openapi.ts";
import { NoQuery, warnOf } from "./unknown_fields.ts";

const json = <Schema extends z.ZodType>(schema: Schema) => ({
  content: { "application/json": { schema } },
});
const list = { description: "Answered", ...json(z.array(z.int())) };
const answer = { description: "Answered", ...json(z.looseObject({})) };

/** A service with old routes, which ignore unknown fields, and a new one, which refuses them. */
function example() {
  const body = { required: true, ...json(z.object({ user_id: z.string(), limit: z.int() })) };
  const strict = { required: true, ...json(z.strictObject({ user_id: z.string() })) };
  const query = z.object({ limit: z.coerce.number().optional() });
  const routes = createRoutes()
    .openapi(
      createRoute({ method: "post", path: "/old", request: { body }, responses: { 200: answer } }),
      (c) => c.json({ user: c.req.valid("json").user_id }, 200),
    )
    .openapi(
      createRoute({
        method: "post",
        path: "/loose",
        request: { body: { required: true, ...json(z.looseObject({ user_id: z.string() })) } },
        responses: { 200: answer },
      }),
      (c) => c.json(c.req.valid("json"), 200),
    )
    .openapi(
      createRoute({ method: "get", path: "/list", request: { query }, responses: { 200: list } }),
      (c) => c.json([1, 2], 200),
    )
    .openapi(
      createRoute({ method: "delete", path: "/old", responses: { 204: { description: "Gone" } } }),
      (c) => c.body(null, 204),
    )
    .openapi(
      createRoute({ method: "get", path: "/own", responses: { 200: answer } }),
      (c) => {
        warnOf(c, ["colour"], new Set(["color"]));
        return c.json({ warnings: ["Own."], last: 1 }, 200);
      },
    )
    .openapi(
      createRoute({ method: "get", path: "/empty", responses: { 200: answer } }),
      (c) => c.json({}, 200),
    )
    .openapi(
      createRoute({
        method: "post",
        path: "/new",
        request: { query: NoQuery, body: strict },
        responses: { 200: answer },
      }),
      (c) => c.json({}, 200),
    );
  return createService({
    name: "example",
    description: "An example.",
    dashboardOrigin: "http://dashboard.test",
    checks: {},
    log() {},
  }).route("/", routes);
}

const post = (body: unknown) => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

Deno.test("an old route ignores unknown fields and names them with the nearest known ones", async () => {
  const app = example();
  const sent = { user_id: "1", limit: 1, userid: "2", filters: {}, colour: 1 };
  const answer = await app.request("/old?Limit=3", post(sent));
  assertEquals([answer.status, await answer.json()], [200, {
    user: "1",
    warnings: [
      '"Limit" is not known and was ignored',
      '"userid" is not known and was ignored; did you mean user_id?',
      '"filters" is not known and was ignored',
      '"colour" is not known and was ignored',
    ],
  }]);
  assertEquals(await (await app.request("/empty?a=1")).json(), {
    warnings: ['"a" is not known and was ignored'],
  });
});

Deno.test("a route that passes on unknown fields names the one that it drops", async () => {
  const headers = { "content-type": "application/json" };
  const body = '{"user_id":"1","__proto__":{"limit":5},"constructor":2}';
  const answer = await example().request("/loose", { method: "POST", headers, body });
  assertEquals([answer.status, await answer.json()], [200, {
    user_id: "1",
    constructor: 2,
    warnings: ['"__proto__" is not known and was ignored'],
  }]);
});

Deno.test("a request of known fields has no warnings, in the body or the headers", async () => {
  const app = example();
  const body = await app.request("/old", post({ user_id: "1", limit: 1 }));
  assertEquals(await body.json(), { user: "1" });
  const list = await app.request("/list?limit=2");
  assertEquals([await list.json(), list.headers.get(WARNINGS_HEADER)], [[1, 2], null]);
});

Deno.test("a problem names the unknown fields, too", async () => {
  const answer = await example().request("/old", post({ userId: "1", limit: 1 }));
  const { code, errors, warnings } = await answer.json();
  assertEquals([answer.status, code, errors[0].pointer], [422, "invalid_input", "/user_id"]);
  assertEquals(warnings, ['"userId" is not known and was ignored; did you mean user_id?']);
});

Deno.test("responses that are no JSON object have the warnings in a header", async () => {
  const app = example();
  const list = await app.request("/list?limits=3&%C3%A9=1");
  assertEquals(await list.json(), [1, 2]);
  assertEquals(JSON.parse(list.headers.get(WARNINGS_HEADER)!), [
    '"limits" is not known and was ignored; did you mean limit?',
    '"é" is not known and was ignored',
  ]);
  const gone = await app.request("/old?force=true", { method: "DELETE" });
  assertEquals([gone.status, await gone.text()], [204, ""]);
  assertMatch(gone.headers.get(WARNINGS_HEADER)!, /force/);
  assertMatch(list.headers.get("access-control-expose-headers")!, /x-airec-warnings/);
});

Deno.test("warnings join those that a response has already", async () => {
  assertEquals(await (await example().request("/own")).json(), {
    warnings: ["Own.", '"colour" is not known and was ignored; did you mean color?'],
    last: 1,
  });
});

Deno.test("at most twenty names are shown, each truncated", async () => {
  const names = Array.from({ length: 50 }, (_, i) => "x".repeat(1000) + i);
  const sent = Object.fromEntries(names.map((name) => [name, 1]));
  const answer = await example().request("/old", post({ user_id: "1", limit: 1, ...sent }));
  const { warnings } = await answer.json();
  assertEquals(warnings.length, 20);
  for (const warning of warnings) assertEquals(warning.length < 200, true);
});

Deno.test("a new route refuses unknown fields of body and query, with the nearest known ones", async () => {
  const app = example();
  const body = await app.request("/new", post({ user_id: "1", use_id: "2" }));
  assertEquals([body.status, (await body.json()).errors], [422, [
    { pointer: "/use_id", detail: "is not a known member; did you mean user_id?" },
  ]]);
  const headers = { "content-type": "application/json" };
  const dropped = '{"user_id":"1","__proto__":{}}';
  const other = await app.request("/new", { method: "POST", headers, body: dropped });
  const { errors, warnings } = await other.json();
  assertEquals([other.status, errors, warnings], [422, [
    { pointer: "/__proto__", detail: "is not a known member" },
  ], undefined]);
  const query = await app.request("/new?force=true", post({ user_id: "1" }));
  assertEquals([query.status, (await query.json()).errors], [422, [
    { pointer: "/force", detail: "is not a known member" },
  ]]);
});
