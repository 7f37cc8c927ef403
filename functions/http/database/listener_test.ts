import { assertEquals, assertRejects } from "@std/assert";
import { testDatabase } from "../../../testing/database.ts";
import { until } from "../../../testing/until.ts";
import { tcpProxy } from "../../../testing/faults/tcp_proxy.ts";
import { openClient, openDatabase } from "./database.ts";
import { Listener } from "./listener.ts";

/** A listener with short intervals behind a TCP proxy that can stop forwarding. */
async function testListener() {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await testDatabase());
  const way = stack.use(tcpProxy(database.url));
  const open = (options: Parameters<typeof openClient>[1]) => openClient(way.url, options);
  const template = open({ lost: () => {} }).sql;
  const listener = new Listener(open, template, { limitMs: 300, askMs: 100, retryMs: 50 });
  stack.defer(() => listener.end());
  const running = stack.move();
  return { database, way, listener, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

Deno.test("a listening connection is replaced after it broke or became unresponsive", async () => {
  await using t = await testListener();
  const heard: string[] = [];
  let listening = 0;
  await t.listener.listen("news", (text) => heard.push(text), () => listening++);
  await t.listener.listen("other", (text) => heard.push(`other ${text}`));
  const notify = (text: string) => t.database.sql.notify("news", text);
  await notify("first");
  await until(() => heard.length === 1);
  for (const [harm, text] of [["silence", "second"], ["cut", "third"]] as const) {
    const before = listening;
    t.way[harm]();
    await until(() => listening > before);
    await notify(text);
    await until(() => heard.at(-1) === text);
  }
  await t.database.sql.notify("other", "fourth");
  await until(() => heard.length === 4);
  assertEquals(heard, ["first", "second", "third", "other fourth"]);
});

Deno.test("a failing LISTEN is reported, and notifications arrive once it works", async () => {
  await using t = await testListener();
  t.way.silenceNew(true);
  const heard: string[] = [];
  let listening = 0;
  await assertRejects(() =>
    t.listener.listen("news", (text) => heard.push(text), () => listening++)
  );
  t.way.silenceNew(false);
  await until(() => listening === 1);
  await t.database.sql.notify("news", "late");
  await until(() => heard.length === 1);
});

Deno.test("a removed listener receives nothing", async () => {
  await using database = await testDatabase();
  const sql = openDatabase(database.url);
  const heard: string[] = [];
  const one = await sql.listen("news", () => heard.push("one"));
  const other = await sql.listen("news", () => heard.push("other"));
  await one.unlisten();
  await database.sql.notify("news", "");
  await until(() => heard.length === 1);
  await other.unlisten();
  await database.sql.notify("news", "");
  await sql`select 1`;
  await sql.end();
  assertEquals(heard, ["other"]);
});
