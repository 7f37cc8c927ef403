/** Requests to MLflow, on servers that respond as a test says. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { mlflowRegistry } from "./mlflow.ts";
import { mlflowAuthorization, mlflowRest } from "./mlflow_rest.ts";
import { RegistryUnavailableError } from "./registry.ts";

const text = (content: string) => new TextEncoder().encode(content);

function serve(handler: () => Response | Promise<Response>) {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, handler);
  return { url: `http://127.0.0.1:${server.addr.port}`, stop: () => server.shutdown() };
}

Deno.test("an unreachable, broken, foreign or silent server is reported as unavailable in time", async () => {
  const cases: [string, (() => Response | Promise<Response>) | null][] = [
    ["cannot be reached", null],
    ["responded with 503", () => new Response("busy", { status: 503 })],
    ["responded with 401", () => Response.json({ message: "who are you" }, { status: 401 })],
    ["is not MLflow", () => new Response("<h1>hello</h1>")],
    [
      "did not respond in time",
      () => new Promise((done) => setTimeout(() => done(new Response()), 400)),
    ],
  ];
  for (const [sentence, handler] of cases) {
    const server = handler && serve(handler);
    const registry = mlflowRegistry({
      trackingUri: server?.url.replace("//", "//me:hunter2@") ?? "http://127.0.0.1:9",
      installation: "home",
      // Only the silent server is waited for, however busy the machine is.
      timeoutMs: sentence === "did not respond in time" ? 100 : 60_000,
    });
    const error = await assertRejects(
      () => registry.alias("project-1-recommender", "champion"),
      RegistryUnavailableError,
      sentence,
    );
    assert(!`${error.message} ${registry.description}`.includes("hunter2"));
    await server?.stop();
  }
});

Deno.test("credentials go in the header, from MLflow's variables or from the address", async () => {
  const seen: (string | null)[] = [];
  const open = (trackingUri: string, authorization?: string) =>
    mlflowRegistry({
      trackingUri,
      authorization,
      installation: "home",
      fetch: (_url, init) => {
        seen.push(new Headers(init?.headers).get("authorization"));
        return Promise.resolve(Response.json({}, { status: 404 }));
      },
    }).alias("m", "champion");
  await open("http://127.0.0.1:9");
  await open("http://ann:p%40ss@127.0.0.1:9");
  await open("http://127.0.0.1:9", mlflowAuthorization({ MLFLOW_TRACKING_TOKEN: "t0k" }));
  await open(
    "http://127.0.0.1:9",
    mlflowAuthorization({ MLFLOW_TRACKING_USERNAME: "ann", MLFLOW_TRACKING_PASSWORD: "p@ss" }),
  );
  assertEquals(seen, [
    null,
    `Basic ${btoa("ann:p@ss")}`,
    "Bearer t0k",
    `Basic ${btoa("ann:p@ss")}`,
  ]);
});

Deno.test("requests carry method, path, query or JSON, type and range; pages are concatenated", async () => {
  const seen: unknown[][] = [];
  const answers: Response[] = [
    Response.json({ runs: [1, 2], next_page_token: "more" }),
    Response.json({ runs: [3] }),
    Response.json({}),
    Response.json({ experiment: 7 }),
    Response.json({}),
    new Response("bcd", { status: 206, headers: { "content-range": "bytes 1-3/9" } }),
    new Response("i", { status: 206, headers: { "content-range": "bytes 8-8/9" } }),
    new Response("", { status: 416, headers: { "content-range": "bytes */9" } }),
    new Response("abcdefghi"),
    new Response("abcdefghi"),
    new Response("abcdefghi", { headers: { "content-length": "9" } }),
    new Response(null, { status: 404 }),
  ];
  const rest = mlflowRest({
    trackingUri: "http://mlflow.test:5000/base//",
    fetch: async (url, init) => {
      const headers = new Headers(init?.headers);
      const body = init?.body === undefined ? undefined : await new Response(init.body).text();
      seen.push([
        `${init?.method} ${url}`,
        ...[body, headers.get("content-type"), headers.get("range")].filter((part) => part != null),
      ]);
      return answers[seen.length - 1];
    },
  });
  const base = "http://mlflow.test:5000/base/api/2.0";
  assertEquals(rest.url, "http://mlflow.test:5000/base");
  assertEquals(await rest.search("POST", "mlflow/runs/search", "runs", { a: 1 }), [1, 2, 3]);
  assertEquals(await rest.search("GET", "mlflow/x", "runs", {}), []);
  assertEquals(await rest.call("GET", "mlflow/y", { name: "a b", n: 2 }), { experiment: 7 });
  const uri = "mlflow-artifacts:/1/models/m-1/artifacts";
  await rest.putArtifact(`${uri}/a`, text("hello"));
  const open = async (range?: { start: number; end?: number }) => {
    const { bytes, stream } = await rest.openArtifact(`${uri}/a`, range);
    return [bytes, await new Response(stream).text()];
  };
  assertEquals(await open({ start: 1, end: 4 }), [9, "bcd"]);
  assertEquals(await open({ start: 8, end: 8 }), [9, ""], "an empty range");
  assertEquals(await open({ start: 9 }), [9, ""], "after the last byte");
  assertEquals(await open({ start: 2, end: 4 }), [9, "cd"], "a server without ranges");
  assertEquals(await open(), [9, "abcdefghi"], "a server without lengths");
  assertEquals(await open(), [9, "abcdefghi"]);
  await rest.removeArtifacts("mlflow-artifacts://host/api/2.0/mlflow-artifacts/artifacts/1/b");
  const json = "application/json";
  const artifact = `${base}/mlflow-artifacts/artifacts/1/models/m-1/artifacts/a`;
  assertEquals(seen, [
    [`POST ${base}/mlflow/runs/search`, '{"a":1}', json],
    [`POST ${base}/mlflow/runs/search`, '{"a":1,"page_token":"more"}', json],
    [`GET ${base}/mlflow/x`],
    [`GET ${base}/mlflow/y?name=a+b&n=2`],
    [`PUT ${artifact}`, "hello", "application/octet-stream"],
    [`GET ${artifact}`, "bytes=1-3"],
    [`GET ${artifact}`, "bytes=8-8"],
    [`GET ${artifact}`, "bytes=9-"],
    [`GET ${artifact}`, "bytes=2-3"],
    [`GET ${artifact}`],
    [`GET ${artifact}`],
    [`DELETE ${base}/mlflow-artifacts/artifacts/1/b`],
  ]);
  await assertRejects(
    async () => await rest.getArtifact("s3://bucket/1"),
    RegistryUnavailableError,
    "(--serve-artifacts), but it stores them at s3:.",
  );
});

Deno.test("artifacts are listed with those in folders, sorted, by paths from their root", async () => {
  const folders: Record<string, { path: string; is_dir: boolean }[]> = {
    "1/m/artifacts": [{ path: "data", is_dir: true }, { path: "MLmodel", is_dir: false }],
    "1/m/artifacts/data": [{ path: "users", is_dir: true }, { path: "a", is_dir: false }],
    "1/m/artifacts/data/users": [{ path: "b", is_dir: false }],
  };
  const rest = mlflowRest({
    trackingUri: "http://mlflow.test:5000",
    fetch: (url) => {
      const { pathname, searchParams } = new URL(`${url}`);
      assertEquals(pathname, "/api/2.0/mlflow-artifacts/artifacts");
      return Promise.resolve(Response.json({ files: folders[searchParams.get("path")!] }));
    },
  });
  assertEquals(await rest.listArtifacts("mlflow-artifacts:/1/m/artifacts"), [
    ...["MLmodel", "data/a", "data/users/b"],
  ]);
  assertEquals(await rest.listArtifacts("mlflow-artifacts:/1/none"), []);
});

Deno.test("a read whose connection breaks is sent once more; a write is not", async () => {
  const broken = () => {
    const body = new ReadableStream({ start: (stream) => stream.error(new TypeError("reset")) });
    return new Response(body, { status: 206, headers: { "content-range": "bytes 0-2/9" } });
  };
  const whole = () => new Response("abc", { status: 206, headers: broken().headers });
  let answers: (() => Response)[] = [];
  const rest = mlflowRest({
    trackingUri: "http://mlflow.test:5000",
    fetch: () => Promise.resolve(answers.shift()!()),
  });
  const read = async (...given: (() => Response)[]) => {
    answers = given;
    const uri = "mlflow-artifacts:/1/models/m-1/artifacts/a";
    const { stream } = await rest.openArtifact(uri, { start: 0, end: 3 });
    return await new Response(stream).text();
  };
  assertEquals(await read(broken, whole), "abc");
  await assertRejects(() => read(broken, broken), RegistryUnavailableError, "cannot be reached");

  answers = [broken, whole];
  await assertRejects(() => rest.call("POST", "mlflow/runs/create"), RegistryUnavailableError);
  assertEquals(answers, [whole]);
});

Deno.test("a refusal tells the start of the server's reason; others are no refusals", async () => {
  const rejection = async (response: Response, method = "POST") => {
    const rest = mlflowRest({ trackingUri: "http://m", fetch: () => Promise.resolve(response) });
    const error = await assertRejects(
      () => rest.call(method, "mlflow/x"),
      RegistryUnavailableError,
    );
    return [error.name, error.message];
  };
  assertEquals(
    await rejection(Response.json({ message: "y".repeat(600) }, { status: 499 })),
    ["MlflowRefusal", `MLflow at http://m responded with 499 to POST mlflow/x: ${"y".repeat(500)}`],
  );
  assertEquals(await rejection(new Response("<p>", { status: 400 }), "GET"), [
    ...["MlflowRefusal", "MLflow at http://m responded with 400 to GET mlflow/x."],
  ]);
  assertEquals(await rejection(Response.json({}, { status: 500 })), [
    ...["RegistryUnavailableError", "MLflow at http://m responded with 500 to POST mlflow/x."],
  ]);
  assertEquals(await rejection(new Response("<p>")), [
    "RegistryUnavailableError",
    "The server at http://m is not MLflow: POST mlflow/x returned no JSON.",
  ]);
  for (const status of [403, 500]) {
    const rest = mlflowRest({
      trackingUri: "http://m",
      fetch: () => Promise.resolve(new Response(null, { status })),
    });
    await assertRejects(
      () => rest.removeArtifacts("mlflow-artifacts:/1"),
      RegistryUnavailableError,
      `${status}`,
    );
  }
});
