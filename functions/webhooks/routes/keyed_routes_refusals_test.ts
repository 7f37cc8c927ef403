import { assertEquals, assertStringIncludes } from "@std/assert";
import { newApiKey } from "../keys/api_keys.ts";
import { createRecommender } from "../calls/recommender.ts";
import { answering, problem } from "../../../testing/webhooks/recommender_answers.ts";
import { SERVICE_SECRET, testService } from "../../../testing/webhooks_service.ts";

const HOOK = "https://hooks.example.org/airec";

Deno.test("a key that is missing, mistyped, unknown or revoked is 401, without a call of the recommender", async () => {
  let asked = 0;
  await using service = await testService(() => (asked++, answering()()));
  const ada = await service.owner("ada@example.org");
  const { api_key, app_id } = await ada.register("Movies");
  await ada.request("DELETE", `/api/apps/${app_id}`);
  const mistyped = api_key.slice(0, -1) + (api_key.endsWith("0") ? "1" : "0");
  for (const key of ["", "x", mistyped, newApiKey(), api_key]) {
    for (const path of ["/api/recommend", "/api/items?project_id=7"]) {
      const answer = await service.app.request(path, {
        method: path.includes("?") ? "GET" : "POST",
        headers: { "x-api-key": key },
      });
      assertEquals([answer.status, (await answer.json()).code], [401, "unauthenticated"]);
    }
  }
  assertEquals(asked, 0);
});

Deno.test("a mistyped key is refused without a query", async () => {
  await using service = await testService(answering());
  const { api_key } = await (await service.owner("ada@example.org")).register("Movies");
  await service.sql`alter table webhooks.apps rename to out_of_reach`;
  try {
    const mistyped = api_key.slice(0, -1) + (api_key.endsWith("0") ? "1" : "0");
    assertEquals((await service.recommendBy(mistyped, { project_id: 7 })).status, 401);
    assertEquals((await service.recommendBy(api_key, { project_id: 7 })).status, 500);
  } finally {
    await service.sql`alter table webhooks.out_of_reach rename to apps`;
  }
});

Deno.test("the recommender's problems pass through and count nothing", async () => {
  const problems = [
    { status: 404, code: "not_found", nearest: ["Heat (1995)"] },
    { status: 409, code: "not_ready", project_status: "PENDING" },
    { status: 422, code: "invalid_input", errors: [{ pointer: "/user_id", detail: "is needed" }] },
    { status: 503, code: "unavailable" },
  ];
  const coming = [...problems];
  await using service = await testService(() => {
    const document = coming.shift()!;
    return problem(document.status, document, { "retry-after": "3" })();
  });
  const ada = await service.owner("ada@example.org");
  const { api_key } = await ada.register("Movies", HOOK);
  for (const document of problems) {
    const answer = await service.recommendBy(api_key, { project_id: 7 });
    assertEquals(
      [answer.status, answer.headers.get("content-type"), answer.headers.get("retry-after")],
      [document.status, "application/problem+json", "3"],
    );
    assertEquals(await answer.json(), document);
  }
  const [{ usage_count, last_used_at }] = await (await ada.request("GET", "/api/apps/usage"))
    .json();
  assertEquals([usage_count, last_used_at], [0, null]);
  assertEquals((await service.sql`select from webhooks.events`).length, 0);
});

Deno.test("an invalid response of the recommender is 502, no response 503", async () => {
  const answers = [
    answering("<h1>Hello</h1>", { headers: { "content-type": "text/html" } }),
    problem(401, { code: "unauthenticated" }),
    answering("{}", { status: 302, headers: { location: "/elsewhere" } }),
    answering("oops", { status: 500 }),
  ];
  await using service = await testService(() => answers.shift()!());
  const { api_key } = await (await service.owner("ada@example.org")).register("Movies");
  while (answers.length > 0) {
    const answer = await service.recommendBy(api_key, { project_id: 7 });
    assertEquals([answer.status, (await answer.json()).code], [502, "bad_gateway"]);
  }

  // A token that the recommender refuses: the cause is named.
  const apart = new Date(Date.now() - 150_000).toUTCString();
  for (const [headers, cause] of [[{ date: apart }, "clocks"], [{}, "SERVICE_SECRET"]] as const) {
    await using refusing = await testService(() =>
      new Response("{}", {
        status: 401,
        headers: { "content-type": "application/problem+json", ...headers },
      })
    );
    const { api_key } = await (await refusing.owner("ada@example.org")).register("Movies");
    const answer = await refusing.recommendBy(api_key, { project_id: 7 });
    const { code, detail } = await answer.json();
    assertEquals([answer.status, code], [502, "bad_gateway"]);
    assertStringIncludes(detail, cause);
  }

  // A port without a listener.
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${listener.addr.port}`;
  listener.close();
  const recommender = createRecommender({ url, secret: SERVICE_SECRET, fetch });
  await using away = await testService(answering(), { recommender });
  const ada = await away.owner("ada@example.org");
  const app = await ada.register("Movies");
  const answer = await away.recommendBy(app.api_key, { project_id: 7 });
  assertEquals([answer.status, answer.headers.get("retry-after")], [503, "2"]);
  assertEquals((await away.app.request("/ready")).status, 503);
});

Deno.test("a recommender that takes too long is 503", async () => {
  const { promise: hanging, resolve } = Promise.withResolvers<Response>();
  const recommender = createRecommender({
    url: "http://recommender.test",
    secret: SERVICE_SECRET,
    timeoutMs: 20,
    fetch: (_url, init) =>
      new Promise((_, reject) =>
        init!.signal!.addEventListener("abort", () => reject(init!.signal!.reason))
      ),
  });
  await using service = await testService(() => hanging, { recommender });
  const { api_key } = await (await service.owner("ada@example.org")).register("Movies");
  assertEquals((await service.recommendBy(api_key, { project_id: 7 })).status, 503);
  resolve(new Response());
});

Deno.test("an invalid body is 422, without a call of the recommender", async () => {
  let asked = 0;
  await using service = await testService(() => (asked++, answering()()));
  const { api_key } = await (await service.owner("ada@example.org")).register("Movies");
  for (const project_id of [undefined, null, "", "seven", 0, -1, 1.5, {}, "7; drop"]) {
    const answer = await service.recommendBy(api_key, { project_id });
    assertEquals([answer.status, (await answer.json()).errors[0].pointer], [422, "/project_id"]);
  }
  const broken = await service.app.request("/api/recommend", {
    method: "POST",
    headers: { "x-api-key": api_key, "content-type": "application/json" },
    body: "{",
  });
  assertEquals([broken.status, (await broken.json()).code], [400, "malformed_request"]);
  assertEquals(asked, 0);
});
