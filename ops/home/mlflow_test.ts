import { assert, assertEquals, assertFalse, assertRejects } from "@std/assert";
import { keepMlflow, startMlflow } from "./mlflow.ts";
import { ignoreWithout } from "../../testing/runner/optional_parts.ts";
import { until } from "../../testing/until.ts";

Deno.test({
  name: "an MLflow server responds, and leaves no process when it is stopped",
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

Deno.test({
  name: "a supervised MLflow server is restarted after a kill",
  ignore: ignoreWithout("mlflow"),
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const folder = await Deno.makeTempDir({ prefix: "airec-mlflow-" });
    const pids: number[] = [];
    const said: string[] = [];
    const server = await keepMlflow({
      folder,
      say: (_, line) => said.push(line),
      started: (_, pid) => pids.push(pid),
    });
    Deno.kill(pids[0], "SIGKILL");
    await until(() => pids.length === 2);
    assertEquals(said, ["ended by SIGKILL; restarting in 0.5 s"]);
    await server.stop();
    const { success } = await new Deno.Command("ps", { args: ["-p", String(pids[1])] }).output();
    assertFalse(success, `${pids[1]} is still there`);
    await Deno.remove(folder, { recursive: true });
  },
});
