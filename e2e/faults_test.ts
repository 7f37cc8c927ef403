/** Fault tests on one running system: one fault after another. */
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { ownCache } from "../testing/faults/own_cache.ts";
import { type OwnPostgres, ownPostgres } from "../testing/own_postgres.ts";
import { trainedShop } from "../testing/trained_shop.ts";
import { connectedAs } from "../ops/database/connected_as.ts";
import { signalGroup } from "../ops/processes/supervisor.ts";
import {
  call,
  json,
  startSystem,
  type System,
  untilReady,
  untilStatus,
} from "../testing/system.ts";
import { until } from "../testing/until.ts";

Deno.test("faults: no acknowledged write is lost, and all services recover by themselves", async (t) => {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await ownPostgres());
  const { env } = stack.use(await ownCache());
  const system = stack.use(await startSystem({ database: server, env }));
  const world = { ...await trained(system), server, system };
  stack.use(world.receiver);
  await t.step("Postgres is restarted under load", () => restarted(world));
  await t.step(
    "a trainer is stopped in the middle of a training, and continued",
    () => stopped(world),
  );
  await t.step("five times as many calls come as a service takes at a time", () => crowded(world));
  await t.step("a sign-out takes effect in every service", () => signedOut(world));
});

type World = Awaited<ReturnType<typeof trained>> & { server: OwnPostgres; system: System };

/**
 * Creates a user with a trained project, an app with a key, and an endpoint that records its
 * webhooks.
 */
async function trained(system: System) {
  const heard = new Set<string>();
  const receiver = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    heard.add(request.headers.get("webhook-id")!);
    return new Response();
  });
  const webhookUrl = `http://127.0.0.1:${receiver.addr.port}/`;
  return {
    ...await trainedShop(system, { webhookUrl }),
    ...{ heard, receiver },
    processes: () => ["auth", "recommender", "webhooks", "trainer"].map(system.pidOf),
  };
}

async function restarted({ system, server, login, id, byKey, usage, heard, processes }: World) {
  const { at } = system;
  const before = processes();
  const row = { interactions: [{ user_id: "late", item_id: "1" }] };
  const project = `${at.recommender}/project/${id}`;
  const traffic = keepAsking({
    "a call by key": byKey,
    "a read": () => fetch(`${project}/status`, { headers: login }),
    "a write": () => fetch(`${project}/interactions`, json(row, login)),
    "who I am": () => fetch(`${at.auth}/me`, { headers: login }),
  });
  await until(() => someOfEach(traffic.answers, [200, 201], 0));
  await server.stop();
  await until(() => someOfEach(traffic.answers, [503], 0)).catch((error) => {
    throw new Error(`${error.message}\n${JSON.stringify(traffic.answers)}\n${system.log()}`);
  });
  const marks = Object.values(traffic.answers).map((list) => list.length);
  await server.start();
  await until(() => someOfEach(traffic.answers, [200, 201], Math.max(...marks)));
  await traffic.stop();

  for (const [name, answers] of Object.entries(traffic.answers)) {
    const other = answers.filter((status) => ![200, 201, 503].includes(status));
    assertEquals(other, [], `${name}\n${system.log()}`);
  }
  assertEquals(traffic.withoutRetryAfter, 0, "a 503 says when to come again");
  const count = (name: string, status: number) =>
    traffic.answers[name].filter((one) => one === status).length;
  const [counted, acknowledged] = [await usage(), count("a call by key", 200)];
  const attempted = traffic.answers["a call by key"].length;
  assert(
    acknowledged <= counted && counted <= attempted,
    `${acknowledged} ${counted} ${attempted}`,
  );
  const { files } = await call(`${project}/status`, { headers: login });
  assert(files.length - 2 >= count("a write", 201), `${files.length} files`);
  // Each counted call has its webhook, also those during the restart. Deliveries in progress at
  // that moment would wait for the end of their lease, so it is ended here.
  await server.sql`update webhooks.deliveries set next_attempt_at = now() where held`;
  await until(async () => {
    const [{ waiting }] = await server.sql`
      select count(*)::int as waiting from webhooks.deliveries where status <> 'DELIVERED'`;
    return waiting === 0;
  });
  assert(heard.size >= counted, `${heard.size} of ${counted} were heard`);
  assertEquals(processes(), before, "nothing was started anew");
}

/** Whether each request got one of the statuses at or after index `from`. */
function someOfEach(answers: Record<string, number[]>, statuses: number[], from: number): boolean {
  return Object.values(answers).every((list) =>
    list.slice(from).some((status) => statuses.includes(status))
  );
}

/** Repeats the requests until stopped, and records their statuses. */
function keepAsking(questions: Record<string, () => Promise<Response>>) {
  const answers: Record<string, number[]> = {};
  const traffic = { answers, withoutRetryAfter: 0, stop };
  let stopping = false;
  const running = Object.entries(questions).map(async ([name, ask]) => {
    answers[name] = [];
    while (!stopping) {
      // Status 0: no response.
      const answer = await ask().catch(() => Response.error());
      await answer.body?.cancel();
      answers[name].push(answer.status);
      if (answer.status === 503 && !answer.headers.has("retry-after")) traffic.withoutRetryAfter++;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
  async function stop(): Promise<void> {
    stopping = true;
    await Promise.all(running);
  }
  return traffic;
}

async function stopped({ system, server, login, id }: World) {
  const project = `${system.at.recommender}/project/${id}`;
  const retrain = () => call(`${project}/retrain`, { method: "POST", headers: login, expect: 202 });
  const versions = async () =>
    (await call(`${project}/versions`, { headers: login })).map(
      ({ version }: { version: string }) => version,
    );
  const ready = async () => {
    await untilReady(system, login, { id });
    return await versions();
  };
  assertEquals(await versions(), ["1"]);
  await retrain();
  await untilStatus(system, login, { id, accept: (status) => status === "PROCESSING" });
  const sleeper = system.pidOf("trainer")!;
  signalGroup(sleeper, "SIGSTOP");
  // As if it had been silent for the 30 seconds of a lease.
  await server
    .sql`update recommender.recommender_projects set lease_until = now() where id = ${id}`;
  const other = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", fromFileUrl(import.meta.resolve("../worker-trainer/main.ts"))],
    env: {
      DATABASE_URL: connectedAs(server.url, "airec_trainer"),
      BLOBS_FOLDER: system.blobsFolder,
    },
    stdout: "null",
  }).spawn();
  try {
    assertEquals(await ready(), ["2", "1"]);
  } finally {
    other.kill("SIGTERM");
    assertEquals((await other.status).code, 0);
    signalGroup(sleeper, "SIGCONT");
  }
  // The resumed trainer changes nothing and takes the next training.
  await retrain();
  assertEquals(await ready(), ["3", "2", "1"]);
  assertEquals(system.pidOf("trainer"), sleeper);
  const [{ failures }] = await server.sql`
    select failures from recommender.recommender_projects where id = ${id}`;
  assertEquals(failures, 0);
}

async function crowded({ system, server, byKey, usage, processes }: World) {
  const before = processes();
  const counted = await usage();
  const statuses: number[] = [];
  const count = (status: number) => statuses.filter((one) => one === status).length;
  // Writes of the calls wait for the lock, and so do the admitted calls.
  const lock = await server.sql.reserve();
  await lock`begin`;
  await lock`lock table webhooks.usage in exclusive mode`;
  const calls = Array.from({ length: 5 * AT_ONCE }, async () => {
    const answer = await byKey();
    await answer.body?.cancel();
    statuses.push(answer.status);
    if (answer.status === 503) assert(answer.headers.has("retry-after"));
  });
  await until(() => count(503) >= 4 * AT_ONCE);
  for (const name of ["auth", "recommender", "webhooks"] as const) {
    assertEquals((await fetch(`${system.at[name]}/health`)).status, 200);
  }
  await lock`commit`;
  lock.release();
  await Promise.all(calls);
  assertEquals(count(200) + count(503), 5 * AT_ONCE);
  assertEquals([await usage() - counted, (await byKey()).status], [count(200), 200]);
  assertEquals(processes(), before);
}

/** Concurrency limit of functions/http/service/service.ts. */
const AT_ONCE = 500;

async function signedOut({ system, id }: World) {
  const { at } = system;
  const account = { email: "ada@example.com", password: "a fine long password" };
  const login = await fetch(`${at.auth}/login`, json(account));
  const headers = { authorization: `Bearer ${(await login.json()).token}` };
  const asked = [`${at.recommender}/project/${id}/status`, `${at.webhooks}/api/apps`];
  for (const url of asked) await call(url, { headers });
  const cookie = login.headers.get("set-cookie")!.split(";")[0];
  const logout = { method: "POST", headers: { cookie, origin: at.web }, expect: 204 };
  await call(`${at.auth}/logout`, logout);
  for (const url of asked) {
    await until(async () => {
      const { status, body } = await fetch(url, { headers });
      await body?.cancel();
      return status === 401;
    }, { patienceMs: 10_000 });
  }
}
