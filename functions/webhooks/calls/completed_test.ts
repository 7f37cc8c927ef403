import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { testDatabase } from "../../../testing/database.ts";
import { listening } from "../../../testing/listening.ts";
import { ACCESS, mintToken } from "../../http/identity/identity.ts";
import { createNoteCompleted } from "./completed.ts";
import {
  JWT_SECRET,
  SECRET_KEY,
  serveOnLoopback,
  SERVICE_SECRET,
  testService,
} from "../../../testing/webhooks_service.ts";

const ENTRY = fromFileUrl(import.meta.resolve("../deno.ts"));
const JSON_TYPE = { "content-type": "application/json" };
const answering = () => new Response('{"recommendations":[]}', { headers: JSON_TYPE });

Deno.test("concurrent calls share statements; batches count their users; deleted apps are not counted", async () => {
  await using service = await testService(answering);
  const { sql } = service;
  const ada = await service.owner("ada@example.org");
  const apps = [await ada.register("One", "https://hooks.example.org/"), await ada.register("Two")];
  const keys = await Promise.all(apps.map(async ({ app_id }) => {
    const [{ id }] = await sql`select id from webhooks.api_keys where app_id = ${app_id}`;
    return { appId: app_id as string, keyId: id as string };
  }));
  const note = createNoteCompleted(sql);
  const [requestId, lists] = ["r-1", null];
  const [{ before }] = await sql`select pg_current_xact_id()::text::bigint as before`;
  const noted = await Promise.all([
    ...Array.from(
      { length: 200 },
      (_, i) => note({ ...keys[i % 2], requestId, lists, count: 1, answer: `{"n":${i}}` }),
    ),
    note({ ...keys[1], requestId, lists, count: 1000, answer: null }),
    note({
      ...{ appId: crypto.randomUUID(), keyId: keys[0].keyId },
      ...{ requestId, lists, count: 1, answer: "{}" },
    }),
  ]);
  assertEquals(noted, [...Array(201).fill(true), false]);
  const [{ after }] = await sql`select pg_current_xact_id()::text::bigint as after`;
  assert(after - before < 20, `${after - before} transactions`);

  const counts = await sql`
    select u.usage_count::int as total, d.usage_count::int as today
    from webhooks.usage u join webhooks.usage_days d on d.app_id = u.app_id
    order by u.app_name`;
  assertEquals(counts.map((row) => [row.total, row.today]), [[100, 100], [1100, 1100]]);
  // Each answer of the app with an endpoint is an event, byte for byte.
  const bodies = await sql`select body from webhooks.events order by id`;
  assertEquals(
    bodies.map(({ body }) => body).sort(),
    Array.from({ length: 100 }, (_, i) => `{"n":${2 * i}}`).sort(),
  );
});

Deno.test("lists of answers are counted by placement and version, in the calls' statement", async () => {
  const lists = JSON.stringify({ version: 3, variant: 0, lists: 2, fallbacks: 1 });
  await using service = await testService(() =>
    new Response('{"recommendations":[]}', { headers: { ...JSON_TYPE, "x-airec-lists": lists } })
  );
  const { sql } = service;
  const ada = await service.owner("ada@example.org");
  const { api_key } = await ada.register("Movies");
  const [{ id }] = await sql`
    insert into recommender.recommender_projects (owner_id, project_name, model_type)
    values (${ada.id}, 'Films', 'CONTENT') returning id`;
  const placements = ["home", "home", undefined, ...Array.from({ length: 120 }, (_, i) => `p${i}`)];
  const called = await Promise.all(placements.map(async (placement) => {
    const answer = await service.recommendBy(api_key, { project_id: id, placement });
    return answer.status;
  }));
  assertEquals(new Set(called), new Set([200]));
  const sums = await sql`
    select placement, version, type, sum(count)::int as count from recommender.result_hours
    where placement !~ '^p' and project_id = ${id} group by 1, 2, 3 order by 1, 3`;
  const [{ seen }] = await sql`select count(*)::int as seen from recommender.placements_seen`;
  assertEquals(seen, 100);
  // 99 names beside home are counted by name, the other 21 together.
  assertEquals(sums.map(Object.values), [
    ...[["", 3, "fallback", 1], ["", 3, "list", 2]],
    ...[["(other)", 3, "fallback", 21], ["(other)", 3, "list", 42]],
    ...[["home", 3, "fallback", 2], ["home", 3, "list", 4]],
  ]);
});

Deno.test("a failure of the database fails the calls it held, and later ones are counted", async () => {
  await using service = await testService(answering);
  const { sql } = service;
  const ada = await service.owner("ada@example.org");
  const { api_key } = await ada.register("Movies");
  const status = async () => (await service.recommendBy(api_key, { project_id: 7 })).status;
  await sql`alter table webhooks.usage_days rename to away`;
  assertEquals(await Promise.all([status(), status()]), [500, 500]);
  await sql`alter table webhooks.away rename to usage_days`;
  assertEquals(await Promise.all([status(), status()]), [200, 200]);
  assertEquals((await sql`select usage_count::int from webhooks.usage`)[0].usage_count, 2);
});

Deno.test("usage by day shows every day, to its owner alone", async () => {
  await using service = await testService(answering);
  const { sql } = service;
  const [ada, bob] = [await service.owner("a@example.org"), await service.owner("b@example.org")];
  const { app_id, api_key } = await ada.register("Movies");
  await service.recommendBy(api_key, { project_id: 7 });
  await sql`
    insert into webhooks.usage_days (app_id, day, usage_count)
    values (${app_id}, (now() at time zone 'utc')::date - 2, 41)`;
  const path = `/api/apps/${app_id}/usage`;
  const days = await (await ada.request("GET", `${path}?days=4`)).json();
  assertEquals(days.map((row: { usage_count: number }) => row.usage_count), [0, 41, 0, 1]);
  assertEquals(days[3].day, new Date().toISOString().slice(0, 10));
  assertEquals((await (await ada.request("GET", path)).json()).length, 30);
  assertEquals((await ada.request("GET", `${path}?days=0`)).status, 422);
  assertEquals((await bob.request("GET", path)).status, 404);
});

Deno.test("fifty clients and kill -9: acknowledged ≤ count ≤ attempted", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  await using recommender = serveOnLoopback(answering);
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", ENTRY],
    env: {
      DATABASE_URL: database.url,
      WEBHOOKS_PORT: "0",
      JWT_SECRET,
      SERVICE_SECRET,
      AIREC_SECRET_KEY: SECRET_KEY.toBase64({ alphabet: "base64url" }),
      RECOMMENDER_URL: recommender.url,
    },
    stdout: "piped",
  }).spawn();
  const { url, silent } = await listening(process);

  const [{ id }] = await sql`
    insert into auth.users (name, email, password) values ('Ada', 'ada@example.org', 'none')
    returning id`;
  const token = await mintToken(id, { kind: ACCESS, secret: JWT_SECRET, seconds: 60 });
  const { api_key } = await (await fetch(`${url}/api/apps/register`, {
    method: "POST",
    headers: { ...JSON_TYPE, authorization: `Bearer ${token}` },
    body: '{"app_name":"Movies"}',
  })).json();

  let [attempted, acknowledged] = [0, 0];
  let killed = false;
  const { promise: enough, resolve } = Promise.withResolvers<void>();
  const client = async () => {
    while (!killed) {
      attempted++;
      try {
        const answer = await fetch(`${url}/api/recommend`, {
          method: "POST",
          headers: { ...JSON_TYPE, "x-api-key": api_key },
          body: '{"project_id":7}',
        });
        if (answer.status === 200) acknowledged++;
        await answer.body?.cancel();
      } catch {
        // The process was killed: this call was attempted but not acknowledged.
      }
      if (acknowledged >= 300) resolve();
    }
  };
  const clients = Array.from({ length: 50 }, client);
  await enough;
  process.kill("SIGKILL");
  killed = true;
  await Promise.all([...clients, process.status, silent]);

  // Postgres may still be committing statements of the killed service.
  for (let busy = 1; busy > 0;) {
    [{ busy }] = await sql`
      select count(*)::int as busy from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'
        and query like '%note_completed%'`;
  }
  const [{ count, days }] = await sql`
    select usage_count::int as count, (select sum(usage_count)::int from webhooks.usage_days) as days
    from webhooks.usage`;
  assert(acknowledged >= 300);
  assert(
    acknowledged <= count && count <= attempted,
    `${acknowledged} acknowledged, ${count} counted, ${attempted} attempted`,
  );
  assertEquals(days, count);
});
