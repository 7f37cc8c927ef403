import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { Webhook } from "standardwebhooks";
import { ignoreWithout } from "../testing/runner/optional_parts.ts";
import { startMlflow } from "../ops/home/mlflow.ts";
import {
  call,
  createFilmProject,
  json,
  type Recommended,
  signedUp,
  startSystem,
  type System,
  untilReady,
  untilStatus,
} from "../testing/system.ts";

Deno.test("from sign-up to a recommendation, a call by key and its signed webhook", async () => {
  await using system = await startSystem();
  await walk(system);
});

Deno.test({
  name: "the same with an MLflow server, which then shows run, metrics, version and alias",
  ignore: ignoreWithout("mlflow"),
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "airec-mlflow-" });
    const mlflow = await startMlflow({ folder });
    try {
      await using system = await startSystem({ mlflow: mlflow.url });
      const { id, name } = await walk(system);
      await readBack(mlflow.url, { id, name });
    } finally {
      await mlflow.stop();
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("a trainer killed during a training: the project still becomes READY", async () => {
  await using system = await startSystem();
  const headers = await signedUp(system);
  const { id } = await createFilmProject(system, headers);
  await untilStatus(system, headers, { id, accept: (status) => status === "PROCESSING" });
  const trainer = system.pidOf("trainer")!;
  Deno.kill(trainer, "SIGKILL");
  const state = await call(`${system.at.recommender}/project/${id}/status`, { headers });
  assertEquals(state.status, "PROCESSING", "it was killed in the middle");
  // The lease of 30 s expires, another trainer claims the project and trains it again.
  await untilReady(system, headers, { id, patienceMs: 90_000 });
  assertNotEquals(system.pidOf("trainer"), trainer);
  const [project] = await call(`${system.at.recommender}/projects/`, { headers });
  assertEquals(String(project.mlflow_model_version), "1");
  assertEquals((await titlesFor(system, headers, { id, user_id: "1" })).length, 10);
});

/** Goes through a developer's first steps; returns the project. */
async function walk(system: System): Promise<{ id: number; name: string }> {
  const { at } = system;
  const headers = await signedUp(system);
  const created = await createFilmProject(system, headers);
  assertEquals([created.status, created.model_type], ["PENDING", "HYBRID"]);
  const { id } = created;
  await untilReady(system, headers, { id });

  const one = await titlesFor(system, headers, { id, user_id: "1" });
  const two = await titlesFor(system, headers, { id, user_id: "2" });
  assertEquals([one.length, two.length], [10, 10]);
  assertNotEquals(one, two);

  await using receiver = webhookReceiver();
  const registered = await call(`${at.webhooks}/api/apps/register`, {
    ...json({ app_name: "Cinema", webhook_url: receiver.url }, headers),
    expect: 201,
  });
  const { items } = await call(`${at.webhooks}/api/items?project_id=${id}&limit=1`, {
    headers: { "x-api-key": registered.api_key },
  });
  const answer = await call(
    `${at.webhooks}/api/recommend`,
    json({ project_id: id, item_title: items[0].item_title, user_id: 1, n: 5 }, {
      "x-api-key": registered.api_key,
    }),
  );
  assertEquals(answer.project_id, id);
  assertEquals(answer.recommendations.length, 5);
  const [usage] = await call(`${at.webhooks}/api/apps/usage`, { headers });
  assertEquals([usage.app_name, usage.usage_count], ["Cinema", 1]);

  const delivery = await receiver.next();
  const verified = new Webhook(registered.webhook_secret).verify(delivery.body, delivery.headers);
  assert(delivery.body.includes(items[0].item_title) || delivery.body.includes("recommendations"));
  assert(JSON.stringify(verified).includes(answer.recommendations[0].item_id));

  const [project] = await call(`${at.recommender}/projects/`, { headers });
  assertEquals(project.mlflow_model_name, `project-${id}-recommender`);
  assertEquals(String(project.mlflow_model_version), "1");
  return { id, name: project.mlflow_model_name };
}

/** Returns ten titles for a user, given the first film of the catalogue. */
async function titlesFor(
  { at }: System,
  headers: { authorization: string },
  { id, user_id }: { id: number; user_id: string },
): Promise<string[]> {
  const { items } = await call(`${at.recommender}/project/${id}/items?limit=1`, { headers });
  const query = new URLSearchParams({ item_title: items[0].item_title, user_id });
  const answer = await call(`${at.recommender}/project/${id}/recommendations?${query}`, {
    headers,
  });
  const titles = answer.recommendations.map(({ item_title }: Recommended) => item_title);
  assertEquals(new Set(titles).size, titles.length);
  assert(!titles.includes(items[0].item_title));
  return titles;
}

/** Checks what the MLflow server stores about a trained project. */
async function readBack(url: string, { id, name }: { id: number; name: string }): Promise<void> {
  const api = `${url}/api/2.0/mlflow`;
  const { model_version } = await call(
    `${api}/registered-models/alias?name=${name}&alias=champion`,
  );
  assertEquals(model_version.version, "1");
  assert(model_version.source.startsWith("models:/"), model_version.source);
  const { registered_model } = await call(`${api}/registered-models/get?name=${name}`);
  assertEquals(registered_model.name, `project-${id}-recommender`);
  const { run } = await call(`${api}/runs/get?run_id=${model_version.run_id}`);
  assertEquals(run.info.status, "FINISHED");
  assert(run.data.params.length > 0, "the run has parameters");
  const metrics: { key: string; value: number }[] = run.data.metrics;
  const ndcg = metrics.find(({ key }) => key.startsWith("ndcg"));
  assert(ndcg && ndcg.value > 0 && ndcg.value <= 1, `metrics: ${JSON.stringify(metrics)}`);
}

/** Starts a webhook receiver on loopback that keeps the first recommendation event. */
function webhookReceiver() {
  const waiting = Promise.withResolvers<{ body: string; headers: Record<string, string> }>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const body = await request.text();
    if (body.includes("recommend")) {
      waiting.resolve({ body, headers: Object.fromEntries(request.headers) });
    }
    return new Response(null, { status: 204 });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/hook`,
    async next() {
      const timer = setTimeout(() => waiting.reject(new Error("no webhook within 20 s")), 20_000);
      try {
        return await waiting.promise;
      } finally {
        clearTimeout(timer);
      }
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
