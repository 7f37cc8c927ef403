import { assertEquals } from "@std/assert";
import { testDatabase } from "../../dev/test_database.ts";
import { until } from "../../dev/test_until.ts";
import { openDatabase } from "./database.ts";
import { ownedBy } from "./owned_by.ts";
import { problemOf } from "./problem.ts";

/** A way to a server that breaks all its connections when told. */
function breakable(url: string) {
  const { hostname, port } = new URL(url);
  const open = new Set<Deno.TcpConn>();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  (async () => {
    for await (const near of listener) {
      const far = await Deno.connect({ hostname, port: Number(port) });
      for (const [one, other] of [[near, far], [far, near]]) {
        open.add(one);
        one.readable.pipeTo(other.writable).catch(() => {}).finally(() => open.delete(one));
      }
    }
  })();
  const through = new URL(url);
  through.port = String((listener.addr as Deno.NetAddr).port);
  const cut = () => {
    for (const connection of open) {
      try {
        connection.close();
      } catch {
        // It has ended already.
      }
    }
    open.clear();
  };
  return { url: through.href, cut, [Symbol.dispose]: () => (listener.close(), cut()) };
}

Deno.test("a pool outlives connections that break in the middle of anything, and hangs nowhere", async () => {
  await using database = await testDatabase();
  using way = breakable(database.url);
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
      // Nobody ever gets what another asked for.
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
  // As many at once as the pool has connections, each of them several times.
  const all = await Promise.all(Array.from({ length: 200 }, (_, n) => ask(n)));
  assertEquals(all, all.map((_, n) => n));
  await sql.end({ timeout: 5 });
});
