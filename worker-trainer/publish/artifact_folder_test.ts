import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { ignoreWithout, part } from "../../testing/runner/optional_parts.ts";
import { ownModel, sharedMlflow } from "../../testing/runner/shared_mlflow.ts";
import {
  loadModel,
  MANIFEST,
  sha256Hex,
} from "../../functions/recommender/model/artifact/artifact.ts";
import { checkGolden, type Golden } from "../../functions/recommender/model/artifact/golden.ts";
import { mlflowRegistry } from "../../functions/recommender/registry/mlflow.ts";
import { ArtifactError } from "./artifact_folder.ts";
import { artifactOf, chanceModel, type Files, writeFiles } from "../../testing/artifact.ts";

const textOf = (files: Files, path: string) => new TextDecoder().decode(files[path]);

Deno.test("an artifact has every file, each hashed, and the loader named by its content", async () => {
  const files = await artifactOf(chanceModel("HYBRID", 3));
  const [, module] = textOf(files, "MLmodel").match(/loader_module: (\w+)\n/)!;
  assertEquals(Object.keys(files).sort(), [
    "MLmodel",
    `code/${module}.py`,
    "data/golden-users.json",
    "data/golden.json",
    "data/manifest.json",
    "data/model.safetensors",
    "data/state.safetensors",
    "data/users.safetensors",
    "input_example.json",
    "report.json",
    "requirements.txt",
    "run.json",
  ]);
  const loader = await sha256Hex(files[`code/${module}.py`]);
  assertEquals(module, `airec_pyfunc_${loader.slice(0, 12)}`);
  const { sha256 } = JSON.parse(textOf(files, MANIFEST));
  const data = Object.keys(files).filter((path) => path.startsWith("data/") && path !== MANIFEST);
  assertEquals(Object.keys(sha256).sort(), data.sort());
  for (const path of data) assertEquals(sha256[path], await sha256Hex(files[path]));
  assertEquals(JSON.parse(textOf(files, "report.json")), { ndcg_10: 0.4 });
  assertEquals(files, await artifactOf(chanceModel("HYBRID", 3)), "the same model, the same bytes");
});

Deno.test("golden answers cover each kind of request, and the public file contains no users", async () => {
  for (const type of ["CONTENT", "COLLABORATIVE", "HYBRID"] as const) {
    const files = await artifactOf(chanceModel(type, 5));
    const golden: Golden = JSON.parse(textOf(files, "data/golden.json"));
    const requests = golden.answers.map(({ request }) => request);
    assert(requests.length >= 50);
    assert(requests.every((request) => !("user_id" in request)));
    assert(requests.some((request) => request.history));
    assert(type === "COLLABORATIVE" || requests.some((r) => r.item_title || r.item_id));
    assertEquals("data/golden-users.json" in files, type !== "CONTENT");
    if (type === "CONTENT") continue;
    const users: Golden = JSON.parse(textOf(files, "data/golden-users.json"));
    assert(users.answers.length >= 50);
    assert(users.answers.every(({ request }) => request.user_id));
  }
});

Deno.test("golden answers detect a model that differs", async () => {
  const files = await artifactOf(chanceModel("COLLABORATIVE", 8));
  const read = (path: string) => Promise.resolve(files[path]);
  const model = await loadModel(read);
  const golden: Golden = JSON.parse(textOf(files, "data/golden-users.json"));
  assertEquals(checkGolden(model, golden), []);
  // One unit in the last place of each positive weight.
  const bits = new Uint32Array(
    model.weights.values.buffer,
    model.weights.values.byteOffset,
    model.weights.values.length,
  );
  for (let i = 0; i < bits.length; i++) if (model.weights.values[i] > 0) bits[i]++;
  const faults = checkGolden(model, golden);
  assert(faults.length > 0);
  assert(faults[0].includes("but the golden answer has"));
});

Deno.test("an artifact that does not reproduce its model is refused", async () => {
  const model = chanceModel("HYBRID", 2);
  // JSON, and so the manifest, cannot represent infinity.
  const lost = { ...model, manifest: { ...model.manifest, gamma: -Infinity } };
  await assertRejects(() => artifactOf(lost), ArtifactError);
});

Deno.test("an artifact supports a catalogue of one item and users without a history", async () => {
  for (const type of ["CONTENT", "COLLABORATIVE", "HYBRID"] as const) {
    const files = await artifactOf(chanceModel(type, 1, { items: 1, users: 1 }));
    assert("data/golden.json" in files);
  }
});

Deno.test({
  name: "Python's pyfunc reproduces every golden answer, from the folder and from an MLflow server",
  ignore: ignoreWithout("mlflow") || ignoreWithout("python"),
  fn: async () => {
    const folder = await Deno.makeTempDir({ prefix: "airec-artifact-" });
    const model = ownModel();
    const pairs: string[] = [];
    const trainings: { files: Files; at: string }[] = [];
    for (const type of ["CONTENT", "COLLABORATIVE", "HYBRID"] as const) {
      const files = await artifactOf(chanceModel(type, 11));
      const at = await writeFiles(join(folder, type), files);
      pairs.push(at, at);
      trainings.push({ files, at });
    }
    const trackingUri = await sharedMlflow();
    try {
      const registry = mlflowRegistry({ trackingUri, installation: "home" });
      for (const [i, { files, at }] of trainings.entries()) {
        const { version } = await registry.publish({
          ...{ model, files, trainingId: `t-${i}`, description: "", startedAt: new Date() },
          ...{ parameters: {}, metrics: {}, tags: {} },
        });
        await registry.setAlias(model, "champion", version);
        pairs.push(`models:/${model}/${version}`, at);
      }
      pairs.push(`models:/${model}@champion`, trainings.at(-1)!.at);
      // Another version of the loader in the same process, which returns every list reversed.
      const other = await withLoader(
        trainings[0].files,
        (text) => text.replace("for i, score in ranked\n", "for i, score in reversed(ranked)\n"),
      );
      const backwards = await writeFiles(join(folder, "backwards"), other);
      pairs.push(backwards, backwards);
      const { success, stdout, stderr } = await new Deno.Command(part("python")!, {
        args: [new URL("./pyfunc/reproduce_golden.py", import.meta.url).pathname, ...pairs],
        env: { MLFLOW_TRACKING_URI: trackingUri, MLFLOW_DISABLE_TELEMETRY: "true" },
      }).output();
      assert(success, new TextDecoder().decode(stderr));
      const report: { requests: number; equal: number; differs: unknown; example: number }[] = JSON
        .parse(new TextDecoder().decode(stdout));
      assertEquals(report.length, 8);
      const reversed = report.pop()!;
      assert(reversed.equal < reversed.requests / 4, "each version runs the loader it came with");
      for (const { requests, equal, differs, example } of report) {
        assertEquals([differs, example], [null, 1]);
        assertEquals(equal, requests);
        assert(requests >= 50);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

/** Returns the artifact with its loader changed and renamed after its content. */
async function withLoader(files: Files, change: (text: string) => string): Promise<Files> {
  const [, module] = textOf(files, "MLmodel").match(/loader_module: (\w+)\n/)!;
  const { [`code/${module}.py`]: loader, ...others } = files;
  const before = new TextDecoder().decode(loader);
  const after = new TextEncoder().encode(change(before));
  assert(change(before) !== before);
  const renamed = `airec_pyfunc_${(await sha256Hex(after)).slice(0, 12)}`;
  const mlmodel = textOf(files, "MLmodel").replace(module, renamed);
  return {
    ...others,
    "MLmodel": new TextEncoder().encode(mlmodel),
    [`code/${renamed}.py`]: after,
  };
}
