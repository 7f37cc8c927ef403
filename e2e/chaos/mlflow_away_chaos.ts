/**
 * An MLflow server that is unavailable, then starts: twelve projects of three tenants lose no
 * attempt.
 */
import { ignoreWithout } from "../../testing/runner/optional_parts.ts";
import { freePort } from "../../ops/processes/free_port.ts";
import { startMlflow } from "../../ops/home/mlflow.ts";
import { testDatabase } from "../../testing/database.ts";
import { untilPaused, untilServed, waitingProjects } from "../../testing/faults/paused_queue.ts";
import { startTrainer } from "../../testing/trainer_process.ts";

Deno.test({
  name:
    "an MLflow server that is away ends no training: twelve of three tenants wait, and are served",
  ignore: ignoreWithout("mlflow"),
  fn: async () => {
    await using database = await testDatabase();
    const { sql } = database;
    const folder = await Deno.makeTempDir({ prefix: "airec-paused-" });
    const server = { folder: `${folder}/mlflow`, port: freePort() };
    const ids = await waitingProjects(sql, `${folder}/blobs`, 4);
    await using _trainer = startTrainer({
      databaseUrl: database.url,
      blobsFolder: `${folder}/blobs`,
      env: { MLFLOW_TRACKING_URI: `http://127.0.0.1:${server.port}` },
    });
    await untilPaused(sql, { ids, why: "the model registry does not respond" });
    const mlflow = await startMlflow(server);
    try {
      await untilServed(sql, ids);
    } finally {
      await mlflow.stop();
    }
    await Deno.remove(folder, { recursive: true });
  },
});
