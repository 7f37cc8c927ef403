/**
 * Out of memory: the kernel kills the training that exceeds the limit, not its trainer. It costs
 * one attempt with a reason; other trainings of the trainer continue, and this one succeeds once it
 * has enough memory.
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { testDatabase } from "../../testing/database.ts";
import { until } from "../../testing/until.ts";
import { diskBlobs } from "../../functions/recommender/blobs/disk.ts";
import { longTraining } from "../../testing/faults/long_training.ts";
import { memoryCgroup } from "../../testing/faults/memory_cgroup.ts";
import { tinyProject } from "../../testing/tiny_project.ts";
import { isRunning, startTrainer } from "../../testing/trainer_process.ts";
import { pendingProject, projectRow, testOwner } from "../../testing/training_project.ts";

const MILLIONS = 1.5;
/** Enough for the start of a training, but not for the tables of that many rows. */
const ROOM = 200e6;
const MORE_ROOM = 8e9;

Deno.test("a training killed by the kernel for memory uses an attempt, and its trainer continues", async () => {
  const cgroup = memoryCgroup();
  if (!cgroup) {
    throw new Error("This test needs Linux, root, and a memory cgroup to make another in.");
  }
  await using database = await testDatabase();
  const { sql } = database;
  const folder = await Deno.makeTempDir({ prefix: "airec-oom-" });
  const blobs = diskBlobs(folder);
  const large = await pendingProject(sql, {
    name: "Large",
    files: [await longTraining(blobs, MILLIONS)],
    seconds: 100,
    // A retrain, which searches at once.
    serving: "0",
    settings: { budget_seconds: 10 },
  });
  {
    await using trainer = startTrainer({ databaseUrl: database.url, blobsFolder: folder });
    const { pid } = trainer.child;
    cgroup.take(pid);
    const housekeeping = await trainer.housekeeping(1);
    cgroup.take(housekeeping);
    cgroup.limit(cgroup.held() + ROOM);

    const crashed = await until(async () => {
      const row = await projectRow(sql, large);
      return row.failures > 0 && row;
    }, { everyMs: 100 });
    assertStringIncludes(crashed.error, "was killed at the stage");
    assertStringIncludes(crashed.error, "probably by the system because memory ran out");
    assertEquals([crashed.status, crashed.failures], ["PENDING", 1]);
    assertEquals([isRunning(pid), isRunning(housekeeping)], [true, true]);

    cgroup.limit(MORE_ROOM);
    const tiny = await tinyProject(sql, { owner: await testOwner(sql), blobs });
    await until(async () => {
      const rows = await Promise.all([tiny, large].map((id) => projectRow(sql, id)));
      return rows.every(({ status }) => status === "READY");
    }, { patienceMs: 900_000, everyMs: 500 });
    const served = await projectRow(sql, large);
    assertEquals([served.mlflow_model_version, served.failures, served.error], ["1", 1, null]);
    console.log(JSON.stringify({ reason: crashed.error, attempts: served.attempt }));
  }
  await cgroup[Symbol.asyncDispose]();
  await Deno.remove(folder, { recursive: true });
});
