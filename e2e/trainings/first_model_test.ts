/** A project's first training: a first model serves, and a better version follows. */
import { assert, assertEquals } from "@std/assert";
import { call, createFilmProject, json, signedUp, startSystem } from "../../testing/system.ts";
import { untilBest, untilReady } from "../../testing/system.ts";

Deno.test("a first version serves while a better one is searched for, which then replaces it", async () => {
  await using system = await startSystem({ env: { SEARCH_LIMIT: "full" } });
  const headers = await signedUp(system);
  const { id } = await createFilmProject(system, headers);
  const url = `${system.at.recommender}/project/${id}`;
  await untilReady(system, headers, { id });

  const first = await call(`${url}/status`, { headers });
  assertEquals([first.status, first.stage, first.progress, first.error], [
    "READY",
    "ready",
    1,
    null,
  ]);
  assertEquals([first.mlflow_model_version, first.report.search], ["1", "first"]);
  assert(first.improving.progress < 1 && first.trained_at && first.finished_at);
  const [listed] = await call(`${system.at.recommender}/projects`, { headers });
  assertEquals([listed.status, listed.mlflow_model_version], ["READY", "1"]);
  const answer = await call(`${url}/recommendations?item_id=1&user_id=1`, { headers });
  assertEquals(answer.recommendations.length, 10);

  await untilBest(system, headers, { id });
  const best = await call(`${url}/status`, { headers });
  const { report, mlflow_model_version: version } = best;
  // The gate compared both on the same split; it keeps the first if that is beyond chance better.
  assertEquals([best.improving, version, report.search], [null, "2", undefined]);
  assertEquals(report.gate.champion, first.report.chosen);
  assertEquals(report.split.seed, first.report.split.seed);
  assertEquals(report.split.test, first.report.split.test);
  assert(report.candidates.length > 5);
  const { ndcg } = first.report.test.metrics;
  assert(ndcg >= 0.9 * report.test.metrics.ndcg, `${ndcg} of ${report.test.metrics.ndcg}`);
  const versions = await call(`${url}/versions`, { headers });
  assertEquals(versions.map((one: { version: string }) => one.version), ["2", "1"]);
});

Deno.test("a search that is cancelled leaves the first version, and a retrain replaces a search", async () => {
  await using system = await startSystem({ env: { SEARCH_LIMIT: "full" } });
  const headers = await signedUp(system);
  const { id } = await createFilmProject(system, headers);
  const url = `${system.at.recommender}/project/${id}`;
  await untilReady(system, headers, { id });
  const cancelled = await call(`${url}/cancel`, { method: "POST", headers });
  assertEquals([cancelled.status, cancelled.stage, cancelled.improving], [
    "READY",
    "cancelled",
    null,
  ]);
  assert(cancelled.error.includes("The current version continues to serve"), cancelled.error);
  assertEquals(cancelled.mlflow_model_version, "1");
  await call(`${url}/cancel`, { method: "POST", headers, expect: 409 });

  // Another project, whose search is replaced by a training without one.
  const other = await createFilmProject(system, headers);
  const otherUrl = `${system.at.recommender}/project/${other.id}`;
  await untilReady(system, headers, { id: other.id });
  await call(`${otherUrl}/settings`, { ...json({ search: "first" }, headers), method: "PATCH" });
  const queued = await call(`${otherUrl}/retrain`, { method: "POST", headers, expect: 202 });
  assertEquals([queued.status, queued.improving], ["PENDING", null]);
  await untilBest(system, headers, { id: other.id });
  const again = await call(`${otherUrl}/status`, { headers });
  assertEquals([again.mlflow_model_version, again.report.search], ["2", "first"]);
  assertEquals(again.report.gate.verdict, "accepted");
});
