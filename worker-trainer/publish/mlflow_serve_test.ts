import { assert, assertEquals } from "@std/assert";
import { DELIMITER, dirname } from "@std/path";
import { ignoreWithout, part } from "../../testing/runner/optional_parts.ts";
import { freePort } from "../../ops/processes/free_port.ts";
import type { Golden, GoldenRequest } from "../../functions/recommender/model/artifact/golden.ts";
import { artifactOf, chanceModel, writeFiles } from "../../testing/artifact.ts";

const PATIENCE_MS = 120_000;

Deno.test({
  name: "`mlflow models serve` reproduces every golden answer over HTTP",
  ignore: ignoreWithout("mlflow"),
  fn: async () => {
    const folder = await Deno.makeTempDir({ prefix: "airec-serve-" });
    const files = await artifactOf(chanceModel("HYBRID", 31));
    await writeFiles(folder, files);
    await using server = await serve(folder);

    const example = await server.ask({
      dataframe_split: JSON.parse(text(files["input_example.json"])),
    });
    assertEquals([example.length, example[0].length], [1, 10]);

    for (const path of ["data/golden.json", "data/golden-users.json"]) {
      const { answers }: Golden = JSON.parse(text(files[path]));
      assert(answers.length >= 50);
      const given = await Promise.all(
        answers.map(async ({ request }) => (await server.ask(frameOf(request)))[0]),
      );
      assertEquals(given, answers.map(({ answer }) => answer));
    }
    await Deno.remove(folder, { recursive: true });
  },
});

/** Returns a golden request in the format of MLflow's scoring server. */
function frameOf({ n, include_seen, ...asked }: GoldenRequest) {
  return { dataframe_records: [asked], params: { n, exclude_seen: !include_seen } };
}

/** Starts MLflow's own server for the model in a folder, in the current Python environment. */
async function serve(folder: string) {
  const mlflow = part("mlflow")!;
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = new Deno.Command(mlflow, {
    args: [
      ...["models", "serve", "-m", folder, "--env-manager", "local"],
      ...["--host", "127.0.0.1", "--port", String(port)],
    ],
    env: {
      // It runs uvicorn, which is in the same folder.
      PATH: [dirname(mlflow), Deno.env.get("PATH")].join(DELIMITER),
      MLFLOW_DISABLE_TELEMETRY: "true",
    },
    stdin: "null",
    stdout: "null",
    stderr: "null",
    detached: true, // a process group of its own: its workers end with it
  }).spawn();
  let running = true;
  const ended = child.status.then(() => running = false);
  const stop = async () => {
    if (running) Deno.kill(-child.pid, "SIGKILL");
    await ended;
  };
  const deadline = Date.now() + PATIENCE_MS;
  while (!await isUp(`${url}/ping`)) {
    if (running && Date.now() < deadline) continue;
    await stop();
    throw new Error("`mlflow models serve` does not answer.");
  }
  return {
    async ask(body: unknown): Promise<unknown[][]> {
      const response = await fetch(`${url}/invocations`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      const answer = await response.text();
      assertEquals(response.status, 200, answer);
      return JSON.parse(answer).predictions;
    },
    [Symbol.asyncDispose]: stop,
  };
}

/** Checks once, after a short delay. */
async function isUp(url: string): Promise<boolean> {
  await new Promise((resolve) => setTimeout(resolve, 100));
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
