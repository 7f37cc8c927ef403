import { assertEquals, assertRejects } from "@std/assert";
import type { Sql } from "postgres";
import { testDatabase } from "../../../testing/database.ts";
import { ACCESS, mintToken, signedIn } from "./identity.ts";
import { liveSessions, sessionMemory } from "./live_sessions.ts";
import { createService } from "../service/service.ts";

const SECRET = "a secret of more than thirty-two bytes";

/** Creates a user with a session. */
async function session(sql: Sql): Promise<{ ownerId: string; sessionId: string }> {
  const [{ id: ownerId }] = await sql`
    insert into auth.users (name, email, password) values ('Ada', ${crypto.randomUUID()}, '')
    returning id`;
  const [{ id: sessionId }] = await sql`
    insert into auth.sessions (owner_id, address) values (${ownerId}, '') returning id`;
  return { ownerId, sessionId };
}

Deno.test("an ended session is detected within a second, by one query a second", async () => {
  await using database = await testDatabase();
  const { sql, service } = database;
  let [time, asked] = [1_000_000, 0];
  service.options.debug = () => void asked++;
  const isAlive = liveSessions(service, sessionMemory(() => time));
  const ada = { ...await session(sql), expiresAt: Infinity };
  const eve = await session(sql);
  const together = await Promise.all(Array.from({ length: 20 }, () => isAlive(ada)));
  assertEquals(new Set(together), new Set([true]));
  const once = asked;
  time += 999;
  assertEquals(await isAlive(ada), true);
  assertEquals(asked, once);
  await sql`delete from auth.sessions where id = ${ada.sessionId}`;
  time += 1;
  assertEquals(await isAlive(ada), false);
  // False for a session of another account, and for an expired session.
  assertEquals(await isAlive({ ...ada, sessionId: eve.sessionId }), false);
  const late = { ...ada, ...await session(sql) };
  await sql`update auth.sessions set expires_at = now() where id = ${late.sessionId}`;
  assertEquals(await isAlive(late), false);
  const before = asked;
  assertEquals(await isAlive({ ...ada, sessionId: undefined }), true);
  assertEquals(asked, before);
});

Deno.test("a failed query is repeated", async () => {
  await using database = await testDatabase();
  const ada = { ...await session(database.sql), expiresAt: Infinity };
  let isAway = true;
  const sql =
    ((...statement: Parameters<Sql>) =>
      isAway
        ? Promise.reject(new Error("away"))
        : database.service(...statement)) as unknown as Sql;
  const isAlive = liveSessions(sql);
  await assertRejects(async () => await isAlive(ada), Error, "away");
  isAway = false;
  assertEquals(await isAlive(ada), true);
});

Deno.test("a token is valid as long as its session", async () => {
  await using database = await testDatabase();
  const { ownerId, sessionId } = await session(database.sql);
  let time = 0;
  const app = createService({
    name: "test",
    description: "What is asked by login.",
    dashboardOrigin: "http://dashboard.test",
    checks: {},
    log: () => {},
  });
  const trusted = [{ kind: ACCESS, secrets: [SECRET] }];
  app.get(
    "/mine",
    signedIn(trusted, liveSessions(database.service, sessionMemory(() => time))),
    (c) => c.text(""),
  );
  const token = await mintToken(ownerId, { kind: ACCESS, secret: SECRET, seconds: 600, sessionId });
  const status = async () =>
    (await app.request("/mine", { headers: { authorization: `Bearer ${token}` } })).status;
  assertEquals(await status(), 200);
  await database.sql`delete from auth.users where id = ${ownerId}`;
  time += 1_000;
  assertEquals(await status(), 401);
});
