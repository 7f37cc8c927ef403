import { assert, assertEquals } from "@std/assert";
import { ADA, Browser, service, signedIn } from "../../../testing/auth_service.ts";
import { testDatabase } from "../../../testing/database.ts";
import { describedRoutes } from "../../../testing/contracts/described_routes.ts";
import { note } from "../audit.ts";

Deno.test("the routes that read the account are described, and need a token", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  const routes = await describedRoutes(app, /^\/(me|me\/export|audit)$/);
  assertEquals(routes.filter((route) => route.startsWith("GET")), [
    "GET /me [bearer] 200 401 403 503",
    "GET /me/export [bearer] 200 401 403 503",
    "GET /audit [bearer] 200 400 401 403 422 503",
  ]);
  for (const path of ["/me", "/me/export", "/audit"]) {
    assertEquals(await new Browser(app).status("GET", path), 401);
  }
  const ada = await signedIn(app);
  for (const path of ["/me", "/me/export", "/audit"]) {
    assertEquals(await ada.status("GET", path), 200);
  }
});

Deno.test("the profile is that of the token's account", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  const ada = await signedIn(app);
  const [{ id }] = await database.sql`select id from auth.users`;
  const { name, email } = ADA;
  const answer = await ada.send("GET", "/me");
  assertEquals(await answer.json(), { id, name, email, password_change_due: false });
  assertEquals(answer.headers.get("cache-control"), "no-store");
});

Deno.test("the export is a file with its time, and is recorded in the audit trail that it contains", async () => {
  await using database = await testDatabase();
  const ada = await signedIn(service(database.service));
  const before = new Date();
  const answer = await ada.send("GET", "/me/export");
  assertEquals(
    answer.headers.get("content-disposition"),
    'attachment; filename="airec-account.json"',
  );
  const { exported_at, auth, recommender, webhooks } = await answer.json();
  assert(new Date(exported_at) >= before && new Date(exported_at) <= new Date());
  assertEquals(auth.account.email, ADA.email);
  assertEquals(auth.audit.at(-1).action, "account.exported");
  assertEquals([recommender.projects, webhooks.apps], [[], []]);
});

Deno.test("the audit trail is listed newest first, in pages with a link to the next", async () => {
  await using database = await testDatabase();
  const ada = await signedIn(service(database.service));
  const [{ id }] = await database.sql`select id from auth.users`;
  for (const app_name of ["Films", "Music"]) {
    await note(database.sql, id, { action: "app.registered", detail: { app_name } });
  }
  const whole = await (await ada.send("GET", "/audit")).json();
  assertEquals(whole.map(({ detail }: { detail: { app_name: string } }) => detail.app_name), [
    ...["Music", "Films"],
    ...[undefined, undefined],
  ]);
  assertEquals(whole[0].happened_at, new Date(whole[0].happened_at).toISOString());
  const first = await ada.send("GET", "/audit?limit=3");
  assertEquals(await first.json(), whole.slice(0, 3));
  const next = /<([^>]+)>; rel="next"/.exec(first.headers.get("link")!)![1];
  const last = await ada.send("GET", next);
  assertEquals([await last.json(), last.headers.get("link")], [whole.slice(3), null]);
  for (const cursor of ["x", "1".repeat(19), "1x", ""]) {
    const refused = await ada.send("GET", `/audit?cursor=${cursor}`);
    assertEquals([refused.status, (await refused.json()).errors], [422, [
      { pointer: "/cursor", detail: "is not a cursor of a Link header" },
    ]]);
  }
  assertEquals(await ada.status("GET", `/audit?cursor=${"1".repeat(18)}`), 200);
});
