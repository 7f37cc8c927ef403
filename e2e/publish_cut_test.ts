/** An MLflow server that is killed during a publish, and restarted. */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { freePort } from "../ops/processes/free_port.ts";
import { startMlflow } from "../ops/home/mlflow.ts";
import { ignoreWithout } from "../testing/runner/optional_parts.ts";
import { signalGroup } from "../ops/processes/supervisor.ts";
import { testDatabase } from "../testing/database.ts";
import { until } from "../testing/until.ts";
import { diskBlobs } from "../functions/recommender/blobs/disk.ts";
import { installationId } from "../functions/recommender/projects/projects.ts";
import { mlflowRegistry } from "../functions/recommender/registry/mlflow.ts";
import { untilPaused, untilServed } from "../testing/faults/paused_queue.ts";
import { tinyProject } from "../testing/tiny_project.ts";
import { startTrainer } from "../testing/trainer_process.ts";
import { testOwner } from "../testing/training_project.ts";

/** Returns the names of all files in a folder; empty if it does not exist. */
async function filesUnder(folder: string): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      const path = join(folder, name);
      if (isDirectory) found.push(...await filesUnder(path));
      else found.push(name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found;
}

Deno.test({
  name: "an MLflow server killed during a publish costs no attempt and no version",
  ignore: ignoreWithout("mlflow"),
  fn: async () => {
    await using stack = new AsyncDisposableStack();
    const { sql, url } = stack.use(await testDatabase());
    const folder = await Deno.makeTempDir({ prefix: "airec-cut-" });
    stack.defer(() => Deno.remove(folder, { recursive: true }));
    const place = { folder: `${folder}/mlflow`, port: freePort() };
    const artifacts = `${place.folder}/artifacts`;
    let server = await startMlflow(place);
    stack.defer(() => server.stop());
    const id = await tinyProject(sql, {
      owner: await testOwner(sql),
      blobs: diskBlobs(`${folder}/blobs`),
    });
    stack.use(startTrainer({
      databaseUrl: url,
      blobsFolder: `${folder}/blobs`,
      env: { MLFLOW_TRACKING_URI: server.url },
    }));
    await until(async () => (await filesUnder(artifacts)).length > 0, { everyMs: 1 });
    signalGroup(server.pid, "SIGKILL");
    await server.ended;
    const before = (await filesUnder(artifacts)).length;

    await untilPaused(sql, { ids: [id], why: "the model registry does not respond" });
    server = await startMlflow(place);
    await untilServed(sql, [id]);
    const after = (await filesUnder(artifacts)).length;
    assert(before < after, `${before} of ${after} files were there when it was killed`);
    const installation = await installationId(sql);
    const registry = mlflowRegistry({ installation, trackingUri: server.url });
    const model = `project-${id}-recommender`;
    assertEquals((await registry.versions(model)).map(({ version }) => version), ["1"]);
    assertEquals(await registry.alias(model, "champion"), "1");
  },
});
