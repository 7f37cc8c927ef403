import { assert, assertEquals } from "@std/assert";
import { newApiKey } from "../keys/api_keys.ts";
import { describedRoutes } from "../../../testing/contracts/described_routes.ts";
import { testService } from "../../../testing/webhooks_service.ts";

const BYTES = Uint8Array.from({ length: 200_000 }, (_, i) => i % 251);

/** The recommender's responses: the file, a range of it, or 304. */
function files(seen: string[] = []) {
  return (request: Request) => {
    seen.push(new URL(request.url).pathname);
    const headers: Record<string, string> = {
      etag: '"3-abc"',
      "content-type": "application/octet-stream",
      "accept-ranges": "bytes",
      "cache-control": "private, no-cache",
      "x-inner": "stays inside",
    };
    if (request.headers.get("if-none-match") === headers.etag) {
      return new Response(null, { status: 304, headers });
    }
    if (request.headers.get("range") === "bytes=8-99") {
      headers["content-range"] = `bytes 8-99/${BYTES.length}`;
      return new Response(BYTES.slice(8, 100), { status: 206, headers });
    }
    headers["content-length"] = String(BYTES.length);
    return new Response(BYTES, { headers });
  };
}

Deno.test("the public part of a model is streamed by key, to any page, and counts nothing", async () => {
  const seen: string[] = [];
  await using service = await testService(files(seen));
  const ada = await service.owner("ada@example.org");
  const { api_key } = await ada.register("Movies");
  const get = (file: string, headers: Record<string, string> = {}) =>
    service.app.request(`/api/model/7/${file}`, {
      headers: { "x-api-key": api_key, origin: "null", ...headers },
    });
  const whole = await get("model.safetensors");
  assertEquals([whole.status, new Uint8Array(await whole.arrayBuffer())], [200, BYTES]);
  assertEquals(seen[0], "/project/7/model/model.safetensors");
  assertEquals(whole.headers.get("access-control-allow-origin"), "*");
  assert(whole.headers.get("access-control-expose-headers")!.includes("etag"));
  assertEquals(whole.headers.get("content-length"), String(BYTES.length));
  assertEquals([whole.headers.get("etag"), whole.headers.get("x-inner")], ['"3-abc"', null]);

  const part = await get("model.safetensors", { range: "bytes=8-99" });
  assertEquals([part.status, (await part.arrayBuffer()).byteLength], [206, 92]);
  assertEquals(part.headers.get("content-range"), `bytes 8-99/${BYTES.length}`);
  const unchanged = await get("manifest.json", { "if-none-match": '"3-abc"' });
  assertEquals([unchanged.status, await unchanged.text()], [304, ""]);
  const [{ usage_count }] = await (await ada.request("GET", "/api/apps/usage")).json();
  assertEquals(usage_count, 0);
});

Deno.test("a key returns no user's history, and a request without a key returns nothing", async () => {
  const seen: string[] = [];
  await using service = await testService(files(seen));
  const { api_key } = await (await service.owner("ada@example.org")).register("Movies");
  const get = (path: string, key: string = api_key) =>
    service.app.request(`/api/model/${path}`, { headers: { "x-api-key": key } });
  const refused = [
    ...["7/users.safetensors", "7/golden-users.json", "7/run.json", "7/..%2Fusers.safetensors"],
    ...["0/manifest.json", "x/manifest.json", "7%2F8/manifest.json"],
  ];
  for (const path of refused) assertEquals((await get(path)).status, 404, path);
  assertEquals((await get("7/manifest.json", newApiKey())).status, 401);
  assertEquals(seen.length, 0);
});

Deno.test("the recommender's problems pass through; other errors are a bad gateway", async () => {
  const problem = (status: number, code: string) =>
    Response.json({ code, detail: "Its words." }, {
      status,
      headers: { "content-type": "application/problem+json", "content-range": "bytes */5" },
    });
  const answers = [
    () => problem(416, "range_not_satisfiable"),
    () => problem(409, "not_ready"),
    () => problem(401, "unauthenticated"),
    () => new Response("<h1>hello</h1>", { status: 500 }),
  ];
  await using service = await testService(() => answers.shift()!());
  const { api_key } = await (await service.owner("ada@example.org")).register("Movies");
  const get = async () => {
    const answer = await service.app.request("/api/model/7/manifest.json", {
      headers: { "x-api-key": api_key },
    });
    const { code } = await answer.json();
    return [answer.status, code, answer.headers.get("content-range")];
  };
  assertEquals(await get(), [416, "range_not_satisfiable", "bytes */5"]);
  assertEquals((await get()).slice(0, 2), [409, "not_ready"]);
  assertEquals(await get(), [502, "bad_gateway", null]);
  assertEquals(await get(), [502, "bad_gateway", null]);
});

Deno.test("the routes are described with all of their responses", async () => {
  await using service = await testService(() => new Response());
  assertEquals(await describedRoutes(service.app, /^\/api\/model/), [
    "GET /api/model/{project_id}/{file} [apiKey] 200 206 304 400 401 403 404 409 416 422 429 502 503",
  ]);
});

Deno.test("conditions and ranges are passed on, and the response's headers but inner ones", async () => {
  const seen: Record<string, string | null>[] = [];
  await using service = await testService(({ headers }) => {
    const names = ["if-none-match", "if-range", "range", "accept-language"];
    seen.push(Object.fromEntries(names.map((name) => [name, headers.get(name)])));
    return new Response("x".repeat(4), {
      headers: { ...told, "x-inner": "stays inside" },
    });
  });
  const told = {
    "accept-ranges": "bytes",
    "cache-control": "private, no-cache",
    "content-length": "4",
    "content-range": "bytes 0-3/9",
    "content-type": "application/json",
    etag: '"3-abc"',
    "retry-after": "5",
  };
  const { api_key } = await (await service.owner("ada@example.org")).register("Movies");
  const asked = { "if-none-match": '"1"', "if-range": '"2"', range: "bytes=0-3" };
  const answer = await service.app.request("/api/model/1234567890/golden.json", {
    headers: { "x-api-key": api_key, "accept-language": "xx", ...asked },
  });
  assertEquals(await answer.text(), "xxxx");
  assertEquals(
    Object.fromEntries(Object.keys(told).map((name) => [name, answer.headers.get(name)])),
    told,
  );
  assertEquals(answer.headers.get("x-inner"), null);
  assertEquals([seen[0]["if-none-match"], seen[0]["if-range"], seen[0].range], [
    ...Object.values(asked),
  ]);
});

Deno.test("an unknown file or project is named by its first characters", async () => {
  await using service = await testService(files());
  const ada = await service.owner("ada@example.org");
  const { api_key } = await ada.register("Movies");
  const detail = async (path: string, key = api_key) => {
    const answer = await service.app.request(`/api/model/${path}`, {
      headers: { "x-api-key": key },
    });
    return [answer.status, (await answer.json()).detail];
  };
  assertEquals(await detail(`7/${"x".repeat(70)}`), [
    404,
    "With a key, a model's files are manifest.json, model.safetensors, golden.json; " +
    `${"x".repeat(60)} is not one of them.`,
  ]);
  assertEquals(await detail(`${"9".repeat(50)}/golden.json`), [
    404,
    `There is no project ${"9".repeat(40)}.`,
  ]);
  assertEquals((await detail("12345678901/golden.json"))[0], 404);
  const limited = await ada.register("Limited", undefined, { projects: [7] });
  assertEquals((await detail("8/golden.json", limited.api_key))[0], 404);
  const page = { kind: "publishable", origins: ["https://shop.example"], projects: [7] };
  for (const [model, status] of [[true, 200], [false, 403]] as const) {
    const { api_key } = await ada.register(`Page ${model}`, undefined, { ...page, model });
    const given = await service.fromPage(api_key, "/api/model/7/golden.json");
    assertEquals(given.status, status);
  }
});

Deno.test("the file's name, format and types are described", async () => {
  await using service = await testService(files());
  const { paths } = await (await service.app.request("/openapi.json")).json();
  const { parameters, responses } = paths["/api/model/{project_id}/{file}"].get;
  const file = parameters.find(({ name }: { name: string }) => name === "file");
  assertEquals(file.schema.enum, ["manifest.json", "model.safetensors", "golden.json"]);
  for (const status of [200, 206]) {
    const { content } = responses[status];
    assertEquals(Object.keys(content), ["application/json", "application/octet-stream"]);
    assertEquals(content["application/octet-stream"].schema, { type: "string", format: "binary" });
  }
});
