import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import type { Sql } from "postgres";
import { testDatabase } from "../../testing/database.ts";
import { ADA, Browser, DASHBOARD, service, signedIn } from "../../testing/auth_service.ts";
import { hashOf } from "./refresh_tokens.ts";

/** Ages all refresh tokens and sessions by `interval`. */
async function later(sql: Sql, interval: string): Promise<void> {
  await sql`
    update auth.refresh_tokens set issued_at = issued_at - ${interval}::interval,
      replaced_at = replaced_at - ${interval}::interval`;
  await sql`
    update auth.sessions set started_at = started_at - ${interval}::interval,
      expires_at = expires_at - ${interval}::interval`;
}

const sessions = async (sql: Sql) => (await sql`select from auth.sessions`).length;

Deno.test("the cookie is out of reach of page code, other hosts and other sites", async () => {
  await using database = await testDatabase();
  const browser = await signedIn(service(database.service));
  const answer = await browser.send("POST", "/login", ADA);
  const cookie = answer.headers.get("set-cookie")!;
  assertEquals(cookie.replace(/=[\w-]{43};/, "=…;").split("; "), [
    "__Host-airec_refresh=…",
    "Max-Age=604800",
    "Path=/",
    "HttpOnly",
    "Secure",
    "SameSite=Strict",
  ]);
  assertEquals(answer.headers.get("cache-control"), "no-store");
  assertEquals(answer.headers.get("access-control-allow-credentials"), "true");
  assertEquals(answer.headers.get("access-control-allow-origin"), DASHBOARD);
});

Deno.test("a refresh returns a new token of each kind, and stores none", async () => {
  await using database = await testDatabase();
  const browser = await signedIn(service(database.service));
  const [first, access] = [browser.cookie!, browser.token];
  const answer = await browser.send("POST", "/refresh");
  const { token, ...rest } = await answer.json();
  assertEquals(rest, { success: true, name: "Ada", email: ADA.email, expires_in: 600 });
  assertNotEquals(token, access);
  assertNotEquals(browser.cookie, first);
  assertEquals(await browser.status("GET", "/me"), 200);
  const rows = await database.sql`select hash from auth.refresh_tokens`;
  const stored = rows.map(({ hash }) => new Uint8Array(hash).toHex()).sort();
  const expected = await Promise.all([first, browser.cookie!].map(hashOf));
  assertEquals(stored, expected.map((hash) => hash.toHex()).sort());
});

Deno.test("many refreshes at once make one new generation", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  const { cookie } = await signedIn(app);
  const tabs = Array.from({ length: 20 }, () => Object.assign(new Browser(app), { cookie }));
  const statuses = await Promise.all(tabs.map((tab) => tab.status("POST", "/refresh")));
  assertEquals(new Set(statuses), new Set([200]));
  assertEquals(new Set(tabs.map((tab) => tab.cookie)).size, 1);
  assertNotEquals(tabs[0].cookie, cookie);
  assertEquals((await database.sql`select from auth.refresh_tokens`).length, 2);
  assertEquals(await tabs[7].status("POST", "/refresh"), 200);
});

Deno.test("a token used again within 10 s is a retry, after them a theft that ends the family", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  const owner = await signedIn(app);
  const elsewhere = new Browser(app);
  await elsewhere.send("POST", "/login", ADA);
  const thief = Object.assign(new Browser(app), { cookie: owner.cookie });
  await owner.send("POST", "/refresh");

  await later(database.sql, "9 seconds");
  const retry = Object.assign(new Browser(app), { cookie: thief.cookie });
  assertEquals(await retry.status("POST", "/refresh"), 200);
  assertEquals(retry.cookie, owner.cookie);

  await later(database.sql, "2 seconds");
  assertEquals(await thief.status("POST", "/refresh"), 401);
  assertEquals(thief.cookie, undefined);
  assertEquals(await owner.status("POST", "/refresh"), 401);
  assertEquals(await owner.status("GET", "/me"), 401);
  assertEquals(await elsewhere.status("POST", "/refresh"), 200);
  const [entry] = await (await elsewhere.send("GET", "/audit?limit=1")).json();
  assertEquals(entry.action, "account.session_revoked");
});

Deno.test("a session ends after 7 days without use, and after 30 in any case", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  const browser = await signedIn(app);
  for (let day = 6; day < 30; day += 6) {
    await later(database.sql, "6 days");
    assertEquals(await browser.status("POST", "/refresh"), 200, `day ${day}`);
  }
  await later(database.sql, "6 days 1 minute");
  assertEquals(await browser.status("POST", "/refresh"), 401);

  await browser.send("POST", "/login", ADA);
  assertEquals(await sessions(database.sql), 1, "what has ended is forgotten");
  await later(database.sql, "7 days");
  assertEquals(await browser.status("POST", "/refresh"), 401);
  await browser.send("POST", "/login", ADA);
  assertEquals(await sessions(database.sql), 1);
});

Deno.test("a user has at most a hundred sessions: the oldest end", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  const first = await signedIn(app);
  await database.sql`
    with more as (
      insert into auth.sessions (owner_id, address, started_at)
      select id, '', now() + n * interval '1 second' from auth.users, generate_series(1, 99) n
      returning id
    )
    insert into auth.refresh_tokens (hash, session_id) select uuid_send(id), id from more`;
  assertEquals(await first.status("GET", "/me"), 200);
  assertEquals(await new Browser(app).status("POST", "/login", ADA), 200);
  assertEquals(await first.status("GET", "/me"), 401);
  assertEquals(await sessions(database.sql), 100);
});

Deno.test("a family keeps no token that was replaced more than 7 days ago", async () => {
  await using database = await testDatabase();
  const browser = await signedIn(service(database.service));
  for (let n = 0; n < 5; n++) {
    await browser.send("POST", "/refresh");
    await later(database.sql, "3 days");
  }
  assertEquals((await database.sql`select from auth.refresh_tokens`).length, 4);
});

Deno.test("only the dashboard's page may use the cookie", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  const { cookie } = await signedIn(app);
  const pages: Record<string, string>[] = [
    { origin: "https://evil.test", "sec-fetch-site": "cross-site" },
    { origin: "https://evil.test" },
    { origin: DASHBOARD, "sec-fetch-site": "cross-site" },
    { origin: "null", "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "none" },
    {},
  ];
  for (const path of ["/refresh", "/logout"]) {
    for (const headers of pages) {
      const page = Object.assign(new Browser(app, undefined, headers), { cookie });
      const answer = await page.send("POST", path);
      assertEquals([answer.status, (await answer.json()).code], [403, "forbidden"]);
    }
  }
  for (const site of ["same-origin", "same-site"]) {
    const headers = { origin: DASHBOARD, "sec-fetch-site": site };
    const page = Object.assign(new Browser(app, undefined, headers), { cookie });
    assertEquals(await page.status("POST", "/refresh"), 200);
  }
});

Deno.test("without a valid cookie there is no session", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  for (const cookie of [undefined, "x", "A".repeat(43)]) {
    const browser = Object.assign(new Browser(app), { cookie });
    const answer = await browser.send("POST", "/refresh");
    assertEquals([answer.status, (await answer.json()).code], [401, "unauthenticated"]);
    const [cleared, ...more] = answer.headers.getSetCookie();
    assertStringIncludes(cleared, "Max-Age=0");
    assertEquals(more, []);
  }
});

Deno.test("signing out ends this session, everywhere ends all", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  const [one, two, three] = [await signedIn(app), new Browser(app), new Browser(app)];
  for (const browser of [two, three]) await browser.send("POST", "/login", ADA);
  const { cookie } = one;
  assertEquals(await one.status("POST", "/logout"), 204);
  assertEquals(one.cookie, undefined);
  assertEquals(await one.status("GET", "/me"), 401, "its access token is good for nothing here");
  assertEquals(await Object.assign(one, { cookie }).status("POST", "/refresh"), 401);
  assertEquals(await one.status("POST", "/logout"), 204, "twice is once");
  assertEquals(await two.status("POST", "/refresh"), 200);

  assertEquals(await two.status("POST", "/logout-all"), 204);
  assertEquals(await three.status("POST", "/refresh"), 401);
  assertEquals(await three.status("GET", "/me"), 401);
  assertEquals(await sessions(database.sql), 0);
  assert(await three.status("POST", "/login", ADA) === 200);
});

Deno.test("refreshes, logins and ends of sessions in parallel end in no fault", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  const first = await signedIn(app);
  const old = first.cookie;
  await first.send("POST", "/refresh");
  await later(database.sql, "11 seconds");
  const ends: [string, string, unknown?][] = [
    ["POST", "/logout-all"],
    ["DELETE", "/me", { password: ADA.password }],
  ];
  for (const end of ends) {
    const one = new Browser(app);
    await one.send("POST", "/login", ADA);
    const with_ = (cookie?: string) => Object.assign(new Browser(app), { cookie });
    const statuses = await Promise.all([
      ...Array.from({ length: 6 }, () => with_(one.cookie).status("POST", "/refresh")),
      with_(old).status("POST", "/refresh"),
      ...Array.from({ length: 4 }, () => new Browser(app).status("POST", "/login", ADA)),
      one.status(...end),
      ...Array.from({ length: 6 }, () => with_(one.cookie).status("POST", "/refresh")),
      with_(one.cookie).status("POST", "/logout"),
    ]);
    const allowed = [200, 204, 401];
    assertEquals(statuses.filter((status) => !allowed.includes(status)), []);
  }
});
