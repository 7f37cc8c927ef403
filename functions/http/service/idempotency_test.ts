import { assertEquals, assertNotEquals } from "@std/assert";
import { testDatabase } from "../../../testing/database.ts";
import { idempotent, withoutSecrets } from "./idempotency.ts";
import { ACCESS, mintToken, signedIn } from "../identity/identity.ts";
import { until } from "../../../testing/until.ts";
import { ownedBy } from "../database/owned_by.ts";
import { createService } from "./service.ts";

const SECRET = "a secret of more than thirty-two bytes";

/** A service whose one write counts its effects. */
async function testWrites(
  answer: (ownerId: string) => Response | Promise<Response> = made,
) {
  const database = await testDatabase();
  const { sql } = database;
  let effects = 0;
  const app = createService({
    name: "test",
    description: "Writes.",
    dashboardOrigin: "http://dashboard.test",
    checks: {},
    log: () => {},
  });
  const identity = signedIn([{ kind: ACCESS, secrets: [SECRET] }]);
  const once = idempotent(sql, {
    ...{ service: "test", secrets: ["api_key"], waitMs: 2000, heartbeatMs: 50 },
  });
  app.post("/things/:name", identity, once, async (c) => {
    const { wanted } = await c.req.json();
    effects++;
    if (wanted === "fault") return c.json({ code: "not_found" }, 404);
    return await answer(c.var.ownerId);
  });
  const owner = async (email: string) => {
    const [{ id }] = await sql`
      insert into auth.users (name, email, password) values ('Owner', ${email}, 'none')
      returning id`;
    const token = await mintToken(id, { kind: ACCESS, secret: SECRET, seconds: 60 });
    return (key: string | null, wanted = "x", path = "/things/a") =>
      app.request(path, {
        method: "POST",
        headers: {
          authorization: `Bearer ${token}`,
          "content-type": "application/json",
          ...(key !== null && { "idempotency-key": key }),
        },
        body: JSON.stringify({ wanted }),
      });
  };
  return {
    sql,
    app,
    identity,
    owner,
    effects: () => effects,
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

let serial = 0;

function made(): Response {
  return Response.json({ id: ++serial, api_key: "the key" }, { status: 201 });
}

Deno.test("one key has one effect and one response, with the secret only in the first", async () => {
  await using t = await testWrites();
  const post = await t.owner("ada@example.org");
  const first = await post("k1");
  const { id, api_key } = await first.json();
  assertEquals([first.status, api_key], [201, "the key"]);
  for (let i = 0; i < 2; i++) {
    const again = await post("k1");
    assertEquals([again.status, again.headers.get("idempotent-replayed")], [201, "true"]);
    assertEquals(await again.json(), { id, api_key: null, replayed: true });
  }
  assertEquals(t.effects(), 1);
  const [{ body }] = await t.sql`select body from http.idempotent_requests`;
  assertEquals(body.includes("the key"), false);
});

Deno.test("another body or path under the same key is 422; another owner's key is another", async () => {
  await using t = await testWrites();
  const [ada, bob] = [await t.owner("ada@example.org"), await t.owner("bob@example.org")];
  await ada("k1");
  for (const answer of [await ada("k1", "y"), await ada("k1", "x", "/things/b")]) {
    assertEquals([answer.status, (await answer.json()).code], [422, "invalid_input"]);
  }
  assertEquals((await bob("k1", "y")).status, 201);
  assertEquals((await ada("k1", "x", "/things/a/")).status, 201);
  assertEquals(t.effects(), 2);
});

Deno.test("twenty concurrent requests have one effect and one body", async () => {
  let id = 0;
  await using t = await testWrites(async () => {
    await new Promise((resolve) => setTimeout(resolve, 150));
    return Response.json({ id: ++id });
  });
  const post = await t.owner("ada@example.org");
  const answers = await Promise.all(Array.from({ length: 20 }, () => post("k1")));
  const bodies = await Promise.all(answers.map((answer) => answer.text()));
  assertEquals(new Set(bodies), new Set(['{"id":1}']));
  assertEquals(t.effects(), 1);
});

Deno.test("a failed request can be repeated; without a key each request is executed", async () => {
  await using t = await testWrites();
  const post = await t.owner("ada@example.org");
  assertEquals((await post("k1", "fault")).status, 404);
  assertEquals((await post("k1", "fault")).status, 404);
  assertEquals((await post("k1", "x")).status, 201);
  await post(null);
  await post(null);
  assertEquals(t.effects(), 5);
  assertEquals((await post("k\tk")).status, 400);
  assertEquals((await post("k".repeat(201))).status, 400);
});

Deno.test("a repeat waits for a hanging first request, then replaces it; records expire after a day", async () => {
  await using t = await testWrites();
  const post = await t.owner("ada@example.org");
  await post("k1");
  await t.sql`update http.idempotent_requests set status = null, body = null`;
  const waiting = await post("k1");
  assertEquals([waiting.status, waiting.headers.get("retry-after")], [409, "2"]);
  await t.sql`update http.idempotent_requests set locked_until = now()`;
  assertEquals((await post("k1")).status, 201);
  assertEquals(t.effects(), 2);

  await t.sql`update http.idempotent_requests set created_at = now() - interval '25 hours'`;
  assertEquals((await post("k1", "other")).status, 201);
  await t.sql`update http.idempotent_requests set created_at = now() - interval '25 hours'`;
  await post("k2");
  assertEquals((await t.sql`select key from http.idempotent_requests`).map(({ key }) => key), [
    "k2",
  ]);
});

Deno.test("the stored fingerprint of a body does not allow guessing its password", async () => {
  await using t = await testWrites();
  const signed = idempotent(t.sql, { service: "signed", signedBy: SECRET });
  t.app.post("/signed", t.identity, signed, (c) => c.json({ done: true }));
  const post = await t.owner("ada@example.org");
  assertEquals((await post("k1", "guess me", "/signed")).status, 200);
  assertEquals(
    (await post("k1", "guess me", "/signed")).headers.get("idempotent-replayed"),
    "true",
  );
  assertEquals((await post("k1", "guess you", "/signed")).status, 422);
  const [{ fingerprint }] = await t.sql`select fingerprint from http.idempotent_requests`;
  const plain = new TextEncoder().encode('POST /signed\n{"wanted":"guess me"}');
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", plain)).toHex();
  assertNotEquals(fingerprint, digest);
  await post("k2", "guess me");
  assertEquals((await t.sql`select from http.idempotent_requests`).length, 2);
});

Deno.test("a deleted account stores nothing", async () => {
  await using t = await testWrites();
  const post = await t.owner("ada@example.org");
  await t.sql`delete from auth.users`;
  assertEquals((await post("k1")).status, 401);
  assertEquals(t.effects(), 0);
});

Deno.test("only secrets in the response are removed", () => {
  const secrets = ["api_key", "secret"];
  assertEquals(withoutSecrets('{"a":"secret"}', secrets), '{"a":"secret"}');
  assertEquals(
    withoutSecrets('{"kind":"secret","api_key":"x"}', secrets),
    '{"kind":"secret","api_key":null,"replayed":true}',
  );
  assertEquals(withoutSecrets('{"secret":null}', secrets), '{"secret":null}');
  assertEquals(
    withoutSecrets('{"secret":"x","api_key":null}', secrets),
    '{"secret":null,"api_key":null,"replayed":true}',
  );
});

/** Expires the lease, as if the process had died. */
const silenced = "update http.idempotent_requests set locked_until = now() - interval '1 second'";

/** A service whose write inserts a row when the test allows it. */
async function testRows() {
  const goOn: (() => void)[] = [];
  const database: { service?: Awaited<ReturnType<typeof testDatabase>>["service"] } = {};
  const t = await testWrites(async (ownerId) => {
    await new Promise<void>((resolve) => goOn.push(resolve));
    await ownedBy(database.service!, ownerId)`
      insert into webhooks.apps (owner_id, app_name, api_key, key_prefix, key_last_four)
      values (${ownerId}, ${crypto.randomUUID()}, ${crypto.randomUUID()}, '', '')`;
    return Response.json({ made: true });
  });
  database.service = t.sql;
  const rows = async () => (await t.sql`select from webhooks.apps`).length;
  return { ...t, goOn, rows, [Symbol.asyncDispose]: t[Symbol.asyncDispose] };
}

Deno.test("a suspended first request that resumes late is rejected, and only its repeat takes effect", async () => {
  await using t = await testRows();
  const post = await t.owner("ada@example.org");
  const first = post("k1");
  await until(() => t.goOn.length === 1);
  // Another attempt holds the key, as after an expired lease.
  await t.sql`update http.idempotent_requests set attempt = gen_random_uuid()`;
  await t.sql.unsafe(silenced);
  const repeat = post("k1");
  await until(() => t.goOn.length === 2);
  t.goOn[0]();
  const late = await first;
  assertEquals([late.status, (await late.json()).code], [409, "conflict"]);
  assertEquals(await t.rows(), 0);
  t.goOn[1]();
  assertEquals([(await repeat).status, await t.rows()], [200, 1]);
  assertEquals((await post("k1")).headers.get("idempotent-replayed"), "true");
  assertEquals(await t.rows(), 1);
});

Deno.test("a running request keeps its lease by heartbeats, for any duration", async () => {
  await using t = await testRows();
  const post = await t.owner("ada@example.org");
  const first = post("k1");
  await until(() => t.goOn.length === 1);
  await t.sql.unsafe(silenced);
  await until(async () => {
    const [{ held }] = await t.sql`
      select locked_until > now() + interval '15 seconds' as held from http.idempotent_requests`;
    return held;
  });
  assertEquals((await post("k1")).status, 409);
  t.goOn[0]();
  assertEquals([(await first).status, t.effects(), await t.rows()], [200, 1, 1]);
});

Deno.test("a write whose response was lost is not repeated, and the repeat is 409", async () => {
  await using t = await testRows();
  const post = await t.owner("ada@example.org");
  const first = post("k1");
  await until(() => t.goOn.length === 1);
  t.goOn[0]();
  await first;
  // As if the process had died between commit and response: no heartbeat of its attempt, not even
  // one that is still on its way, renews the lease.
  await t.sql`
    update http.idempotent_requests
    set status = null, body = null, attempt = gen_random_uuid()`;
  await t.sql.unsafe(silenced);
  const repeat = await post("k1");
  assertEquals([repeat.status, (await repeat.json()).detail.includes("response was lost")], [
    409,
    true,
  ]);
  assertEquals(await t.rows(), 1);
});
