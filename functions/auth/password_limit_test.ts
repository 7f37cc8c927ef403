import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Sql } from "postgres";
import { testDatabase } from "../../testing/database.ts";
import { until } from "../../testing/until.ts";
import { trustedProxies } from "../http/client_address.ts";
import { createPasswords } from "./passwords.ts";
import { ADA, Browser, PEPPER, service, signedIn } from "../../testing/auth_service.ts";

const WRONG = { ...ADA, password: "wrong horse" };

async function later(sql: Sql, interval: string): Promise<void> {
  await sql`
    update auth.password_attempts set attempted_at = attempted_at - ${interval}::interval`;
}

Deno.test("the sixth wrong password in a quarter of an hour is not even looked at", async () => {
  await using database = await testDatabase();
  let checked = 0;
  const passwords = createPasswords({ pepper: PEPPER, cost: 4 });
  const app = service(database.service, {
    passwords: {
      ...passwords,
      verify: (password, stored) => (checked++, passwords.verify(password, stored)),
    },
  });
  await signedIn(app);
  checked = 0;
  const browser = new Browser(app);
  for (let n = 0; n < 5; n++) assertEquals(await browser.status("POST", "/login", WRONG), 401);
  await later(database.sql, "5 minutes");
  for (const attempt of [WRONG, ADA, { ...ADA, email: "ADA@example.org" }]) {
    const refused = await browser.send("POST", "/login", attempt);
    assertEquals([refused.status, (await refused.json()).code], [429, "too_many_requests"]);
    const seconds = Number(refused.headers.get("retry-after"));
    assert(seconds > 590 && seconds <= 600, String(seconds));
  }
  assertEquals(checked, 5);
  await later(database.sql, "10 minutes");
  assertEquals(await browser.status("POST", "/login", ADA), 200);
});

Deno.test("wrong passwords from another address lock no user out, and other accounts are unaffected", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  await signedIn(app);
  const stranger = new Browser(app, "198.51.100.9");
  for (let n = 0; n < 7; n++) await stranger.send("POST", "/login", WRONG);
  assertEquals(await stranger.status("POST", "/login", ADA), 429);
  assertEquals(await new Browser(app).status("POST", "/login", ADA), 200);
  const other = { ...ADA, email: "eve@example.org" };
  assertEquals(await stranger.status("POST", "/signup", other), 201);
  assertEquals(await stranger.status("POST", "/login", other), 200);
});

Deno.test("an unknown account has the same limit", async () => {
  await using database = await testDatabase();
  const browser = new Browser(service(database.service));
  const nobody = { email: "nobody@example.org", password: "any horse" };
  for (let n = 0; n < 5; n++) assertEquals(await browser.status("POST", "/login", nobody), 401);
  assertEquals(await browser.status("POST", "/login", nobody), 429);
});

Deno.test("a right password clears the count", async () => {
  await using database = await testDatabase();
  const browser = await signedIn(service(database.service));
  for (let turn = 0; turn < 3; turn++) {
    for (let n = 0; n < 4; n++) assertEquals(await browser.status("POST", "/login", WRONG), 401);
    assertEquals(await browser.status("POST", "/login", ADA), 200);
  }
  assertEquals((await database.sql`select from auth.password_attempts`).length, 0);
});

Deno.test("a hundred guesses at once are five", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  await signedIn(app);
  const browser = new Browser(app);
  const statuses = await Promise.all(
    Array.from({ length: 30 }, () => browser.status("POST", "/login", WRONG)),
  );
  assertEquals(statuses.filter((status) => status === 401).length, 5);
  assertEquals(statuses.filter((status) => status === 429).length, 25);
});

Deno.test("many right logins at once all come in", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  await signedIn(app);
  const statuses = await Promise.all(
    Array.from({ length: 20 }, () => new Browser(app).status("POST", "/login", ADA)),
  );
  assertEquals(new Set(statuses), new Set([200]));
});

Deno.test("ten passwords per address are checked at a time, for all accounts together", async () => {
  await using database = await testDatabase();
  const passwords = createPasswords({ pepper: PEPPER, cost: 4 });
  const { promise: go, resolve: letGo } = Promise.withResolvers<void>();
  let [checking, most] = [0, 0];
  const app = service(database.service, {
    passwords: {
      ...passwords,
      async verify() {
        most = Math.max(most, ++checking);
        await go;
        checking--;
        return false;
      },
    },
  });
  const login = (n: number, peer?: string) =>
    new Browser(app, peer).status("POST", "/login", {
      email: `user${n}@example.org`,
      password: "x",
    });
  // Sequentially: two attempts that count at the same moment may both be admitted.
  const tried: Promise<number>[] = [];
  for (let n = 0; n < 12; n++) {
    tried.push(login(n));
    if (n < 10) await until(() => checking === n + 1);
  }
  const elsewhere = login(99, "198.51.100.9");
  await until(() => checking === 11);
  assertEquals(most, 11, "ten and one from elsewhere");
  letGo();
  assertEquals(new Set(await Promise.all([...tried, elsewhere])), new Set([401]));
});

Deno.test("X-Forwarded-For counts only from a trusted proxy", async () => {
  await using database = await testDatabase();
  const from = (forwarded: string, trusted = "") => {
    const app = service(database.service, { trustedProxies: trustedProxies().parse(trusted) });
    return new Browser(app, "10.0.0.1", { "x-forwarded-for": forwarded });
  };
  await signedIn(service(database.service));
  for (let n = 0; n < 5; n++) await from(`1.1.1.${n}`).send("POST", "/login", WRONG);
  assertEquals(await from("1.1.1.9").status("POST", "/login", ADA), 429);
  assertEquals(await from("1.1.1.9", "10.0.0.0/8").status("POST", "/login", ADA), 200);
});

Deno.test("the limit holds wherever a password is asked for", async () => {
  await using database = await testDatabase();
  const browser = await signedIn(service(database.service));
  const change = { password: "wrong horse", new_password: "another fine horse" };
  for (let n = 0; n < 3; n++) assertEquals(await browser.status("POST", "/password", change), 422);
  const gone = { password: "wrong horse" };
  for (let n = 0; n < 2; n++) assertEquals(await browser.status("DELETE", "/me", gone), 422);
  assertEquals(await browser.status("DELETE", "/me", { password: ADA.password }), 429);
  const answer = await browser.send("POST", "/login", ADA);
  assertEquals(answer.status, 429);
  assertStringIncludes((await answer.json()).detail, "in 15 minutes");
});

Deno.test("one address tries no password on all accounts; others sign in meanwhile", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  await signedIn(app);
  const sprayer = new Browser(app, "198.51.100.9");
  const spray = (n: number) =>
    sprayer.send("POST", "/login", { email: `user${n}@example.org`, password: "password1" });
  for (let n = 0; n < 50; n++) assertEquals((await spray(n)).status, 401);
  const refused = await spray(50);
  assertEquals(refused.status, 429);
  assert(Number(refused.headers.get("retry-after")) > 850);
  assertEquals(await sprayer.status("POST", "/login", ADA), 429);
  assertEquals(await new Browser(app).status("POST", "/login", ADA), 200);
  await later(database.sql, "15 minutes");
  assertEquals((await spray(51)).status, 401);
});
