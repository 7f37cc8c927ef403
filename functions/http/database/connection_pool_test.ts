import { assertEquals, assertRejects } from "@std/assert";
import type { Sql } from "postgres";
import { testDatabase } from "../../../testing/database.ts";
import { until } from "../../../testing/until.ts";
import { tcpProxy } from "../../../testing/faults/tcp_proxy.ts";
import { within } from "./connection_pool.ts";
import { openDatabase } from "./database.ts";
import { problemOf } from "../problem.ts";

const LIMIT_MS = 500;

/** A pool with a short time limit behind a TCP proxy that can stop forwarding. */
async function testPool() {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await testDatabase());
  const way = stack.use(tcpProxy(database.url));
  const pool = { replaced: 0, sql: undefined as unknown as ReturnType<typeof openDatabase> };
  pool.sql = openDatabase(way.url, { limitMs: LIMIT_MS, silent: () => pool.replaced++ });
  stack.defer(() => pool.sql.end({ timeout: 1 }));
  const running = stack.move();
  return {
    ...{ database, way, pool, sql: pool.sql },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Returns "answered", or the problem code of the statement's error. */
function ending(statement: Promise<unknown>): Promise<string> {
  return statement.then(() => "answered", (error) => problemOf(error).code);
}

/** Returns the backends of the test database that execute a statement containing `text`. */
async function atWork({ database }: Awaited<ReturnType<typeof testPool>>, text: string) {
  return await database.sql`
    select pid from pg_stat_activity
    where datname = current_database() and state = 'active' and query like ${`%${text}%`}
      and pid <> pg_backend_pid()`;
}

Deno.test("a hanging statement is cancelled on the server, and its connection stays", async () => {
  await using t = await testPool();
  const pid = async () => (await t.sql`select pg_backend_pid() as pid`)[0].pid;
  const before = await pid();
  assertEquals(await ending(t.sql`select pg_sleep(60), 'hanging alone'`), "unavailable");
  assertEquals((await atWork(t, "hanging alone")).length, 0);
  await until(async () => await pid() === before);
  assertEquals(t.pool.replaced, 0);
});

Deno.test("a hanging statement blocks no other, nor do more statements than connections", async () => {
  await using t = await testPool();
  const hanging = Array.from({ length: 9 }, () => ending(t.sql`select pg_sleep(60)`));
  const others = await Promise.all(Array.from({ length: 50 }, (_, n) => t.sql`select ${n} as n`));
  assertEquals(others.map(([{ n }]) => Number(n)), Array.from({ length: 50 }, (_, n) => n));
  assertEquals(new Set(await Promise.all(hanging)), new Set(["unavailable"]));
});

Deno.test("an unresponsive connection is replaced without ending the transactions of others", async () => {
  await using t = await testPool();
  const transaction = (sql: Sql) => {
    const [began, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const end = sql.begin(async (sql) => {
      await sql`select 1`;
      began.resolve();
      await goOn.promise;
      await sql`select 1`;
    });
    return { began: began.promise, goOn: goOn.resolve, end: ending(end) };
  };
  const cutOff = transaction(t.sql);
  await cutOff.began;
  t.way.silence();
  const other = transaction(t.sql);
  await other.began;
  cutOff.goOn();
  assertEquals([await cutOff.end, t.pool.replaced], ["unavailable", 1]);
  other.goOn();
  assertEquals([await other.end, t.pool.replaced], ["answered", 1]);
});

Deno.test("after one connection became unresponsive, idle ones are not tried one by one", async () => {
  await using t = await testPool();
  const patient = within(t.sql, 30_000);
  await Promise.all(Array.from({ length: 10 }, () => patient`select pg_sleep(.05)`));
  assertEquals(t.way.open(), 10);
  t.way.silence();
  assertEquals(await ending(t.sql`select 1`), "unavailable");
  assertEquals(await ending(patient`select 1`), "answered");
  assertEquals(t.pool.replaced, 1);
});

Deno.test("a server that accepts and does not respond, or closes at once, is unavailable", async () => {
  await using t = await testPool();
  t.way.silenceNew(true);
  const asked = () => Promise.all(Array.from({ length: 30 }, () => ending(t.sql`select 1`)));
  assertEquals(new Set(await asked()), new Set(["unavailable"]));
  t.way.silenceNew(false);
  assertEquals(await ending(t.sql`select 1`), "answered");

  let accepted = 0;
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  (async () => {
    for await (const connection of listener) {
      accepted++;
      connection.close();
    }
  })();
  const closing = openDatabase(`postgres://x:y@127.0.0.1:${listener.addr.port}/z`);
  assertEquals(await ending(closing`select 1`), "unavailable");
  assertEquals(await ending(closing.begin((sql) => sql`select 1`)), "unavailable");
  assertEquals(accepted, 2);
  await closing.end();
});

Deno.test("a caller that waits too long for a connection is refused, and running statements continue", async () => {
  await using t = await testPool();
  const slow = Array.from(
    { length: 10 },
    () => ending(within(t.sql, 60_000)`select pg_sleep(3), 'slow'`),
  );
  await until(async () => (await atWork(t, "slow")).length === 10);
  const late = [ending(t.sql`select 1`), ending(t.sql.begin((sql) => sql`select 1`))];
  assertEquals(await Promise.all(late), ["unavailable", "unavailable"]);
  assertEquals(new Set(await Promise.all(slow)), new Set(["answered"]));
  assertEquals([await ending(t.sql`select 1`), t.pool.replaced], ["answered", 0]);
});

Deno.test("a write that was refused has no effect later", async () => {
  await using t = await testPool();
  await t.database.sql`create table written (n integer)`;
  const lock = await t.database.sql.reserve();
  await lock`begin`;
  await lock`lock table written`;
  const writes = [
    ending(t.sql`insert into written values (1)`),
    ending(t.sql.begin((sql) => sql`insert into written values (2)`)),
  ];
  assertEquals(await Promise.all(writes), ["unavailable", "unavailable"]);
  await lock`commit`;
  lock.release();
  assertEquals(await ending(t.sql`insert into written values (3)`), "answered");
  assertEquals([...await t.database.sql`select n from written`], [{ n: 3 }]);
});

Deno.test("a transaction that has lost its connection runs no statement on another one", async () => {
  await using t = await testPool();
  await t.database.sql`create table written (n integer)`;
  const over = Promise.withResolvers<void>();
  const late: Promise<string>[] = [];
  const lost = ending(t.sql.begin(async (sql) => {
    await sql`select 1`;
    t.way.cut();
    await over.promise;
    late.push(ending(sql`insert into written values (1)`));
  }));
  assertEquals(await lost, "unavailable");
  assertEquals(await ending(t.sql`select 1`), "answered");
  over.resolve();
  await until(() => late.length > 0);
  assertEquals(await late[0], "unavailable");
  assertEquals((await t.database.sql`select from written`).length, 0);
});

Deno.test("fragments, identifiers, lists and savepoints work as in postgres.js", async () => {
  await using t = await testPool();
  const { sql } = t;
  const part = sql`${2}::int`;
  assertEquals([...await sql`select ${part} + 1 as ${sql("three")}`], [{ three: 3 }]);
  assertEquals((await sql.unsafe("select 1 as one; select 2 as two")).length, 2);
  await sql`create table written (n integer, text text)`;
  const count = await sql.begin("isolation level serializable", async (sql) => {
    await sql`insert into written ${sql([{ n: 1, text: "a" }, { n: 2, text: "b" }])}`;
    await sql.savepoint((sql) => sql`insert into written values ('none')`).catch(() => {});
    const [{ transaction_isolation }] = await sql`show transaction_isolation`;
    assertEquals(transaction_isolation, "serializable");
    return (await sql`delete from written where n in ${sql([1, 2])}`).count;
  });
  assertEquals(count, 2);
  await assertRejects(() => sql`select ${undefined as unknown as string}`, Error, "UNDEFINED");
  assertEquals(
    await sql.begin((sql) => [sql`select 1`, sql`select 2`]).then((all) => all.length),
    2,
  );
});

Deno.test("an ended pool accepts no statement, and ends running ones", async () => {
  await using t = await testPool();
  const answered = ending(within(t.sql, 60_000)`select pg_sleep(.5), 'at the end'`);
  await until(async () => (await atWork(t, "at the end")).length === 1);
  await t.sql.end({ timeout: 5 });
  assertEquals([await answered, await ending(t.sql`select 1`)], ["answered", "unavailable"]);
  assertEquals(await ending(t.sql.begin((sql) => sql`select 1`)), "unavailable");
});
