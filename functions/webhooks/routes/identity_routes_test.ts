import { assert, assertEquals, assertMatch } from "@std/assert";
import { describedRoutes } from "../../../testing/contracts/described_routes.ts";
import { SECRET_KEY, testService } from "../../../testing/webhooks_service.ts";
import { unseal } from "../../http/secrets/sealed.ts";
import { identityOf } from "../keys/user_token.ts";

const nothing = () => new Response();

Deno.test("an identity secret is shown once, kept sealed, and replaced with an overlap", async () => {
  await using service = await testService(nothing);
  const ada = await service.owner("ada@example.org");
  const { app_id } = await ada.register("Shop");
  const path = `/api/apps/${app_id}/identity-secret`;
  const show = async () => await (await ada.request("GET", path)).json();
  assertEquals(await show(), { made_at: null, previous_secret_until: null });

  const made = await ada.request("POST", path, {});
  const { secret, ...first } = await made.json();
  assertEquals([made.status, first.previous_secret_until], [201, null]);
  assertMatch(secret, /^\S{20,}$/);
  assertEquals(await show(), first);
  assertEquals(first.made_at, new Date(first.made_at).toISOString());
  const [{ stored }] = await service.sql`select secret as stored from webhooks.identity_secrets`;
  const opened = await unseal(stored, { key: SECRET_KEY, owner: identityOf(app_id) });
  assertEquals(opened, secret);

  const overlap = { overlap_seconds: 3_600 };
  const second = await (await ada.request("POST", path, overlap)).json();
  assert(second.secret !== secret);
  const until = new Date(second.previous_secret_until).getTime();
  assertEquals(until - new Date(second.made_at).getTime(), 3_600_000);
  const third = await (await ada.request("POST", path, {})).json();
  assertEquals(
    new Date(third.previous_secret_until).getTime() - new Date(third.made_at).getTime(),
    86_400_000,
    "a day, unless it is said",
  );
});

Deno.test("an invalid overlap, another owner's app and an invalid id change nothing", async () => {
  await using service = await testService(nothing);
  const [ada, eve] = [await service.owner("a@example.org"), await service.owner("e@example.org")];
  const { app_id } = await ada.register("Shop");
  const path = `/api/apps/${app_id}/identity-secret`;
  for (const overlap_seconds of [-1, 30 * 86_400 + 1, 1.5, "x"]) {
    assertEquals((await ada.request("POST", path, { overlap_seconds })).status, 422);
  }
  assertEquals((await ada.request("POST", path, { overlap: 1 })).status, 422);
  for (const [method, body] of [["GET", undefined], ["POST", {}]] as const) {
    const foreign = await eve.request(method, path, body);
    assertEquals([foreign.status, (await foreign.json()).detail], [
      404,
      "You have no app with this id.",
    ]);
    assertEquals((await ada.request(method, "/api/apps/x/identity-secret", body)).status, 404);
    assertEquals((await service.app.request(path, { method })).status, 401);
  }
  assertEquals(
    (await ada.request(
      "GET",
      path.toUpperCase().replace("/API/APPS", "/api/apps")
        .replace("/IDENTITY-SECRET", "/identity-secret"),
    )).status,
    200,
  );
  assertEquals((await service.sql`select from webhooks.identity_secrets`).length, 0);
  assertEquals((await ada.request("POST", path, { overlap_seconds: 0 })).status, 201);
});

Deno.test("the routes of the identity secret are described", async () => {
  await using service = await testService(nothing);
  assertEquals(await describedRoutes(service.app, /identity-secret$/), [
    "GET /api/apps/{id}/identity-secret [bearer] 200 400 401 403 404 422 503",
    "POST /api/apps/{id}/identity-secret [bearer] 201 400 401 403 404 409 413 415 422 503",
  ]);
});
