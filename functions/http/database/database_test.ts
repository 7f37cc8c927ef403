import { assertEquals, assertRejects } from "@std/assert";
import { testDatabase } from "../../../testing/database.ts";
import { until } from "../../../testing/until.ts";
import { holdersOf, suspendableClient } from "../../../testing/faults/suspendable_client.ts";
import { tcpProxy } from "../../../testing/faults/tcp_proxy.ts";
import { openDatabase } from "./database.ts";
import { ownedBy } from "./owned_by.ts";
import { problemOf } from "../problem.ts";

/** Key of an advisory lock. */
const LOCK = 1;

Deno.test("a pool survives connections that break at any point, without hanging", async () => {
  await using database = await testDatabase();
  using way = tcpProxy(database.url);
  const sql = openDatabase(way.url);
  let [stopping, answered] = [false, 0];
  const owner = crypto.randomUUID();
  const ask = async (n: number): Promise<number> => {
    const [[one]] = n % 2 === 0
      ? await ownedBy(sql, owner).begin((sql) => Promise.all([sql`select ${n}::int as n`]))
      : await Promise.all([sql`select ${n}::int as n`]);
    return one.n;
  };
  const clients = Array.from({ length: 30 }, async (_, client) => {
    for (let n = client; !stopping; n += 30) {
      const given = await ask(n).catch((error) => {
        assertEquals(problemOf(error).code, "unavailable", String(error));
      });
      // A statement never receives the result of another.
      if (given !== undefined) assertEquals(given, n);
      if (given !== undefined) answered++;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
    }
  });
  for (let n = 0; n < 15; n++) {
    const before = answered;
    way.cut();
    await until(() => answered > before + 20);
  }
  stopping = true;
  await Promise.all(clients);
  // Every connection of the pool is used several times.
  const all = await Promise.all(Array.from({ length: 200 }, (_, n) => ask(n)));
  assertEquals(all, all.map((_, n) => n));
  await sql.end({ timeout: 5 });
});

Deno.test("a service suspended within the messages of a statement does not keep its locks", async () => {
  await using database = await testDatabase();
  await using client = suspendableClient(database.url);
  const limits = { limitMs: 200, pauseMs: 200 };
  const late = ownedBy(client.sql, crypto.randomUUID(), limits).begin(async (sql) => {
    await sql`select pg_advisory_xact_lock(${LOCK})`;
    // The server has parsed the next statement, and its response is never read.
    client.suspend();
    await sql`select ${1}::integer`;
  });
  late.catch(() => {});
  await until(async () => await holdersOf(database.sql, LOCK) === 1);
  await until(async () => await holdersOf(database.sql, LOCK) === 0);
  client.resume();
  await assertRejects(() => late);
});
