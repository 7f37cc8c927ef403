/**
 * A database that stops responding under a running system, by connections that drop every byte and
 * by a stopped server: requests fail within the deadline, and everything recovers by itself.
 */
import { assert, assertEquals } from "@std/assert";
import {
  call,
  json,
  startSystem,
  type System,
  untilReady,
  untilStatus,
} from "../../testing/system.ts";
import { until } from "../../testing/until.ts";
import { ownPostgres } from "../../testing/own_postgres.ts";
import { tcpProxy } from "../../testing/faults/tcp_proxy.ts";
import { type TrainedShop, trainedShop } from "../../testing/trained_shop.ts";

/** In seconds; the promise is 7, the rest allows for a busy machine. */
const LATEST = 20;

Deno.test("deadlines: an unresponsive database is 503 in time, and interrupted work recovers", async (t) => {
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
      // Existing connections stay silent.
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
    // The second round starts with the state left by the first, such as the connection pools.
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
  // Repeats each request until it succeeds and no further: another login would end the first
  // session.
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

  // The trainer was cut off as well. The retraining queued by the write may be running.
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
