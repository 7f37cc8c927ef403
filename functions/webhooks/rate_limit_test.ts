import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Sql } from "postgres";
import { createRateLimit } from "./rate_limit.ts";
import { testService } from "./service_under_test.ts";

const answering = () =>
  new Response('{"recommendations":[]}', { headers: { "content-type": "application/json" } });

/** Waits until a minute has begun that does not end during a test. */
async function earlyInMinute(sql: Sql): Promise<void> {
  const [{ left }] = await sql<{ left: number }[]>`
    select 60 - extract(second from clock_timestamp())::float8 as left`;
  if (left < 8) await new Promise((resolve) => setTimeout(resolve, left * 1000 + 50));
}

Deno.test("without a limit nothing is said of one; with one, calls beyond it are 429", async () => {
  await using service = await testService(answering);
  const ada = await service.owner("ada@example.org");
  const app = await ada.register("Movies");
  await earlyInMinute(service.sql);
  const free = await service.recommendBy(app.api_key, { project_id: 7 });
  assertEquals([free.status, free.headers.get("ratelimit")], [200, null]);

  const { api_key } = await (await ada.request("POST", `/api/apps/${app.app_id}/keys`, {
    name: "Slow",
    rate_limit: 5,
  })).json();
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => service.recommendBy(api_key, { project_id: 7 })),
  );
  assertEquals(answers.map(({ status }) => status).sort(), [
    ...[200, 200, 200, 200, 200],
    ...[429, 429, 429],
  ]);
  for (const { headers } of answers) {
    assertEquals(headers.get("ratelimit-policy"), '"key";q=5;w=60');
    assertMatch(headers.get("ratelimit")!, /^"key";r=[0-4];t=([1-9]|[1-5]\d|60)$/);
  }
  const refused = answers.find(({ status }) => status === 429)!;
  assertEquals((await refused.json()).code, "too_many_requests");
  const wait = Number(refused.headers.get("retry-after"));
  assert(wait >= 1 && wait <= 60);
  // What was refused is not counted.
  const [{ usage_count }] = await (await ada.request("GET", "/api/apps/usage")).json();
  assertEquals(usage_count, 6);
});

Deno.test("processes share a key's minute, never over the limit, and lease it in blocks", async () => {
  await using service = await testService(answering);
  const { sql } = service;
  const ada = await service.owner("ada@example.org");
  await ada.register("Movies");
  const [{ id: keyId }] = await sql`select id from webhooks.api_keys`;
  await earlyInMinute(sql);
  let now = 0;
  const [one, two] = [1, 2].map(() => createRateLimit(sql, { clock: () => now }));
  const take = (from: typeof one, count: number) =>
    Promise.all(Array.from({ length: count }, () => from({ keyId, ownerId: ada.id, limit: 40 })));
  const allowed = [...await take(one, 30), ...await take(two, 30)].filter((a) => a.allowed);
  assert(allowed.length > 36 && allowed.length <= 40, `${allowed.length} of 40`);

  const [{ leased }] = await sql`select leased from webhooks.rate_windows`;
  assertEquals(leased, 40);
  assertEquals((await take(two, 1))[0].allowed, false);
  assertEquals((await take(two, 1))[0].remaining, 0);

  // A minute later.
  now += 60_000;
  await sql`update webhooks.rate_windows set minute = minute - interval '1 minute'`;
  assertEquals((await take(two, 4)).map((a) => a.allowed), [true, true, true, true]);
  assertEquals((await sql`select leased from webhooks.rate_windows`)[0].leased, 4);
});

Deno.test("where nothing outlives a call, a limit holds without calls leased ahead", async () => {
  await using service = await testService(answering);
  const { sql } = service;
  const ada = await service.owner("ada@example.org");
  await ada.register("Movies");
  const [{ id: keyId }] = await sql`select id from webhooks.api_keys`;
  await earlyInMinute(sql);
  const allowed: boolean[] = [];
  for (let i = 0; i < 22; i++) {
    const takeCall = createRateLimit(sql, { clock: () => 0, leases: false });
    allowed.push((await takeCall({ keyId, ownerId: ada.id, limit: 20 })).allowed);
  }
  assertEquals(allowed, [...Array(20).fill(true), false, false]);
});
