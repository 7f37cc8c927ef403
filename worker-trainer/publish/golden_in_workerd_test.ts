/** Artifacts read by the recommender in workerd: each golden request, sent as a client would. */
import { assert, assertEquals } from "@std/assert";
import { stop } from "esbuild";
import { numberProjectsApart, sharedMlflow } from "../../testing/runner/shared_mlflow.ts";
import { part } from "../../testing/runner/optional_parts.ts";
import { json, publish, signedUp, type TestEdge, testEdge } from "../../testing/edge.ts";
import { until } from "../../testing/until.ts";
import {
  GOLDEN,
  type Golden,
  GOLDEN_USERS,
  type GoldenAnswer,
} from "../../functions/recommender/model/artifact/golden.ts";
import type { ModelType } from "../../functions/recommender/model/model.ts";
import { installationId } from "../../functions/recommender/projects/projects.ts";
import { mlflowRegistry } from "../../functions/recommender/registry/mlflow.ts";
import { artifactOf, chanceModel, type Files } from "../../testing/artifact.ts";

Deno.test.afterAll(() => stop());

const FILES: Record<ModelType, Record<string, File>> = {
  CONTENT: content(),
  COLLABORATIVE: interactions(),
  HYBRID: { ...content(), ...interactions() },
};

function content() {
  return { content_file: new File(["i,t\n1,Heat\n"], "items.csv") };
}

function interactions() {
  return { interaction_file: new File(["u,i\nann,1\n"], "ratings.csv") };
}

/** Creates a project of a type, without a model. */
async function projectOf(edge: TestEdge, headers: Record<string, string>, type: ModelType) {
  const form = new FormData();
  form.set("project_name", type);
  form.set("content_schema_json", '{"item_id": "i", "item_title": "t", "feature_col": "t"}');
  form.set("interaction_schema_json", '{"user_id": "u", "item_id": "i"}');
  for (const kind of ["content", "interaction"]) {
    const file = FILES[type][`${kind}_file`];
    if (file) form.set(`${kind}_file`, file);
    else form.delete(`${kind}_schema_json`);
  }
  const request = { method: "POST", headers, body: form, expect: 201 };
  return (await edge.call("recommender", "/create-project", request)).id as number;
}

/** Sends every golden request, and compares the response with the golden answer. */
async function reproduces(
  edge: TestEdge,
  { headers, id, files }: { headers: Record<string, string>; id: number; files: Files },
): Promise<void> {
  const golden = [GOLDEN, GOLDEN_USERS].filter((path) => path in files).flatMap((path) =>
    (JSON.parse(new TextDecoder().decode(files[path])) as Golden).answers
  );
  assert(golden.length >= 50);
  const check = async ({ request, answer }: GoldenAnswer) => {
    const { recommendations, stale } = await edge.call(
      "recommender",
      `/project/${id}/recommendations`,
      json(request, headers),
    );
    const got = recommendations.map((
      { item_id, item_title, score }: GoldenAnswer["answer"][number],
    ) => ({ item_id, item_title, score }));
    assertEquals(got, answer, JSON.stringify(request));
    assertEquals(stale, undefined);
  };
  await Promise.all(Array.from({ length: 4 }, async () => {
    for (let next = golden.pop(); next; next = golden.pop()) await check(next);
  }));
}

Deno.test({
  name: "workerd reproduces all golden answers, and serves the last good model while R2 is broken",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(t) {
    await using edge = await testEdge();
    const headers = await signedUp(edge);
    for (const [i, type] of (["CONTENT", "COLLABORATIVE", "HYBRID"] as const).entries()) {
      await t.step(type, async () => {
        const id = await projectOf(edge, headers, type);
        const files = await artifactOf(chanceModel(type, i + 1));
        await publish(edge, id, { files });
        await reproduces(edge, { headers, id, files });

        const index = `models/project-${id}-recommender/index.json`;
        await edge.bucket.put(index, new TextEncoder().encode("no index"));
        const ask = () =>
          edge.call("recommender", `/project/${id}/similar?item_id=000%2Fé`, { headers });
        await until(async () => (await ask()).stale === true);
        assertEquals((await ask()).model_version, "1");
      });
    }
  },
});

const noMlflow = part("mlflow") === null;
Deno.test({
  name: "workerd reproduces all golden answers of a model in MLflow",
  ignore: noMlflow,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const trackingUri = await sharedMlflow();
    await using edge = await testEdge({ recommender: { MLFLOW_TRACKING_URI: trackingUri } });
    await numberProjectsApart(edge.sql);
    const headers = await signedUp(edge);
    const id = await projectOf(edge, headers, "HYBRID");
    const files = await artifactOf(chanceModel("HYBRID", 4));
    const installation = await installationId(edge.sql);
    const registry = mlflowRegistry({ trackingUri, installation });
    await publish(edge, id, { registry, files });
    await reproduces(edge, { headers, id, files });
  },
});
