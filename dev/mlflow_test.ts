import { assert, assertRejects } from "@std/assert";
import { startMlflow } from "./mlflow.ts";
import { ignoreWithout } from "./parts.ts";

Deno.test({
  name: "an MLflow server answers, and leaves no process behind when it is stopped",
  ignore: ignoreWithout("mlflow"),
  fn: async () => {
    const folder = await Deno.makeTempDir({ prefix: "airec-mlflow-" });
    const server = await startMlflow({ folder });
    const version = await (await fetch(`${server.url}/version`)).text();
    assert(/^\d+\.\d+/.test(version), version);
    await server.stop();
    await server.ended;
    await assertRejects(() => fetch(`${server.url}/version`), TypeError);
    await Deno.remove(folder, { recursive: true });
  },
});
