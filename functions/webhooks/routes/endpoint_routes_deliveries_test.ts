import { assert, assertEquals } from "@std/assert";
import { eraseOld } from "../outbox/retention.ts";
import { testEndpoints } from "../../../testing/webhooks/test_endpoints.ts";

Deno.test("attempts show request and response, without credentials", async () => {
  await using t = await testEndpoints({
    "/": () =>
      new Response("x".repeat(5000), {
        status: 503,
        headers: { "set-cookie": "session=secret", "retry-after": "7", server: "Test" },
      }),
  });
  const { secret } = await t.add("/");
  await t.emit("model.ready");
  await t.send();
  const [{ webhook_id, body, attempts: [attempt] }] = await t.deliveries();
  assertEquals(JSON.parse(body).data, { project_id: 7 });
  assertEquals([attempt.url, attempt.status_code, attempt.response.length], [
    `${t.url}/`,
    503,
    2000,
  ]);
  assertEquals(attempt.request_headers["webhook-id"], webhook_id);
  assertEquals([attempt.response_headers["retry-after"], attempt.response_headers.server], [
    "7",
    "Test",
  ]);
  const text = JSON.stringify(attempt);
  for (const hidden of ["webhook-signature", "v1,", "set-cookie", secret]) {
    assertEquals(text.includes(hidden), false, hidden);
  }
  const one = await t.ada.request("GET", `${t.path}/deliveries/${webhook_id}`);
  assertEquals((await one.json()).attempts, [attempt]);
});

Deno.test("deliveries are filtered; failed ones are resent individually or all since a time", async () => {
  let status = 410;
  await using t = await testEndpoints({ "/": () => new Response(null, { status }) });
  const { endpoint_id } = await t.add("/");
  const on = () => t.ada.request("PATCH", `${t.path}/endpoints/${endpoint_id}`, { enabled: true });
  for (const type of ["model.ready", "model.rejected", "training.failed"]) {
    await t.emit(type);
    await t.send();
    await on();
  }
  status = 200;
  const test = await t.post(`/endpoints/${endpoint_id}/test`);
  assertEquals(test.status, 202);
  await t.send();
  const ids = async (query: string) =>
    (await t.deliveries(query)).map((row: { type: string }) => row.type);
  assertEquals(await ids("?status=DELIVERED"), ["webhook.test"]);
  assertEquals(await ids("?status=FAILED&limit=2"), ["training.failed", "model.rejected"]);
  assertEquals(await ids("?type=model.ready"), ["model.ready"]);
  assertEquals((await t.deliveries(`?endpoint_id=${endpoint_id}`)).length, 4);
  assertEquals(await t.deliveries(`?endpoint_id=${crypto.randomUUID()}`), []);
  assertEquals((await t.ada.request("GET", `${t.path}/deliveries?status=x`)).status, 422);

  const [{ webhook_id }] = await t.deliveries("?type=model.ready");
  assertEquals((await t.post(`/deliveries/${webhook_id}/resend`)).status, 202);
  await t.send();
  const [again] = await t.deliveries("?type=model.ready");
  assertEquals([again.status, again.attempts.length], ["DELIVERED", 2]);
  assertEquals(t.received.filter(({ id }) => id === webhook_id).length, 2);

  await t.sql`
    update webhooks.deliveries d set created_at = now() - interval '2 days'
    from webhooks.events e where e.id = d.event_id and e.type = 'model.rejected'`;
  const since = new Date(Date.now() - 86_400_000).toISOString();
  assertEquals((await t.post(`/endpoints/${endpoint_id}/replay`, { since })).count, 1);
  await t.send();
  assertEquals(await ids("?status=FAILED"), ["model.rejected"]);
});

Deno.test("a claimed delivery is not queued again", async () => {
  await using t = await testEndpoints();
  await t.add("/");
  await t.emit("model.ready");
  await t.sql`
    update webhooks.deliveries set held = true, next_attempt_at = now() + interval '20 seconds'`;
  const [{ webhook_id }] = await t.deliveries();
  assertEquals((await t.post(`/deliveries/${webhook_id}/resend`)).status, 202);
  const [{ held }] = await t
    .sql`select held from webhooks.deliveries where next_attempt_at > now()`;
  assertEquals(held, true);
});

Deno.test("a deleted endpoint keeps its log; its pending deliveries fail", async () => {
  await using t = await testEndpoints();
  const { endpoint_id } = await t.add("/");
  await t.emit("model.ready");
  const at = `${t.path}/endpoints/${endpoint_id}`;
  assertEquals((await t.ada.request("DELETE", at)).status, 204);
  assertEquals((await t.ada.request("DELETE", at)).status, 404);
  const [delivery] = await t.deliveries();
  assertEquals([delivery.status, delivery.endpoint_id], ["FAILED", null]);
  assertEquals((await t.post(`/deliveries/${delivery.webhook_id}/resend`)).status, 409);
  assertEquals((await (await t.ada.request("GET", "/api/apps")).json())[0].webhook_url, null);
});

Deno.test("deliveries are kept 30 days, their bodies 7, pending ones in full", async () => {
  await using t = await testEndpoints({ "/": () => new Response("kept") });
  await t.add("/");
  for (const type of ["model.ready", "model.rejected", "training.failed"]) await t.emit(type);
  await t.send();
  await t.emit("model.ready");
  const age = (type: string, days: number) =>
    t.sql`
      with e as (
        update webhooks.events set created_at = now() - ${days} * interval '1 day'
        where type = ${type} returning id
      )
      update webhooks.delivery_attempts set started_at = now() - ${days} * interval '1 day'
      where delivery_id in (select d.id from webhooks.deliveries d join e on e.id = d.event_id)`;
  await age("model.rejected", 31);
  await age("training.failed", 8);
  await age("model.ready", 8);
  assert(await eraseOld(t.sql) > 0);
  const kept = await t.deliveries();
  assertEquals(
    kept.map((row: { type: string; body: string | null; attempts: { response: string }[] }) => [
      row.type,
      row.body !== null,
      row.attempts[0]?.response,
    ]),
    [
      ["model.ready", true, undefined],
      ["training.failed", false, null],
      ["model.ready", false, null],
    ],
  );
  assertEquals((await t.post(`/deliveries/${kept[1].webhook_id}/resend`)).status, 409);
  assertEquals(await eraseOld(t.sql), 0);
});
