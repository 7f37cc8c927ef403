import { assert, assertEquals } from "@std/assert";
import { testDatabase } from "../../testing/database.ts";
import { Browser, service } from "../../testing/auth_service.ts";

Deno.test("fifty accounts can be created from one address, and others are unaffected", async () => {
  await using database = await testDatabase();
  // Always in this process, where hashing is cheap.
  const app = service(database.service, { signup: "open" });
  const browser = new Browser(app, "198.51.100.9");
  const account = (n: number) => ({
    name: "Somebody",
    email: `${n}@example.org`,
    password: "a fine horse",
  });
  const statuses = await Promise.all(
    Array.from({ length: 60 }, (_, n) => browser.status("POST", "/signup", account(n % 45))),
  );
  const count = (status: number) => statuses.filter((one) => one === status).length;
  // Sign-ups with an email address in use cost as much, and count.
  assertEquals([count(201) + count(409) + count(503), count(429)], [50, 10]);
  const refused = await browser.send("POST", "/signup", account(99));
  assertEquals(refused.status, 429);
  const seconds = Number(refused.headers.get("retry-after"));
  assert(seconds > 800 && seconds <= 900, String(seconds));
  // Invalid input costs nothing and does not count.
  assertEquals(await browser.status("POST", "/signup", { ...account(99), password: "x" }), 422);
  assertEquals(await new Browser(app).status("POST", "/signup", account(99)), 201);
  await database.sql`update auth.signups set attempted_at = attempted_at - interval '15 minutes'`;
  assertEquals(await browser.status("POST", "/signup", account(100)), 201);
  assertEquals((await database.sql`select from auth.signups`).length, 1);
});
