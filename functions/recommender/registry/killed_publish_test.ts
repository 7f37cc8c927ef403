/** Kills a publishing process half-way, with the folder registry and with a real MLflow server. */
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { type MlflowServer, startMlflow } from "../../../ops/home/mlflow.ts";
import { ignoreWithout } from "../../../testing/runner/optional_parts.ts";
import { until } from "../../../testing/until.ts";
import { diskBlobs } from "../blobs/disk.ts";
import { openRegistry } from "./open.ts";

const MODEL = "project-1-recommender";
const HERE = fromFileUrl(import.meta.url);

const registryOf = (folder: string, tracking: string) =>
  openRegistry({
    blobs: diskBlobs(folder),
    installation: "home",
    mlflow: { MLFLOW_TRACKING_URI: tracking },
  });

/** In the child process: publishes `files` files of one megabyte. */
if (Deno.args[0] === "publish") {
  const [, folder, tracking, trainingId, files] = Deno.args;
  const names = Array.from({ length: Number(files) }, (_, i) => `data/${i}`);
  await registryOf(folder, tracking).publish({
    ...{ model: MODEL, trainingId, description: "Films", parameters: {}, metrics: {}, tags: {} },
    files: Object.fromEntries(names.map((name) => [name, new Uint8Array(1_000_000)])),
    startedAt: new Date(),
  });
}

function publish(...args: string[]) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", HERE, "publish", ...args],
  }).spawn();
  return { child, status: child.status };
}

/** Returns the total size of the files under a folder, in bytes. */
async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    bytes += isDirectory
      ? await bytesIn(path)
      : (await Deno.stat(path).catch(() => null))?.size ?? 0;
  }
  return bytes;
}

for (const side of ["folder", "mlflow"]) {
  Deno.test({
    name: `registry (${side}): leftovers of a killed publish are found and removed`,
    ignore: side === "mlflow" && ignoreWithout("mlflow"),
    async fn() {
      const folder = await Deno.makeTempDir({ prefix: "airec-killed-" });
      let server: MlflowServer | undefined;
      try {
        if (side === "mlflow") server = await startMlflow({ folder: `${folder}/mlflow` });
        const place = [folder, server?.url ?? ""] as const;
        const first = publish(...place, "t-1", "2");
        assert((await first.status).success);
        const artifacts = server ? `${folder}/mlflow/artifacts` : folder;
        const whole = await bytesIn(artifacts);

        const second = publish(...place, "t-2", "200");
        await until(async () => await bytesIn(artifacts) > whole + 3_000_000);
        second.child.kill("SIGKILL");
        assert(!(await second.status).success);

        const registry = registryOf(...place);
        const trainings = () => Promise.resolve(new Map([[MODEL, "t-3"]]));
        const left = () => Array.fromAsync(registry.leftovers({ trainings, oursAlone: false }));
        assert((await left()).length > 0);
        for (const { remove } of await left()) await remove();
        assertEquals(await left(), []);
        assertEquals(await bytesIn(artifacts), whole);
        assertEquals((await registry.versions(MODEL)).map(({ trainingId }) => trainingId), ["t-1"]);
      } finally {
        await server?.stop();
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}
