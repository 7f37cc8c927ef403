/** Tests of the operators' view of the services: logs, timings, traces, health, API docs. */
import { assert, assertEquals, assertFalse, assertMatch } from "@std/assert";
import { exampleModel } from "../testing/example_model.ts";
import { encodeModel } from "../functions/recommender/model/artifact/artifact.ts";
import { folderRegistry } from "../functions/recommender/registry/folder.ts";
import { diskBlobs } from "../functions/recommender/blobs/disk.ts";
import { installationId } from "../functions/recommender/projects/projects.ts";
import { publishChampion } from "../testing/champion.ts";
import { call, json, signedUp, startSystem, type System } from "../testing/system.ts";
import { until } from "../testing/until.ts";

const SERVICES = ["auth", "recommender", "webhooks"] as const;

Deno.test("a request's id follows it through webhooks and recommender to the webhook, in logs and headers", async () => {
  const { promise: called, resolve } = Promise.withResolvers<Headers>();
  await using sink = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    resolve(request.headers);
    return new Response();
  });
  await using system = await startSystem();
  const { key, id } = await keyedProject(system, `http://127.0.0.1:${sink.addr.port}/hook`);
  const answer = await fetch(`${system.at.webhooks}/api/recommend`, {
    ...json({ project_id: id, user_id: "ann" }, {
      "x-api-key": key,
      "x-request-id": "order-4711",
    }),
  });
  assertEquals(answer.status, 200, await answer.text());
  assertEquals(answer.headers.get("x-request-id"), "order-4711");
  assertMatch(answer.headers.get("server-timing")!, /total;dur=[\d.]+/);
  assertEquals((await called).get("x-request-id"), "order-4711");

  const wanted = [
    ["webhooks", `POST /api/recommend 200`],
    ["recommender", `POST /project/${id}/recommendations 200`],
    ["webhooks", "webhook recommend.completed 200"],
  ];
  for (const [service, message] of wanted) {
    const line = await lineWith(system, { service, message });
    assertEquals(line.request_id, "order-4711");
    assertEquals([line.level, typeof line.ms, line.time], ["info", "number", line.time]);
    assertFalse(Number.isNaN(Date.parse(String(line.time))));
  }
});

Deno.test("every service has /health, /ready, /openapi.json and a page of docs that loads nothing from elsewhere", async () => {
  await using system = await startSystem();
  for (const name of SERVICES) {
    const at = system.at[name];
    assertEquals(await call(`${at}/health`), { status: "ok" });
    assertEquals(await call(`${at}/ready`), { status: "ok", down: [] });
    const document = await call(`${at}/openapi.json`);
    assertEquals(document.openapi, "3.1.0");
    assert(Object.keys(document.paths).length > 3);
    const page = await fetch(`${at}/docs`);
    const text = await page.text();
    assertEquals(page.status, 200);
    for (const path of Object.keys(document.paths)) assert(text.includes(path), `${name} ${path}`);
    assertMatch(page.headers.get("content-security-policy")!, /default-src 'none'/);
    const loaded = [...text.matchAll(/<(?:script|link|img|iframe)[^>]*(?:src|href)="([^"]*)"/g)];
    assertEquals(loaded.map(([, url]) => url), ["docs.css"]);
    const styles = await fetch(`${at}/docs.css`);
    assertFalse(/url\(|@import/.test(await styles.text()));
  }
});

Deno.test("OTEL_DENO sends traces, log lines and metrics of the services to a collector", async () => {
  const spans: Span[] = [];
  const logs: string[] = [];
  let metrics = 0;
  await using collector = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (
    request,
  ) => {
    const { resourceSpans = [], resourceLogs = [], resourceMetrics = [] } = await request.json();
    for (const { scopeSpans } of resourceSpans) {
      for (const scope of scopeSpans) spans.push(...scope.spans);
    }
    logs.push(...resourceLogs.map((one: unknown) => JSON.stringify(one)));
    metrics += resourceMetrics.length;
    return Response.json({});
  });
  await using system = await startSystem({
    env: {
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.addr.port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_BSP_SCHEDULE_DELAY: "100",
      OTEL_BLRP_SCHEDULE_DELAY: "100",
      OTEL_METRIC_EXPORT_INTERVAL: "500",
    },
  });
  const { key, id } = await keyedProject(system);
  await call(`${system.at.webhooks}/api/recommend`, {
    ...json({ project_id: id, user_id: "ann" }, { "x-api-key": key, "x-request-id": "order-4711" }),
  });
  const spanOf = (kind: number, path: string) =>
    spans.find((span) =>
      span.kind === kind &&
      span.attributes.some(({ key, value }) =>
        key === "url.full" && value.stringValue?.endsWith(path)
      )
    );
  const asked = "/api/recommend";
  const passed = `/project/${id}/recommendations`;
  await until(() =>
    spanOf(SERVER, asked) && spanOf(SERVER, passed) && metrics > 0 &&
    logs.some((log) => log.includes("order-4711"))
  );
  // Both services report to the same trace.
  assertEquals(spanOf(SERVER, passed)!.traceId, spanOf(SERVER, asked)!.traceId);
  assertFalse(JSON.stringify(spans).includes(key), "a key stands in a trace");
});

const SERVER = 2;

interface Span {
  traceId: string;
  kind: number;
  name: string;
  attributes: { key: string; value: { stringValue?: string } }[];
}

/** Creates a project with the example model, and an app; returns project id and API key. */
async function keyedProject(
  system: System,
  webhook_url?: string,
): Promise<{ id: number; key: string }> {
  const headers = await signedUp(system);
  const { sql, blobsFolder } = system;
  const [{ id, name }] = await sql`
    insert into recommender.recommender_projects (owner_id, project_name, model_type, status,
      trained_at)
    select id, 'Films', 'COLLABORATIVE', 'READY', now() from auth.users
    returning id, mlflow_model_name as name`;
  const registry = folderRegistry(diskBlobs(blobsFolder), {
    installation: await installationId(sql),
  });
  const files = await encodeModel(exampleModel("COLLABORATIVE"));
  await publishChampion(registry, { model: name, files });
  const { api_key } = await call(`${system.at.webhooks}/api/apps/register`, {
    ...json({ app_name: "Films", webhook_url }, headers),
    expect: 201,
  });
  return { id, key: api_key };
}

/** Waits for a service's log entry with this message. */
async function lineWith(
  { lines }: System,
  { service, message }: { service: string; message: string },
): Promise<Record<string, unknown>> {
  const found = () =>
    lines.filter((line) => line.startsWith(`${service} | {`))
      .map((line) => JSON.parse(line.slice(line.indexOf("{"))))
      .find((entry) => entry.message === message);
  return await until(found);
}
