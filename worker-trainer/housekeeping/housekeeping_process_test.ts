import { assert, assertEquals } from "@std/assert";
import { testDatabase } from "../../testing/database.ts";
import { ownCache } from "../../testing/faults/own_cache.ts";
import { until } from "../../testing/until.ts";
import { isRunning, startTrainer, type TrainerProcess } from "../../testing/trainer_process.ts";
import { pendingProject, projectRow } from "../../testing/training_project.ts";

/** Runs a trainer on a database and a folder of its own, until the end of the scope. */
async function trainer() {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await testDatabase());
  const folder = await Deno.makeTempDir();
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const { env } = stack.use(await ownCache());
  const process: TrainerProcess = stack.use(
    startTrainer({ databaseUrl: database.url, blobsFolder: folder, env }),
  );
  const all = stack.move();
  return {
    ...{ sql: database.sql, folder, process },
    [Symbol.asyncDispose]: () => all[Symbol.asyncDispose](),
  };
}

Deno.test("housekeeping runs beside the trainer, is restarted when killed, and ends with it", async () => {
  await using at = await trainer();
  const first = await at.process.housekeeping(1);
  Deno.kill(first, "SIGKILL");
  const second = await at.process.housekeeping(2);
  assert(!isRunning(first));

  // A suspended process delays no claim, and is killed within the trainer's own shutdown time.
  Deno.kill(second, "SIGSTOP");
  const id = await pendingProject(at.sql);
  await until(async () => (await projectRow(at.sql, id)).status === "ERROR");
  const start = performance.now();
  at.process.child.kill("SIGTERM");
  assertEquals((await at.process.child.status).code, 0);
  assert(performance.now() - start < 15_000);
  assert(!isRunning(second));
});

Deno.test("housekeeping ends by itself when its trainer is killed", async () => {
  await using at = await trainer();
  const pid = await at.process.housekeeping(1);
  at.process.child.kill("SIGKILL");
  await at.process.child.status;
  await until(() => !isRunning(pid));
});

Deno.test("failing erasures delay neither trainings nor other erasures", async () => {
  await using at = await trainer();
  const { sql, folder } = at;
  await Deno.mkdir(`${folder}/models/theirs`, { recursive: true });
  const theirs = JSON.stringify({ installation: "there", versions: [] });
  await Deno.writeTextFile(`${folder}/models/theirs/index.json`, theirs);
  await Deno.mkdir(`${folder}/uploads/refused/inside`, { recursive: true });
  await Deno.writeTextFile(`${folder}/uploads/ours`, "u,i\n");
  await sql`
    insert into recommender.erasures (kind, name, created_at)
    select kind, name, now() - interval '1 hour'
    from (values ('MODEL', 'theirs'), ('BLOB', 'uploads/refused'), ('BLOB', 'uploads/ours'))
      as e (kind, name)`;
  // A project without a file: its training fails with a sentence, which shows that it was claimed.
  const id = await pendingProject(sql);

  await until(async () => (await projectRow(sql, id)).status === "ERROR");
  await until(async () => {
    const rows = await sql`select from recommender.erasures where last_error is null`;
    return rows.length === 0;
  });
  const left = await sql`select name from recommender.erasures order by name`;
  assertEquals(left.map(({ name }) => name), ["theirs", "uploads/refused"]);
  const shown = at.process.log.filter(({ message }) => message === "erasure failed");
  assertEquals(new Set(shown.map(({ name }) => name)), new Set(["theirs", "uploads/refused"]));
});
