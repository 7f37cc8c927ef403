import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Sql } from "postgres";
import { createRateLimit, mostUnitsOfRequests } from "./rate_limit.ts";
import { testService } from "../../../testing/webhooks_service.ts";

const answering = () =>
  new Response('{"recommendations":[]}', { headers: { "content-type": "application/json" } });

/** Waits for a minute with at least 8 seconds left. */
async function earlyInMinute(sql: Sql): Promise<void> {
  const [{ left }] = await sql<{ left: number }[]>`
    select 60 - extract(second from clock_timestamp())::float8 as left`;
  if (left < 8) await new Promise((resolve) => setTimeout(resolve, left * 1000 + 50));
}

Deno.test("a key without a limit gets no RateLimit fields; with one, calls beyond it are 429", async () => {
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
  // Refused calls are not counted.
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

Deno.test("without state between calls, a limit holds without leased blocks", async () => {
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

/** A recommender whose answers cost `units`. */
const costing = (units: number) => () =>
  new Response('{"recommendations":[]}', {
    headers: { "content-type": "application/json", "x-airec-units": String(units) },
  });

Deno.test("a call costs its units, and calls are rejected while the key is overdrawn", async () => {
  await using service = await testService(costing(25));
  const ada = await service.owner("ada@example.org");
  const app = await ada.register("Movies");
  await earlyInMinute(service.sql);
  const free = await service.recommendBy(app.api_key, { project_id: 7 });
  assertEquals([free.status, free.headers.get("x-airec-units")], [200, "25"]);

  const { api_key, key_id } = await (await ada.request("POST", `/api/apps/${app.app_id}/keys`, {
    name: "Slow",
    rate_limit: 10,
  })).json();
  const first = await service.recommendBy(api_key, { project_id: 7 });
  assertEquals([first.status, first.headers.get("x-airec-units")], [200, "25"]);
  assertMatch(first.headers.get("ratelimit")!, /^"key";r=0;/);
  const refused = await service.recommendBy(api_key, { project_id: 7 });
  assertEquals(refused.status, 429);
  // 25 units at 10 per minute: free in the minute after the next.
  const wait = Number(refused.headers.get("retry-after"));
  assert(wait > 60 && wait <= 120, `${wait} s`);
  // Usage counts answers, not units.
  const [{ usage_count }] = await (await ada.request("GET", "/api/apps/usage")).json();
  assertEquals(usage_count, 2);

  // Another process, in later minutes.
  const key = { keyId: key_id, ownerId: ada.id, limit: 10 };
  const allowedAfter = async (minutes: number) => {
    await service.sql`
      update webhooks.rate_windows
      set minute = minute - ${minutes} * interval '1 minute' where key_id = ${key_id}`;
    return (await createRateLimit(service.sql, { clock: () => 0 })(key)).allowed;
  };
  assertEquals(await allowedAfter(0), false);
  assertEquals(await allowedAfter(1), false);
  assertEquals(await allowedAfter(1), true);
});

Deno.test("a key from before units counts requests, up to its own limit of units", async () => {
  await using service = await testService(costing(25));
  const { sql } = service;
  const ada = await service.owner("ada@example.org");
  const app = await ada.register("Movies");
  const made = await (await ada.request("POST", `/api/apps/${app.app_id}/keys`, {
    name: "Old",
    rate_limit: 5,
  })).json();
  await sql`update webhooks.api_keys set rate_counts = 'requests' where id = ${made.key_id}`;
  const rotated = await (await ada.request(
    "POST",
    `/api/apps/${app.app_id}/keys/${made.key_id}/rotate`,
    {},
  )).json();
  await earlyInMinute(sql);
  const statuses: number[] = [];
  for (let i = 0; i < 6; i++) {
    statuses.push((await service.recommendBy(rotated.api_key, { project_id: 7 })).status);
  }
  assertEquals(statuses, [200, 200, 200, 200, 200, 429]);

  const key = { keyId: made.key_id, ownerId: ada.id, limit: 5 };
  const process = () => createRateLimit(sql, { clock: () => 0 });
  assertEquals((await process()(key)).allowed, true);
  await process().charge(key, mostUnitsOfRequests(5));
  assertEquals((await process()(key)).allowed, false);
  await sql`update webhooks.rate_windows set minute = minute - interval '1 minute'`;
  assertEquals((await process()(key)).allowed, true);
});
