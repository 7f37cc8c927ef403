/**
 * Tests of the services in workerd, on a real Postgres and R2 bucket, from sign-up to a counted
 * call by key.
 */
import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { stop } from "esbuild";
import { r2Blobs } from "../functions/recommender/blobs/r2.ts";
import { s3Blobs } from "../functions/recommender/blobs/s3.ts";
import { MODEL, WORKER_MODEL_BYTES } from "../functions/recommender/model/artifact/artifact.ts";
import { startEdge } from "../dev/edge.ts";
import { freePort } from "../ops/processes/free_port.ts";
import { json, publish, SECRETS, signedUp, testEdge } from "../testing/edge.ts";
import { until } from "../testing/until.ts";
import { bundleWorker } from "../ops/deploy/worker_bundle.ts";
import { WORKERS, wranglerConfig } from "../ops/deploy/wrangler_config.ts";

Deno.test.afterAll(() => stop());

const MB = 1e6;

function edgeTest(name: string, fn: () => Promise<void>): void {
  // workerd and esbuild run as child processes.
  Deno.test({ name: `edge: ${name}`, fn, sanitizeOps: false, sanitizeResources: false });
}

edgeTest("each Worker is under 1 MB, compressed", async () => {
  const { env } = await wranglerConfig();
  for (const name of WORKERS) {
    const { gzipBytes } = await bundleWorker(env[name].main);
    console.log(`${name}: ${Math.round(gzipBytes / 1000)} kB compressed`);
    assert(gzipBytes < MB, `${name} has ${gzipBytes} bytes`);
  }
});

edgeTest("from sign-up to a counted call by key", async () => {
  const received: (string | null)[] = [];
  await using endpoint = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    ({ headers }) => {
      received.push(headers.get("airec-event"));
      return new Response();
    },
  );
  await using edge = await testEdge();
  const { call, sql } = edge;
  for (const name of WORKERS) {
    assertEquals(await call(name, "/ready"), { status: "ok", down: [] });
  }
  const headers = await signedUp(edge);

  const csv = "userId,movieId,rating,timestamp\nann,1,4.5,1000\nbob,2,3,1001\n";
  const form = new FormData();
  form.set("project_name", "Films");
  form.set("interaction_file", new File([csv], "ratings.csv"));
  form.set("interaction_schema_json", '{"user_id":"userId","item_id":"movieId","rating":"rating"}');
  const { id, status } = await call("recommender", "/create-project/", {
    method: "POST",
    headers,
    body: form,
    expect: 201,
  });
  assertEquals(status, "PENDING");
  const [file] = await sql<{ storage_path: string; bytes: number; sha256: string }[]>`
    select storage_path, bytes::int as bytes, sha256 from recommender.uploaded_files`;
  assertEquals(file.sha256, createHash("sha256").update(csv).digest("hex"));
  const stored = await s3Blobs(edge.s3).get(file.storage_path);
  assertEquals(await new Response(stored!.stream).text(), csv);

  await call("recommender", `/project/${id}/recommendations?user_id=ann`, { headers, expect: 409 });
  const version = await publish(edge, id);
  const asked = await call("recommender", `/project/${id}/recommendations?user_id=ann`, {
    headers,
  });
  assertEquals(asked.model_version, version);
  assert(asked.recommendations.length > 0);

  // Session and project lookups are cached briefly across requests.
  await until(async () => {
    const ask = () =>
      fetch(`${edge.at.recommender}/project/${id}/recommendations?user_id=ann`, { headers });
    await (await ask()).body?.cancel();
    await sql`alter function auth.is_session_alive rename to away`;
    await sql`alter function recommender.project_of rename to away`;
    const answer = await ask();
    await sql`alter function recommender.away rename to project_of`;
    await sql`alter function auth.away rename to is_session_alive`;
    await answer.body?.cancel();
    return answer.status === 200;
  });

  const { api_key } = await call("webhooks", "/api/apps/register", {
    ...json({
      app_name: "My shop",
      webhook_url: `http://127.0.0.1:${endpoint.addr.port}/`,
    }, headers),
    expect: 201,
  });
  const keyed = await call(
    "webhooks",
    "/api/recommend",
    json({ project_id: id, user_id: "ann" }, { "x-api-key": api_key }),
  );
  assertEquals(keyed.recommendations, asked.recommendations);
  const [{ usage_count }] = await call("webhooks", "/api/apps/usage", { headers });
  assertEquals(usage_count, 1);
  await until(() => received.length === 1);
  assertEquals(received[0], "recommend.completed");

  // A rotated key stays valid during the overlap; a revoked key does not.
  const [{ app_id }] = await call("webhooks", "/api/apps", { headers });
  const keys = `/api/apps/${app_id}/keys`;
  const [{ key_id }] = await call("webhooks", keys, { headers });
  const rotation = { ...json({ overlap_seconds: 60 }, headers), expect: 201 };
  const rotated = await call("webhooks", `${keys}/${key_id}/rotate`, rotation);
  const asks = async (key: string) => {
    const answer = await fetch(`${edge.at.webhooks}/api/items?project_id=${id}`, {
      headers: { "x-api-key": key },
    });
    await answer.body?.cancel();
    return answer.status;
  };
  assertEquals([await asks(api_key), await asks(rotated.api_key)], [200, 200]);
  await call("webhooks", `${keys}/${key_id}`, { method: "DELETE", headers, expect: 204 });
  assertEquals([await asks(api_key), await asks(rotated.api_key)], [401, 200]);

  // Events raised by other services are sent by the cron job.
  await sql`select webhooks.emit((select id from auth.users), 'model.ready', '{"project_id": 1}')`;
  await edge.tick();
  await until(() => received.length === 2);
  assertEquals(received[1], "model.ready");

  const hidden = { item_ids: ['a "quoted" \\ one', "NULL", asked.recommendations[0].item_id] };
  const hide = { ...json(hidden, headers), method: "PUT" };
  await call("recommender", `/project/${id}/items/hidden`, hide);
  assertEquals(
    (await call("recommender", `/project/${id}/items/hidden`, { headers })).item_ids.toSorted(),
    hidden.item_ids.toSorted(),
  );
  const without = await call("recommender", `/project/${id}/recommendations?user_id=ann`, {
    headers,
  });
  assertEquals(without.recommendations, asked.recommendations.slice(1));

  // A new champion is picked up within five seconds without delaying a request.
  const next = await publish(edge, id);
  await until(async () => {
    const path = `/project/${id}/recommendations?user_id=ann`;
    return (await call("recommender", path, { headers })).model_version === next;
  });

  // A model larger than a Worker can hold is refused by its size before it is parsed.
  const [{ id: large }] = await sql<{ id: number }[]>`
    insert into recommender.recommender_projects (owner_id, project_name, model_type)
    select id, 'Too many films', 'COLLABORATIVE' from auth.users returning id`;
  await publish(edge, large, { files: { [MODEL]: new Uint8Array(WORKER_MODEL_BYTES + 1) } });
  const refused = await call("recommender", `/project/${large}/recommendations?user_id=ann`, {
    headers,
    expect: 503,
  });
  assertEquals(
    refused.detail,
    "The model needs 81 MB of memory, and the limit here is 80 MB. Promote a smaller version, " +
      "train on fewer items, or serve it with Deno, which has no such limit.",
  );
});

edgeTest(
  "90 MB are streamed into the bucket, and a body that is cut off leaves nothing",
  async () => {
    await using edge = await testEdge();
    const headers = await signedUp(edge);
    const row = new TextEncoder().encode("ann,1,4.5,1000\n".repeat(66_667));
    const post = (parts: number, { cut = false } = {}) => {
      const hash = createHash("sha256");
      const body = async function* () {
        const field = (name: string, text: string) =>
          `--airec\r\ncontent-disposition: form-data; ${name}\r\n\r\n${text}`;
        yield new TextEncoder().encode(
          field('name="project_name"', "Films\r\n") +
            field('name="interaction_schema_json"', '{"user_id":"u","item_id":"i"}\r\n') +
            field('name="interaction_file"; filename="r.csv"', ""),
        );
        const header = new TextEncoder().encode("u,i,rating,timestamp\n");
        for (let i = 0; i <= parts; i++) {
          const chunk = i === 0 ? header : row;
          hash.update(chunk);
          yield chunk;
        }
        if (cut) throw new Error("the line was cut");
        yield new TextEncoder().encode("\r\n--airec--\r\n");
      };
      const answer = fetch(`${edge.at.recommender}/create-project/`, {
        method: "POST",
        headers: { ...headers, "content-type": "multipart/form-data; boundary=airec" },
        body: ReadableStream.from(body()),
      });
      return { answer, sha256: () => hash.digest("hex") };
    };

    const whole = post(90);
    const answer = await whole.answer;
    assertEquals(answer.status, 201, await answer.text());
    const [file] = await edge.sql<{ bytes: number; sha256: string; storage_path: string }[]>`
    select bytes::int as bytes, sha256, storage_path from recommender.uploaded_files`;
    assertEquals([file.bytes, file.sha256], [21 + 90 * row.length, whole.sha256()]);
    const blobs = r2Blobs(edge.bucket);
    assertEquals(await blobs.list(""), [file.storage_path]);
    assertEquals((await edge.bucket.head(file.storage_path))?.size, file.bytes);

    await post(20, { cut: true }).answer.then((answer) => answer.text()).catch(() => {});
    assertEquals(await blobs.list(""), [file.storage_path]);
  },
);

edgeTest("the platform counts the calls of each address by a publishable key", async () => {
  const generous = { webhooks: { VISITOR_CALLS: "100000" } };
  await using edge = await testEdge(generous, { visitorCalls: 5 });
  const headers = await signedUp(edge);
  const page = { kind: "publishable", origins: ["https://shop.example"], projects: [1] };
  const register = json({ app_name: "Shop", ...page }, headers);
  const { api_key } = await edge.call("webhooks", "/api/apps/register", {
    ...register,
    expect: 201,
  });
  const statusOf = async (address: string, key = api_key) => {
    const answer = await fetch(`${edge.at.webhooks}/api/items?project_id=1`, {
      headers: {
        "x-api-key": key,
        origin: "https://shop.example",
        "cf-connecting-ip": address,
      },
    });
    await answer.body?.cancel();
    return answer.status;
  };
  // The project does not exist, so an allowed call returns 404. The calls may span two minutes.
  const statuses: number[] = [];
  for (let call = 0; call < 12; call++) statuses.push(await statusOf("203.0.113.1"));
  assert(statuses.filter((status) => status === 429).length >= 2, statuses.join());
  assertEquals(new Set(statuses), new Set([404, 429]));
  assertEquals(await statusOf("203.0.113.2"), 404);
  const other = json({ app_name: "Other", ...page }, headers);
  const { api_key: another } = await edge.call("webhooks", "/api/apps/register", {
    ...other,
    expect: 201,
  });
  assertEquals(await statusOf("203.0.113.1", another), 404);
});

edgeTest("300 MB are uploaded in parts, three at a time, as one file", async () => {
  await using edge = await testEdge();
  const { call } = edge;
  const headers = await signedUp(edge);
  const row = new TextEncoder().encode("ann,1,4.5,1000\n");
  const count = 300 * MB / row.length;
  const begun = { file_name: "r.csv", bytes: count * row.length };
  const upload = await call("recommender", "/uploads", { ...json(begun, headers), expect: 201 });
  const rows = new Uint8Array(upload.part_bytes + row.length);
  for (let at = 0; at < rows.length; at += row.length) {
    rows.set(row.subarray(0, rows.length - at), at);
  }
  rows.subarray(0, row.length).set(new TextEncoder().encode("u,i,r,tttttttt\n"));
  const header = rows.slice(0, row.length);
  const partOf = (n: number) => {
    const start = (n - 1) * upload.part_bytes;
    const shift = start % row.length;
    const end = Math.min(shift + upload.part_bytes, shift + upload.bytes - start);
    const part = rows.slice(shift, end);
    // Only the first part has the header line.
    if (n > 1) part.set(row.subarray(shift), 0);
    return part;
  };
  assertEquals(partOf(1).subarray(0, row.length), header);

  const send = async (n: number) =>
    await call("recommender", `/uploads/${upload.id}/${n}`, {
      method: "PUT",
      headers,
      body: partOf(n),
    });
  // In descending order, three at a time; the first part last.
  const left = Array.from({ length: upload.part_count - 1 }, (_, i) => i + 2);
  await Promise.all([1, 2, 3].map(async () => {
    for (let n = left.pop(); n !== undefined; n = left.pop()) await send(n);
  }));
  const { complete } = await call("recommender", `/uploads/${upload.id}`, { headers });
  assertEquals(complete, false);
  await send(1);

  const form = new FormData();
  form.set("project_name", "Films");
  form.set("interaction_upload_id", upload.id);
  form.set("interaction_schema_json", '{"user_id": "u", "item_id": "i"}');
  await call("recommender", "/create-project/", {
    method: "POST",
    headers,
    body: form,
    expect: 201,
  });
  const hash = createHash("sha256");
  for (let n = 1; n <= upload.part_count; n++) hash.update(partOf(n));
  const [file] = await edge.sql<{ bytes: number; sha256: string; storage_path: string }[]>`
    select bytes::int as bytes, sha256, storage_path from recommender.uploaded_files`;
  assertEquals([file.bytes, file.sha256], [300 * MB, hash.digest("hex")]);
  assertEquals((await edge.bucket.head(file.storage_path))?.size, 300 * MB);
});

edgeTest(
  "an isolate that dies while it sends loses neither the count nor the webhook",
  async () => {
    const calls: (string | null)[] = [];
    const { promise: never, resolve: end } = Promise.withResolvers<void>();
    await using endpoint = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      async ({ headers }) => {
        calls.push(headers.get("webhook-id"));
        if (calls.length === 1) await never;
        return new Response();
      },
    );
    await using edge = await testEdge();
    const { call, sql, databaseUrl } = edge;
    const headers = await signedUp(edge);
    const [{ id }] = await sql<{ id: number }[]>`
    insert into recommender.recommender_projects (owner_id, project_name, model_type)
    select id, 'Films', 'COLLABORATIVE' from auth.users returning id`;
    const { api_key } = await call("webhooks", "/api/apps/register", {
      ...json(
        { app_name: "Shop", webhook_url: `http://127.0.0.1:${endpoint.addr.port}/` },
        headers,
      ),
      expect: 201,
    });

    const dying = await startEdge({ databaseUrl, secrets: SECRETS });
    try {
      await publish({ ...edge, s3: dying.s3 }, id);
      const asked = json({ project_id: id, user_id: "ann" }, { "x-api-key": api_key });
      const answer = await fetch(`${dying.at.webhooks}/api/recommend`, asked);
      assertEquals(answer.status, 200, await answer.text());
      await until(() => calls.length === 1);
    } finally {
      await dying[Symbol.asyncDispose]();
      end();
    }
    const usage = await call("webhooks", "/api/apps/usage", { headers });
    assertEquals(usage[0].usage_count, 1);
    const [held] = await sql`select status, attempts from webhooks.deliveries`;
    assertEquals([held.status, held.attempts], ["PENDING", 0]);

    // The lease expires, and the next cron run claims the delivery.
    await sql`update webhooks.deliveries set next_attempt_at = now()`;
    await edge.tick();
    await until(() => calls.length === 2);
    assertEquals(calls[1], calls[0], "the same webhook, so that its receiver knows it again");
    await until(async () => {
      const [{ status }] = await sql`select status from webhooks.deliveries`;
      return status === "DELIVERED";
    });
  },
);

edgeTest("failures around a Worker are problem documents", async () => {
  const lines: string[] = [];
  await using edge = await startEdge({
    databaseUrl: `postgres://airec:airec@127.0.0.1:${freePort()}/airec`,
    secrets: SECRETS,
    settings: { auth: { PASSWORD_PEPPER: "too short" } },
    say: (line) => void lines.push(line),
  });
  const away = await fetch(`${edge.at.recommender}/health`);
  assertEquals([away.status, (await away.json()).code], [503, "unavailable"], lines.join("\n"));
  assertEquals(away.headers.get("retry-after"), "2");
  const keyed = await fetch(`${edge.at.webhooks}/ready`);
  assertEquals([keyed.status, (await keyed.json()).down], [503, ["database", "recommender"]]);

  const unset = await fetch(`${edge.at.auth}/health`);
  assertEquals([unset.status, (await unset.json()).code], [500, "internal"]);
  await until(() => lines.some((line) => line.includes("PASSWORD_PEPPER is too short")));
  assert(!lines.some((line) => line.includes('"too short"')));
});
