/**
 * A database that falls silent under a running system, by connections that swallow every byte and by
 * a server that is stopped: nobody waits for it beyond the deadline, and all are back by themselves.
 */
import { assert, assertEquals } from "@std/assert";
import {
  call,
  json,
  startSystem,
  type System,
  untilReady,
  untilStatus,
} from "../../dev/test_system.ts";
import { until } from "../../dev/test_until.ts";
import { ownPostgres } from "../../testing/own_postgres.ts";
import { tcpProxy } from "../../testing/tcp_proxy.ts";
import { type TrainedShop, trainedShop } from "../../testing/trained_shop.ts";

/** Seconds; the promise is 7, and the test's machine may be busy. */
const LATEST = 20;

Deno.test("deadlines: a silent database is 503 in time, and what it cut off comes back", async (t) => {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await ownPostgres());
  const proxy = stack.use(tcpProxy(server.url));
  const system = stack.use(await startSystem({ database: { url: proxy.url, sql: server.sql } }));
  const world = { system, shop: await trainedShop(system) };

  await t.step("connections fall silent", () =>
    silenced(world, {
      begin() {
        proxy.silence();
        proxy.silenceNew(true);
      },
      // The silent connections stay so.
      end: () => proxy.silenceNew(false),
    }));
  await t.step(
    "the server is stopped by SIGSTOP",
    () => silenced(world, { begin: server.pause, end: server.resume }),
  );
});

interface Harm {
  begin(): void | Promise<void>;
  end(): void;
}

async function silenced(
  { system, shop }: { system: System; shop: TrainedShop },
  harm: Harm,
): Promise<void> {
  const { at } = system;
  const { id, login } = shop;
  const project = `${at.recommender}/project/${id}`;
  const account = { email: "ada@example.com", password: "a fine long password" };
  const ready = (["auth", "recommender", "webhooks"] as const).map((name) =>
    [`/ready of ${name}`, () => fetch(`${at[name]}/ready`)] as const
  );
  const questions: Record<string, () => Promise<Response>> = {
    "a call by key": shop.byKey,
    "recommendations": shop.byLogin,
    "a login": () => fetch(`${at.auth}/login`, json(account)),
    "a read": () => fetch(`${project}/status`, { headers: login }),
    "a write": () =>
      fetch(
        `${project}/interactions`,
        json({ interactions: [{ user_id: "9", item_id: "1" }] }, login),
      ),
    ...Object.fromEntries(ready),
  };
  const ask = () =>
    Promise.all(Object.entries(questions).map(([name, ask]) => answerOf(name, ask)));
  const processes = () => ["auth", "recommender", "webhooks", "trainer"].map(system.pidOf);
  const [before, counted] = [processes(), await shop.usage()];
  const versions = await call(`${project}/versions`, { headers: login });

  await harm.begin();
  try {
    // A second round meets what the first has found out.
    for (let round = 0; round < 2; round++) {
      const asked = ask();
      for (const name of ["auth", "recommender", "webhooks"] as const) {
        const { status, seconds } = await answerOf(name, () => fetch(`${at[name]}/health`));
        assertEquals(status, 200);
        assert(seconds < 5, `/health of ${name} took ${seconds} s`);
      }
      for (const { name, status, seconds, retryAfter } of await asked) {
        const shown = `${name}: ${status} after ${seconds} s\n${system.log()}`;
        assertEquals(status, 503, shown);
        assert(seconds < LATEST, shown);
        assert(retryAfter || name.startsWith("/ready"), `${name} does not say when to come again`);
      }
    }
  } finally {
    harm.end();
  }

  const start = Date.now();
  // Each of them until it is answered, and no more: a login too many ends the first one's session.
  await Promise.all(
    Object.entries(questions).map(([name, ask]) =>
      until(async () => (await answerOf(name, ask)).status < 300, { everyMs: 100 })
    ),
  ).catch((error) => {
    throw new Error(`${error.message}\n${system.log()}`);
  });
  const seconds = (Date.now() - start) / 1000;
  assert(seconds < LATEST, `the answers were back after ${seconds} s`);
  assert(await shop.usage() > counted);

  // The trainer was cut off as well. What was queued by the write's change may be under way.
  await untilStatus(system, login, { id, accept: (status) => status === "READY" });
  await call(`${project}/retrain`, { method: "POST", headers: login, expect: 202 });
  await untilReady(system, login, { id });
  const after = await call(`${project}/versions`, { headers: login });
  assert(after.length > versions.length, system.log());
  assertEquals(processes(), before, "nothing was started anew");
}

async function answerOf(name: string, ask: () => Promise<Response>) {
  const start = performance.now();
  const response = await ask();
  await response.body?.cancel();
  return {
    name,
    status: response.status,
    retryAfter: response.headers.get("retry-after"),
    seconds: (performance.now() - start) / 1000,
  };
}
