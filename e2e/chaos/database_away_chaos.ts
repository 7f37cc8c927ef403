/**
 * Postgres unavailable for longer than a lease, first stopped, then silent, during a training that
 * ends meanwhile and one that continues: neither loses an attempt, and each publishes one version.
 */
import { assertEquals } from "@std/assert";
import { until } from "../../testing/until.ts";
import { diskBlobs } from "../../functions/recommender/blobs/disk.ts";
import { installationId } from "../../functions/recommender/projects/projects.ts";
import { folderRegistry } from "../../functions/recommender/registry/folder.ts";
import { longTraining } from "../../testing/faults/long_training.ts";
import { ownPostgres } from "../../testing/own_postgres.ts";
import { tinyProject } from "../../testing/tiny_project.ts";
import { startTrainer } from "../../testing/trainer_process.ts";
import { pendingProject, testOwner } from "../../testing/training_project.ts";

const MILLIONS = 1;
/** A lease lasts 30 s. */
const AWAY_MS = 45_000;

Deno.test("a Postgres outage longer than a lease uses no attempt of a training", async (t) => {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await ownPostgres());
  const { sql } = server;
  const folder = await Deno.makeTempDir({ prefix: "airec-away-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const blobs = diskBlobs(folder);
  const registry = folderRegistry(blobs, { installation: await installationId(sql) });
  const owner = await testOwner(sql);
  const trainer = stack.use(startTrainer({ databaseUrl: server.url, blobsFolder: folder }));
  const away = {
    stopped: { begin: () => server.stop(), end: () => server.start() },
    silent: { begin: () => server.pause(), end: () => Promise.resolve(server.resume()) },
  };
  for (const [how, { begin, end }] of Object.entries(away)) {
    await t.step(how, async () => {
      const long = await pendingProject(sql, {
        owner,
        name: "Long",
        files: [await longTraining(blobs, MILLIONS)],
        seconds: 100,
        // A retrain, which searches at once.
        serving: "0",
        settings: { budget_seconds: 60 },
      });
      await until(async () => (await rowsOf([long]))[0].progress > 0, { everyMs: 20 });
      const short = await tinyProject(sql, { owner: await testOwner(sql), blobs });
      await until(async () => (await rowsOf([short]))[0].status === "PROCESSING", { everyMs: 20 });
      await begin();
      await new Promise((resolve) => setTimeout(resolve, AWAY_MS));
      await end();
      const rows = await until(async () => {
        const rows = await rowsOf([long, short]).catch(() => null);
        return rows?.every(({ status }) => status === "READY" || status === "ERROR") && rows;
      }, { patienceMs: 900_000, everyMs: 500 });
      console.log(JSON.stringify({ how, away_seconds: AWAY_MS / 1000, rows }));
      for (const { id, status, version, failures, promotions } of rows) {
        assertEquals([status, version, failures, promotions], ["READY", "1", 0, 1]);
        assertEquals((await registry.versions(`project-${id}-recommender`)).length, 1);
      }
    });
  }
  assertEquals(trainer.log.filter(({ message }) => message === "training crashed"), []);

  /** Returns the trainings' current state. */
  async function rowsOf(ids: number[]) {
    return await sql`
      select id, status, progress, attempt, failures, mlflow_model_version as version, (
        select count(*)::int from recommender.promotions r where r.project_id = p.id
      ) as promotions
      from recommender.recommender_projects p where id = any (${ids}::int[]) order by id`;
  }
});
