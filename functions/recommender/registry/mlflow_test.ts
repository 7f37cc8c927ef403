/** The registry on a real MLflow server: what its pages show, retries of interrupted calls. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { ignoreWithout } from "../../../testing/runner/optional_parts.ts";
import { type MlflowServer, startMlflow } from "../../../ops/home/mlflow.ts";
import { mlflowRegistry } from "./mlflow.ts";
import { type Tagged, tagsOf } from "./mlflow_entities.ts";
import { mlflowRest } from "./mlflow_rest.ts";
import {
  RegistryConflictError,
  RegistryUnavailableError,
  type Training,
  type Version,
} from "./registry.ts";

const ignore = ignoreWithout("mlflow");

const folder = await Deno.makeTempDir({ prefix: "airec-mlflow-" });

let server: MlflowServer;

Deno.test.beforeAll(async () => {
  if (!ignore) server = await startMlflow({ folder });
});

Deno.test.afterAll(async () => {
  await server?.stop();
  await Deno.remove(folder, { recursive: true });
});

const text = (content: string) => new TextEncoder().encode(content);

const training = (model: string): Training => ({
  model,
  trainingId: "a1b2",
  about: "What is **recommended** in a small shop",
  description: "Films of a small shop",
  parameters: Object.fromEntries(Array.from({ length: 230 }, (_, i) => [`p${i}`, i])),
  metrics: { ndcg_10: 0.43, "segment/new:recall_20": 0.1 },
  tags: { gate: "first version" },
  files: {
    "MLmodel": new TextEncoder().encode("flavors: {}\n"),
    "data/a": new Uint8Array([1, 2, 3]),
  },
  pages: { "report.html": text("<h1>How good it is</h1>"), "plots/ndcg.svg": text("<svg/>") },
  sources: [{
    name: "ratings.csv",
    sha256: "0123456789abcdef".repeat(4),
    path: "uploads/17",
    role: "interaction",
    columns: ["userId", "movieId"],
    rows: 100_836,
  }],
  candidates: [
    {
      name: "ease",
      parameters: { lambda: 300 },
      metrics: { validation_ndcg_10: 0.14 },
      seconds: 2.5,
    },
    { name: "ease", parameters: { lambda: 900 }, metrics: {}, skipped: "It needs 9 GB of memory." },
  ],
  startedAt: new Date(1_700_000_000_000),
});

Deno.test({
  name: "MLflow shows the run with its parameters and metrics, the logged model and the version",
  ignore,
  fn: async () => {
    const registry = mlflowRegistry({ trackingUri: server.url, installation: "home" });
    await registry.publish(training("project-1-recommender"));
    const rest = mlflowRest({ trackingUri: server.url });
    const { experiment } = await rest.call<{ experiment: { experiment_id: string } }>(
      "GET",
      "mlflow/experiments/get-by-name",
      { experiment_name: "project-1-recommender" },
    );
    // deno-lint-ignore no-explicit-any
    const runs = await rest.search<any>("POST", "mlflow/runs/search", "runs", {
      experiment_ids: [experiment.experiment_id],
    });
    const run = runs.find(({ info }) => info.run_name === "Films of a small shop");
    assertEquals(run.info.status, "FINISHED");
    assertEquals(run.info.start_time, 1_700_000_000_000);
    assertEquals(run.data.params.length, 230);
    assertEquals(
      Object.fromEntries(
        run.data.metrics.map((m: { key: string; value: number }) => [m.key, m.value]),
      ),
      training("").metrics,
    );
    const [output] = run.outputs.model_outputs;
    const { model_versions: [version] } = await rest.call<
      { model_versions: { source: string; run_id: string; description: string }[] }
    >(
      "GET",
      "mlflow/model-versions/search",
      { filter: "name = 'project-1-recommender'" },
    );
    assertEquals(version.source, `models:/${output.model_id}`);
    assertEquals(version.run_id, run.info.run_id);
    assertEquals(version.description, "Films of a small shop");
    const { registered_model } = await rest.call<{ registered_model: { description: string } }>(
      "GET",
      "mlflow/registered-models/get",
      { name: "project-1-recommender" },
    );
    assertEquals(registered_model.description, "What is **recommended** in a small shop");

    const [{ dataset, tags }] = run.inputs.dataset_inputs;
    assertEquals([dataset.name, dataset.digest], [
      "ratings.csv",
      "0123456789abcdef0123456789abcdef0123",
    ]);
    assertEquals(JSON.parse(dataset.source), { uri: "uploads/17" });
    assertEquals(JSON.parse(dataset.profile), { num_rows: 100_836 });
    assertEquals(dataset.source_type, "local");
    assertEquals(JSON.parse(dataset.schema), {
      mlflow_colspec: [
        { type: "string", name: "userId", required: false },
        { type: "string", name: "movieId", required: false },
      ],
    });
    assertEquals(tags, [{ key: "mlflow.data.context", value: "interaction" }]);

    const page = await rest.getArtifact(`${run.info.artifact_uri}/report.html`);
    assertEquals(new TextDecoder().decode(page), "<h1>How good it is</h1>");
    const { files } = await rest.call<{ files: { path: string }[] }>(
      "GET",
      "mlflow/artifacts/list",
      { run_id: run.info.run_id },
    );
    assertEquals(files.map(({ path }) => path).toSorted(), ["plots", "report.html"]);

    const nested = runs.filter(({ data }) =>
      tagsOf(data)["mlflow.parentRunId"] === run.info.run_id
    );
    const shown = nested.map(({ info, data }) => ({
      ...{ name: info.run_name, status: info.status, ms: info.end_time - info.start_time },
      ...{ params: tagsOf({ tags: data.params }), metrics: data.metrics?.[0].value },
      note: tagsOf(data)["mlflow.note.content"],
    })).toSorted((a, b) => a.name < b.name ? -1 : 1);
    assertEquals(shown, [
      {
        ...{ name: "1 ease", status: "FINISHED", ms: 2500, params: { lambda: "300" } },
        ...{ metrics: 0.14, note: undefined },
      },
      {
        ...{ name: "2 ease", status: "KILLED", ms: 0, params: { lambda: "900" } },
        ...{ metrics: undefined, note: "It needs 9 GB of memory." },
      },
    ]);
    assertEquals(
      new TextDecoder().decode(await registry.read("project-1-recommender", "1", "MLmodel")),
      `flavors: {}\nmodel_id: ${output.model_id}\nrun_id: ${run.info.run_id}\n`,
    );
  },
});

Deno.test({
  name: "MLflow shows what the logged model, the experiment and the metrics belong to",
  ignore,
  fn: async () => {
    const registry = mlflowRegistry({ trackingUri: server.url, installation: "home" });
    const model = "project-3-recommender";
    const before = Date.now();
    await registry.publish({ ...training(model), description: "" });
    const rest = mlflowRest({ trackingUri: server.url });
    // deno-lint-ignore no-explicit-any
    const get = (path: string, input: Record<string, string>) => rest.call<any>("GET", path, input);
    const { experiment } = await get("mlflow/experiments/get-by-name", { experiment_name: model });
    assertEquals(tagsOf(experiment), {
      "airec.installation": "home",
      "mlflow.note.content": "What is **recommended** in a small shop",
      "mlflow.experimentKind": "custom_model_development",
      "mlflow.experiment.primaryMetric.name": "ndcg_10",
    });
    const { registered_model } = await get("mlflow/registered-models/get", { name: model });
    assertEquals(tagsOf(registered_model), { "airec.installation": "home" });
    const { model_version } = await get("mlflow/model-versions/get", { name: model, version: "1" });
    const ours = {
      ...{ "airec.installation": "home", "airec.training_id": "a1b2" },
      gate: "first version",
    };
    assertEquals(tagsOf(model_version), ours);

    const { run } = await get("mlflow/runs/get", { run_id: model_version.run_id });
    assertEquals(run.info.run_name, "a1b2", "a training without a description");
    assert(run.info.end_time >= before && run.info.end_time <= Date.now());
    for (const [key, value] of Object.entries(ours)) assertEquals(tagsOf(run.data)[key], value);
    const points = run.data.metrics.map((
      { key, timestamp, step }: { key: string; timestamp: number; step: number },
    ) => ({ key, timestamp, step }));
    assertEquals(
      points.toSorted((a: { key: string }, b: { key: string }) => a.key < b.key ? -1 : 1),
      [
        { key: "ndcg_10", timestamp: 1_700_000_000_000, step: 0 },
        { key: "segment/new:recall_20", timestamp: 1_700_000_000_000, step: 0 },
      ],
    );
    const [{ model_id, step }] = run.outputs.model_outputs;
    assertEquals(Number(step ?? 0), 0);

    const { model: { info, data } } = await get(`mlflow/logged-models/${model_id}`, {});
    assertEquals(
      [info.name, info.model_type, info.status, info.source_run_id],
      [model, "airec", "LOGGED_MODEL_READY", run.info.run_id],
    );
    for (const [key, value] of Object.entries(ours)) assertEquals(tagsOf(info)[key], value);
    assertEquals(
      Object.fromEntries(
        data.metrics.map((metric: { key: string; value: number }) => [metric.key, metric.value]),
      ),
      training("").metrics,
    );
  },
});

Deno.test({
  name: "publishing interrupted at any call is completed by a retry, without duplicates",
  ignore,
  fn: async () => {
    const model = "project-2-recommender";
    let version: Version | undefined;
    let failures = 0;
    while (!version) {
      const cut = failures;
      let calls = 0;
      const registry = mlflowRegistry({
        trackingUri: server.url,
        installation: "home",
        // The call reaches the server but its response is lost: the worst case for a retry.
        fetch: async (...request) => {
          const response = await fetch(...request);
          if (calls++ < cut) return response;
          await response.body?.cancel();
          throw new TypeError("the line was cut");
        },
      });
      try {
        version = await registry.publish(training(model));
      } catch (error) {
        assert(error instanceof RegistryUnavailableError);
        failures++;
      }
    }
    assert(failures > 10, `each step fails once on the way, but only ${failures} did`);
    const registry = mlflowRegistry({ trackingUri: server.url, installation: "home" });
    assertEquals(version.version, "1");
    assertEquals(await registry.versions(model), [version]);
    assertEquals(version.metrics, training(model).metrics);
    const rest = mlflowRest({ trackingUri: server.url });
    const { experiment } = await rest.call<{ experiment: { experiment_id: string } }>(
      "GET",
      "mlflow/experiments/get-by-name",
      { experiment_name: model },
    );
    const search = { experiment_ids: [experiment.experiment_id] };
    const runs = await rest.search<{
      info: { run_name: string; status: string };
      inputs?: { dataset_inputs: unknown[] };
    }>("POST", "mlflow/runs/search", "runs", search);
    assertEquals(
      Object.fromEntries(runs.map(({ info }) => [info.run_name, info.status])),
      { "Films of a small shop": "FINISHED", "1 ease": "FINISHED", "2 ease": "KILLED" },
    );
    assertEquals(runs.length, 3);
    const whole = runs.find(({ info }) => info.run_name === "Films of a small shop")!;
    assertEquals(whole.inputs!.dataset_inputs.length, 1);
    assertEquals(
      (await rest.search("POST", "mlflow/logged-models/search", "models", search)).length,
      1,
    );
  },
});

Deno.test({
  name: "a removed model leaves no artifact on the server's disk",
  ignore,
  fn: async () => {
    const registry = mlflowRegistry({ trackingUri: server.url, installation: "home" });
    const model = "project-4-recommender";
    const secret = { "data/secret.bin": new Uint8Array(10) };
    await registry.publish({ ...training(model), files: secret, pages: secret });
    await registry.publish({ ...training(model), files: secret, pages: secret, trainingId: "c3" });
    assertEquals(await countNamed(folder, "secret.bin"), 4);
    await registry.removeVersion(model, "1");
    assertEquals(await countNamed(folder, "secret.bin"), 2);
    const rest = mlflowRest({ trackingUri: server.url });
    const { experiments: [experiment] } = await rest.call<
      { experiments: { experiment_id: string }[] }
    >("POST", "mlflow/experiments/search", { filter: `name = '${model}'`, max_results: 10 });
    const search = { experiment_ids: [experiment.experiment_id] };
    const runs = await rest.search("POST", "mlflow/runs/search", "runs", search);
    assertEquals(runs.length, 3, "the run of the other version, and its candidates");
    await registry.remove(model);
    assertEquals(await countNamed(folder, "secret.bin"), 0);
    assertEquals(await rest.search("POST", "mlflow/runs/search", "runs", search), []);
  },
});

Deno.test({
  name: "changes by hand on the server's pages do not stop publishing and listing",
  ignore,
  fn: async () => {
    const registry = mlflowRegistry({ trackingUri: server.url, installation: "home" });
    const rest = mlflowRest({ trackingUri: server.url });
    const model = "project-5-recommender";
    const first = await registry.publish(training(model));
    const { model_version: { source } } = await rest.call<{ model_version: { source: string } }>(
      "GET",
      "mlflow/model-versions/get",
      { name: model, version: "1" },
    );
    await rest.call("POST", "mlflow/model-versions/create", {
      name: model,
      source,
      model_id: source.replace("models:/", ""),
    });
    assertEquals(await registry.versions(model), [first]);
    await rest.call("POST", "mlflow/registered-models/alias", {
      name: model,
      alias: "champion",
      version: "2",
    });
    await assertRejects(() => registry.alias(model, "champion"), RegistryConflictError);

    const { experiment } = await rest.call<{ experiment: { experiment_id: string } }>(
      "GET",
      "mlflow/experiments/get-by-name",
      { experiment_name: model },
    );
    const { experiment_id } = experiment;
    await rest.call("POST", "mlflow/experiments/delete", { experiment_id });
    assertEquals((await registry.versions(model)).length, 1);
    const renamed = { trainingId: "c3", about: "Another name" };
    const third = await registry.publish({ ...training(model), ...renamed });
    assertEquals(third.version, "3");
    const { registered_model } = await rest.call<{ registered_model: { description: string } }>(
      "GET",
      "mlflow/registered-models/get",
      { name: model },
    );
    assertEquals(registered_model.description, "Another name");
    const { experiment: { tags } } = await rest.call<{ experiment: Tagged }>(
      "GET",
      "mlflow/experiments/get-by-name",
      { experiment_name: model },
    );
    assertEquals(tagsOf({ tags })["mlflow.note.content"], "Another name");
    await registry.remove(model);
    assertEquals(await registry.versions(model), []);
  },
});

async function countNamed(folder: string, name: string): Promise<number> {
  let count = 0;
  for await (const entry of Deno.readDir(folder)) {
    if (entry.isDirectory) count += await countNamed(`${folder}/${entry.name}`, name);
    else if (entry.name === name) count++;
  }
  return count;
}

Deno.test({
  name: "leftovers are named with their kind, and candidates exported in their order",
  ignore,
  fn: async () => {
    const registry = mlflowRegistry({ trackingUri: server.url, installation: "leftover" });
    assertEquals(registry.description, `MLflow at ${server.url}`);
    const model = "project-6-recommender";
    const candidates = Array.from({ length: 11 }, (_, i) => ({
      ...{ name: `model ${i}`, parameters: { i }, metrics: { ndcg: i }, seconds: i },
    }));
    await registry.publish({ ...training(model), candidates });
    assertEquals(await registry.models(), [model]);
    const exported = await registry.exported(model, "1");
    assertEquals(
      exported.training.candidates!.map(({ name, seconds, parameters, metrics }) => ({
        ...{ name, seconds, parameters, metrics },
      })),
      candidates.map(({ parameters, ...rest }) => ({
        ...{ ...rest, parameters: { i: String(parameters.i) } },
      })),
    );
    assertEquals(exported.training.sources![0].columns, ["userId", "movieId"]);
    assertEquals(exported.training.sources![0].rows, 100_836);
    assertEquals(Object.keys(exported.pages).sort(), ["plots/ndcg.svg", "report.html"]);
    const { stream } = await exported.pages["plots/ndcg.svg"]();
    assertEquals(await new Response(stream).text(), "<svg/>");

    const cut = mlflowRegistry({
      trackingUri: server.url,
      installation: "leftover",
      fetch: async (url, init) => {
        if (`${url}`.endsWith("model-versions/create")) throw new TypeError("the line was cut");
        return await fetch(url, init);
      },
    });
    await assertRejects(
      () => cut.publish({ ...training(model), trainingId: "c3" }),
      RegistryUnavailableError,
    );
    const left = async (latest: string | null | undefined) =>
      await Array.fromAsync(registry.leftovers({
        trainings: () => Promise.resolve(new Map(latest === undefined ? [] : [[model, latest]])),
        oursAlone: false,
      }));
    assertEquals([await left("c3"), await left(null)], [[], []]);
    const found = await left("d4");
    assertEquals(
      found.map(({ name, bytes }) => [name.replace(/ [0-9a-f-]{32,}| m-[0-9a-f]+/, ""), bytes]),
      [
        [`logged model of ${model}`, 0],
        [`run of ${model}`, 0],
        [`run of ${model}`, 0],
        [`run of ${model}`, 0],
      ],
    );
    const [whole, ...more] = await left(undefined);
    assertEquals([whole.name, whole.bytes, more], [`model ${model}`, 0, []]);
    assert(Math.abs(whole.since.getTime() - Date.now()) < 60_000);
    await whole.remove();
    assertEquals([await registry.models(), await left(undefined)], [[], []]);
  },
});
