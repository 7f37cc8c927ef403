import { assertEquals, assertRejects } from "@std/assert";
import { delay } from "@std/async/delay";
import postgres from "postgres";
import { testDatabase } from "../../testing/database.ts";
import { holdersOf, suspendableClient } from "../../testing/faults/suspendable_client.ts";
import { until } from "../../testing/until.ts";
import { transaction } from "./transaction.ts";

const LOCK = 1;

Deno.test("a transaction returns the result of its callback, and is rolled back by an error", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  await sql`create table noted (n integer)`;
  const add = (n: number, fault?: Error) =>
    transaction(sql, async (sql) => {
      await sql`insert into noted values (${n})`;
      if (fault) throw fault;
      return n;
    });
  assertEquals(await add(1), 1);
  await assertRejects(() => add(2, new Error("no")), Error, "no");
  assertEquals([...await sql`select n from noted`], [{ n: 1 }]);
});

Deno.test("a process paused in a transaction does not keep its locks", async () => {
  await using database = await testDatabase();
  const paused = postgres(database.url, { max: 1, onnotice: () => {} });
  const late = transaction(paused, async (sql) => {
    await sql`select pg_advisory_xact_lock(${LOCK})`;
    await delay(2_000);
    await sql`select 1`;
  }, { pauseMs: 200 });
  late.catch(() => {});
  await until(async () => await holdersOf(database.sql, LOCK) === 1);
  await until(async () => await holdersOf(database.sql, LOCK) === 0);
  await assertRejects(() => late);
  await paused.end({ timeout: 0 });
});

Deno.test("a process suspended within the messages of a statement does not keep its locks", async () => {
  await using database = await testDatabase();
  await using client = suspendableClient(database.url);
  const late = transaction(client.sql, async (sql) => {
    await sql`select pg_advisory_xact_lock(${LOCK})`;
    // The server has parsed the next statement, and its response is never read.
    client.suspend();
    await sql`select ${1}::integer`;
  }, { pauseMs: 60_000, wholeMs: 1_000 });
  late.catch(() => {});
  await until(async () => await holdersOf(database.sql, LOCK) === 1);
  await until(async () => await holdersOf(database.sql, LOCK) === 0);
  client.resume();
  await assertRejects(() => late);
});
