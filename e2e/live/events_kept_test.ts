/**
 * Live events through kill -9 of the services and of Postgres, in the middle of fifty clients that
 * send and repeat what was not acknowledged: what was acknowledged is stored, each event once.
 */
import { assert, assertEquals } from "@std/assert";
import { processesOn } from "../../ops/database/postgres_processes.ts";
import { ownPostgres } from "../../testing/own_postgres.ts";
import { call, createFilmProject, json, signedUp, startSystem } from "../../testing/system.ts";
import { until } from "../../testing/until.ts";

const CLIENTS = 50;

Deno.test("no acknowledged event is lost or stored twice by kill -9 of services and Postgres", async () => {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await ownPostgres());
  const system = stack.use(await startSystem({ database: server }));
  const login = await signedUp(system);
  const { id } = await createFilmProject(system, login);
  const { api_key } = await call(`${system.at.webhooks}/api/apps/register`, {
    ...json({ app_name: "Shop" }, login),
    expect: 201,
  });

  const sent = new Set<string>();
  const acknowledged = new Set<string>();
  let calls = 0;
  let repeats = 0;
  let ends = false;
  async function client(number: number): Promise<void> {
    while (!ends) {
      const events = Array.from({ length: 3 }, () => ({
        ...{ id: crypto.randomUUID(), type: "view", item_id: "1" },
      }));
      const body = json({ project_id: id, user_id: `user-${number}`, events }, {
        "x-api-key": api_key,
      });
      for (const { id } of events) sent.add(id);
      for (;;) {
        const status = await fetch(`${system.at.webhooks}/api/interactions`, {
          ...body,
          signal: AbortSignal.timeout(40_000),
        }).then(async (answer) => (await answer.text(), answer.status), () => 0);
        if (status === 202) break;
        assert(status === 0 || status >= 500 || status === 429, `${status}\n${system.log()}`);
        repeats++;
        if (ends) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      for (const { id } of events) acknowledged.add(id);
      calls++;
    }
  }
  const clients = Array.from({ length: CLIENTS }, (_, number) => client(number));
  const more = async () => {
    const before = calls;
    await until(() => calls > before + 2 * CLIENTS);
  };

  await more();
  for (const name of ["recommender", "webhooks"]) {
    Deno.kill(system.pidOf(name)!, "SIGKILL");
    await more();
  }
  const { postmaster, children } = await processesOn(server.data);
  for (const pid of [postmaster!, ...children]) Deno.kill(pid, "SIGKILL");
  await server.stop();
  await server.start();
  await more();
  ends = true;
  await Promise.all(clients);

  assert(repeats > 0, "no call was interrupted");
  const rows = await server.sql<{ event_id: string }[]>`
    select event_id from recommender.live_events where project_id = ${id}`;
  const stored = new Set(rows.map(({ event_id }) => event_id));
  assertEquals(stored.size, rows.length, "an event was stored twice");
  assertEquals([...acknowledged].filter((id) => !stored.has(id)), []);
  assertEquals([...stored].filter((id) => !sent.has(id)), []);
  const [{ events }] = await server.sql`
    select events::int from recommender.live_event_counts where project_id = ${id}`;
  assertEquals(events, rows.length);
});
