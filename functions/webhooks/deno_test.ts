import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { testDatabase } from "../../testing/database.ts";
import { listening } from "../../testing/listening.ts";
import { ACCESS, mintToken } from "../http/identity/identity.ts";
import {
  JWT_SECRET,
  SECRET_KEY,
  serveOnLoopback,
  SERVICE_SECRET,
} from "../../testing/webhooks_service.ts";

const ENTRY = fromFileUrl(import.meta.resolve("./deno.ts"));
const JSON_TYPE = { "content-type": "application/json" };

Deno.test("the service starts, sends webhooks, finishes at SIGTERM and exits 0", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const { promise: asked, resolve: heardOfCall } = Promise.withResolvers<void>();
  const { promise: mayAnswer, resolve: letAnswer } = Promise.withResolvers<void>();
  await using recommender = serveOnLoopback(async (request) => {
    if (new URL(request.url).pathname === "/health") return new Response();
    heardOfCall();
    await mayAnswer;
    return new Response('{"recommendations":[]}', { headers: JSON_TYPE });
  });
  const { promise: sent, resolve: heardOfEvent } = Promise.withResolvers<string | null>();
  await using endpoint = serveOnLoopback((request) => {
    heardOfEvent(request.headers.get("airec-event"));
    return new Response();
  });

  await using process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", ENTRY],
    env: {
      DATABASE_URL: database.url,
      WEBHOOKS_PORT: "0",
      JWT_SECRET,
      SERVICE_SECRET,
      AIREC_SECRET_KEY: SECRET_KEY.toBase64({ alphabet: "base64url" }),
      RECOMMENDER_URL: recommender.url,
      WEBHOOKS_ALLOW_LOOPBACK: "true",
    },
    stdout: "piped",
  }).spawn();
  const { url, silent } = await listening(process);
  assertEquals(await (await fetch(`${url}/ready`)).json(), { status: "ok", down: [] });

  const [{ id }] = await sql`
    insert into auth.users (name, email, password) values ('Ada', 'ada@example.org', 'none')
    returning id`;
  const token = await mintToken(id, { kind: ACCESS, secret: JWT_SECRET, seconds: 60 });
  const registered = await fetch(`${url}/api/apps/register`, {
    method: "POST",
    headers: { ...JSON_TYPE, authorization: `Bearer ${token}` },
    // A host name, so that it is resolved.
    body: JSON.stringify({
      app_name: "Movies",
      webhook_url: endpoint.url.replace("127.0.0.1", "localhost"),
    }),
  });
  const { api_key } = await registered.json();
  await sql`select webhooks.emit(${id}, 'model.ready', '{}')`;
  assertEquals(await sent, "model.ready");

  const call = fetch(`${url}/api/recommend`, {
    method: "POST",
    headers: { ...JSON_TYPE, "x-api-key": api_key },
    body: '{"project_id":7}',
  });
  await asked;
  process.kill("SIGTERM");
  letAnswer();
  const answer = await call;
  assertEquals([answer.status, await answer.json()], [200, { recommendations: [] }]);
  await silent;
  assertEquals((await process.status).code, 0);
  const [{ usage_count }] = await sql`select usage_count::int from webhooks.usage`;
  assertEquals(usage_count, 1);
});
