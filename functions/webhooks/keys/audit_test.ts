import { assert, assertEquals } from "@std/assert";
import { testService } from "../../../testing/webhooks_service.ts";

const nobody = () => new Response(null, { status: 500 });

Deno.test("changes of apps, keys and endpoints are in the owner's audit trail, without secrets", async () => {
  await using service = await testService(nobody);
  const { sql } = service;
  const [ada, bob] = [await service.owner("a@example.org"), await service.owner("b@example.org")];
  const hook = "https://hooks.example.org/very-secret-path";
  const app = await ada.register("Movies", hook);
  const path = `/api/apps/${app.app_id}`;
  const post = async (at: string, body: unknown) =>
    await (await ada.request("POST", path + at, body)).json();
  const made = await post("/keys", { name: "Server" });
  const rotated = await post(`/keys/${made.key_id}/rotate`, { overlap_seconds: 60 });
  await ada.request("DELETE", `${path}/keys/${rotated.key_id}`);
  const [{ endpoint_id }] = await (await ada.request("GET", `${path}/endpoints`)).json();
  const turned = await post(`/endpoints/${endpoint_id}/rotate`, {});
  await ada.request("PATCH", `${path}/endpoints/${endpoint_id}`, { enabled: false });
  await ada.request("PATCH", `${path}/endpoints/${endpoint_id}`, { enabled: true });
  await ada.request("DELETE", `${path}/endpoints/${endpoint_id}`);
  const identity = await post("/identity-secret", {});
  const nextIdentity = await post("/identity-secret", {});
  await bob.request("DELETE", path);
  await ada.request("DELETE", path);

  const entries = await sql`
    select owner_id, action, detail, actor from auth.audit_entries order by id`;
  assertEquals(entries.map(({ action }) => action).sort(), [
    "app.deleted",
    "app.registered",
    "endpoint.added",
    "endpoint.deleted",
    "endpoint.secret_rotated",
    "endpoint.switched_off",
    "endpoint.switched_on",
    "identity_secret.made",
    "identity_secret.rotated",
    "key.changed",
    "key.made",
    "key.made",
    "key.made",
    "key.revoked",
  ]);
  assert(entries.every(({ owner_id }) => owner_id === ada.id));
  assert(entries.every(({ actor }) => actor === `account:${ada.id}`));
  const text = JSON.stringify(entries);
  const secrets = [app.api_key, made.api_key, rotated.api_key, app.webhook_secret, turned.secret];
  secrets.push(identity.secret, nextIdentity.secret);
  for (const hidden of [...secrets, "very-secret-path"]) assertEquals(text.includes(hidden), false);
  assert(text.includes("https://hooks.example.org"));

  // Deleting the account deletes its audit trail.
  await ada.register("Again", hook);
  await sql`delete from auth.users where id = ${ada.id}`;
  assertEquals((await sql`select from auth.audit_entries`).length, 0);
});

Deno.test("calls by key leave no entry", async () => {
  await using service = await testService(() =>
    new Response("{}", { headers: { "content-type": "application/json" } })
  );
  const ada = await service.owner("a@example.org");
  const { api_key } = await ada.register("Movies");
  await service.recommendBy(api_key, { project_id: 7 });
  const actions = await service.sql`select action from auth.audit_entries order by action`;
  assertEquals(actions.map(({ action }) => action), ["app.registered", "key.made"]);
});
