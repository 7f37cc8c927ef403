/**
 * SIGTERM ends every process even if its dependencies hang: a stopped database, a registry and an
 * endpoint that never respond, a suspended training process. The promise is 15 s.
 */
import { assert, assertEquals } from "@std/assert";
import { ownCache } from "../../testing/faults/own_cache.ts";
import { call, startSystem, untilStatus } from "../../testing/system.ts";
import { signalGroup } from "../../ops/processes/supervisor.ts";
import { until } from "../../testing/until.ts";
import { ownPostgres } from "../../testing/own_postgres.ts";
import { trainedShop } from "../../testing/trained_shop.ts";
import { isRunning, startTrainer } from "../../testing/trainer_process.ts";

/** Twice the promise, for a busy machine. */
const LATEST_MS = 30_000;

Deno.test("SIGTERM ends every process, whichever dependency hangs", async (t) => {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await ownPostgres());
  const { env } = stack.use(await ownCache());
  const system = stack.use(await startSystem({ database: server, env }));
  const silent = stack.use(silentServer());
  const shop = await trainedShop(system, { webhookUrl: `${silent.url}/hook` });
  const { id, login } = shop;
  const project = `${system.at.recommender}/project/${id}`;
  const retrain = () => call(`${project}/retrain`, { method: "POST", headers: login, expect: 202 });

  await t.step("a trainer whose registry hangs under a training", async () => {
    const other = system.pidOf("trainer")!;
    signalGroup(other, "SIGSTOP");
    try {
      await retrain();
      await using trainer = startTrainer({
        databaseUrl: server.url,
        blobsFolder: system.blobsFolder,
        env: { MLFLOW_TRACKING_URI: `${silent.url}/registry` },
      });
      const housekeeping = await trainer.housekeeping(1);
      await until(() => silent.asked.some((path) => path.startsWith("/registry")));
      const training = await until(() => trainingOf(trainer.child.pid));
      trainer.child.kill("SIGTERM");
      await gone([trainer.child.pid, training, housekeeping]);
    } finally {
      signalGroup(other, "SIGCONT");
    }
    // Its project is claimed by the next trainer.
    await untilStatus(system, login, { id, accept: (status) => status === "READY" });
  });

  await t.step("all of them, with Postgres, a training and an endpoint stopped", async () => {
    await retrain();
    const trainer = system.pidOf("trainer")!;
    const training = await until(() => trainingOf(trainer));
    Deno.kill(training, "SIGSTOP");
    await (await shop.byKey()).body?.cancel();
    await until(() => silent.asked.includes("/hook"));
    const housekeeping = await until(() => childOf(trainer, "housekeeping/main.ts"));
    const names = ["auth", "recommender", "webhooks", "trainer"];
    const processes = names.map((name) => system.pidOf(name)!);

    await server.pause();
    const inFlight = [shop.byKey, shop.byLogin].map((ask) =>
      ask().then((response) => response.body?.cancel(), () => {})
    );
    for (const pid of processes) Deno.kill(pid, "SIGTERM");
    await gone([...processes, training, housekeeping]);
    await Promise.all(inFlight);
    // They exited by themselves; none was killed.
    for (const name of names) {
      const ended = await until(() => system.lines.find((l) => l.startsWith(`${name} | ended`)));
      assert(ended.startsWith(`${name} | ended with code`), ended);
    }
  });

  await t.step("Postgres itself, stopped", async () => {
    const start = Date.now();
    await server.stop();
    assert(Date.now() - start < LATEST_MS, `${Date.now() - start} ms`);
    await server.start();
    const [{ projects }] = await until(() =>
      server.sql<{ projects: number }[]>`
        select count(*)::int as projects from recommender.recommender_projects`.catch(() => null)
    );
    assertEquals(projects, 1);
  });
});

/** Starts a server that accepts requests, records their paths and never responds. */
function silentServer() {
  const asked: string[] = [];
  const ended = Promise.withResolvers<Response>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    asked.push(new URL(request.url).pathname);
    return ended.promise;
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    asked,
    async [Symbol.asyncDispose]() {
      ended.resolve(new Response(null, { status: 503 }));
      await server.shutdown();
    },
  };
}

/** Waits until none of the processes runs. */
async function gone(processes: number[]): Promise<void> {
  const running = () => processes.filter(isRunning);
  await until(() => running().length === 0, { patienceMs: LATEST_MS, everyMs: 100 })
    .catch(() => assertEquals(running(), [], `still running ${LATEST_MS / 1000} s later`));
}

function trainingOf(trainer: number): number | undefined {
  return childOf(trainer, "worker-trainer/train.ts");
}

/** Returns the child process that runs a program, or undefined. */
function childOf(parent: number, program: string): number | undefined {
  const { stdout } = new Deno.Command("ps", { args: ["-Aww", "-o", "pid=,ppid=,args="] })
    .outputSync();
  for (const line of new TextDecoder().decode(stdout).split("\n")) {
    const [, pid, ppid, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (Number(ppid) === parent && args.includes(program)) return Number(pid);
  }
}
