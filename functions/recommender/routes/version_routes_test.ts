import { assertEquals, assertStringIncludes } from "@std/assert";
import { ignoreWithout } from "../../../testing/runner/optional_parts.ts";
import { numberProjectsApart, sharedMlflow } from "../../../testing/runner/shared_mlflow.ts";
import { servingProject, waitingProject } from "../../../testing/project.ts";
import { DRIVER } from "../../../testing/in_workerd.ts";
import { testRecommender } from "../../../testing/recommender.ts";
import { exampleModel } from "../../../testing/example_model.ts";
import { folderRegistry } from "../registry/folder.ts";
import { mlflowRegistry } from "../registry/mlflow.ts";

/** The service with each of the two registries. */
const SIDES = {
  folder: { ignore: false, open: () => testRecommender({ openRegistry: folderRegistry }) },
  mlflow: {
    ignore: ignoreWithout("mlflow"),
    open: async () => {
      const trackingUri = await sharedMlflow();
      const service = await testRecommender({
        openRegistry: (_, { installation }) => mlflowRegistry({ trackingUri, installation }),
      });
      await numberProjectsApart(service.sql);
      return service;
    },
  },
};

for (const [side, { ignore, open }] of Object.entries(SIDES)) {
  Deno.test({
    name: `versions (${side}): listed, promoted, rolled back, each with its report`,
    ignore,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: async () => {
      await using service = await open();
      const { ann, id, path } = await servingProject(service, "CONTENT");
      for (const number of [2, 3]) {
        await service.publish(id, exampleModel("CONTENT"), {
          report: { number },
          tags: { "airec.algorithm": "tfidf", "airec.verdict": "accepted" },
        });
      }
      const champions = async () => {
        const { body } = await ann.get(`${path}/versions`);
        return body.map((v: Record<string, unknown>) => [v.version, v.champion]);
      };
      const serving = async () =>
        (await ann.get(`${path}/recommendations?item_title=Heat`)).body.model_version;

      const [newest] = (await ann.get(`${path}/versions`)).body;
      assertEquals(newest, {
        version: "3",
        created_at: newest.created_at,
        metrics: { ndcg_10: 0.5 },
        algorithm: "tfidf",
        verdict: "accepted",
        champion: true,
        history_gap: false,
      });
      assertEquals(await champions(), [["3", true], ["2", false], ["1", false]]);
      assertEquals((await ann.get(`${path}/report`)).body, { number: 3 });
      assertEquals((await ann.get(`${path}/report?version=1`)).body, { format: "airec-report" });
      assertEquals(typeof (await ann.get(`${path}/run?version=2`)).body, "object");
      assertEquals((await ann.get(`${path}/run?version=9`)).status, 404);
      assertEquals(await serving(), "3");

      const promoted = await ann.post(`${path}/versions/1/promote`, undefined);
      assertEquals([promoted.status, promoted.body.version, promoted.body.champion], [
        200,
        "1",
        true,
      ]);
      assertEquals(await champions(), [["3", false], ["2", false], ["1", true]]);
      assertEquals(await serving(), "1");
      const { body } = await ann.get(`${path}/status`);
      assertEquals([body.mlflow_model_version, body.report], ["1", { format: "airec-report" }]);
      assertEquals(body.trained_at, promoted.body.created_at);

      // Champions so far: 1, 2, 3, and 1 again by hand.
      for (const expected of ["3", "2", "1"]) {
        const back = await ann.post(`${path}/versions/rollback`, undefined);
        assertEquals([back.status, back.body.version], [200, expected]);
        assertEquals(await serving(), expected);
      }
      const end = await ann.post(`${path}/versions/rollback`, undefined);
      assertEquals([end.status, end.body.code], [409, "conflict"]);

      for (const unknown of ["7", "0", "x", "..%2F1"]) {
        const { status } = await ann.post(`${path}/versions/${unknown}/promote`, undefined);
        assertEquals(status, 404, unknown);
        assertEquals((await ann.get(`${path}/report?version=${unknown}`)).status, 404, unknown);
      }
      assertEquals(await serving(), "1");
    },
  });
}

Deno.test("a project without a version lists none, and has no report and no rollback", async () => {
  await using service = await testRecommender();
  const { ann, path } = await waitingProject(service, "CONTENT");
  assertEquals((await ann.get(`${path}/versions`)).body, []);
  const report = await ann.get(`${path}/report`);
  assertEquals([report.status, report.body.project_status], [409, "PENDING"]);
  assertEquals((await ann.post(`${path}/versions/rollback`, undefined)).status, 409);
});

Deno.test("a version promoted by hand clears the sentence about why it was not", async () => {
  await using service = await testRecommender();
  const { ann, id, path } = await servingProject(service, "COLLABORATIVE");
  await service.publish(id, exampleModel("COLLABORATIVE"));
  await service.sql`update recommender.recommender_projects set error = 'It was refused.'`;
  assertStringIncludes((await ann.get(`${path}/status`)).body.error, "refused");
  await ann.post(`${path}/versions/1/promote`, undefined);
  assertEquals((await ann.get(`${path}/status`)).body.error, null);
});

Deno.test({
  name: "a promotion suspended until another request took over its Idempotency-Key moves no alias",
  // Replaces the registry inside the process.
  ignore: Deno.env.get(DRIVER) !== undefined,
  async fn(t) {
    /** Points where promotions pause: before the fence, or between the fence and the alias. */
    const gates = { read: Promise.withResolvers<void>(), moveAlias: Promise.withResolvers<void>() };
    let paused: keyof typeof gates | undefined;
    const reached = {
      read: Promise.withResolvers<void>(),
      moveAlias: Promise.withResolvers<void>(),
    };
    const pause = async (place: keyof typeof gates) => {
      if (paused !== place) return;
      paused = undefined;
      reached[place].resolve();
      await gates[place].promise;
    };
    await using service = await testRecommender({
      openRegistry(blobs, options) {
        const registry = folderRegistry(blobs, options);
        return {
          ...registry,
          async read(model, version, path) {
            if (path === "report.json") await pause("read");
            return await registry.read(model, version, path);
          },
          async moveAlias(...asked) {
            await pause("moveAlias");
            return await registry.moveAlias(...asked);
          },
        };
      },
    });
    const { ann, id, path } = await servingProject(service, "CONTENT");
    for (const _ of [2, 3]) await service.publish(id, exampleModel("CONTENT"));
    const rollBack = async (key: string) => {
      const headers = { "idempotency-key": key };
      const answer = await ann.request(`${path}/versions/rollback`, { method: "POST", headers });
      return { status: answer.status, body: await answer.json() };
    };
    const champion = async () =>
      (await ann.get(`${path}/versions`)).body
        .find((version: { champion: boolean }) => version.champion).version;

    await t.step("paused before: its repeat takes over, and what comes late is 409", async () => {
      paused = "read";
      const first = rollBack("a");
      await reached.read.promise;
      await service.sql`
        update http.idempotent_requests set locked_until = now() - interval '1 second'`;
      assertEquals((await rollBack("a")).body.version, "2");
      const again = await ann.send("POST", `${path}/versions/3/promote`);
      assertEquals([again.status, await champion()], [200, "3"]);
      gates.read.resolve();
      assertEquals((await first).status, 409);
      assertEquals(await champion(), "3");
    });

    await t.step("paused between: what moved meanwhile is not moved back", async () => {
      const before = await service.sql`select count(*)::int as n from recommender.promotions`;
      paused = "moveAlias";
      const first = rollBack("b");
      await reached.moveAlias.promise;
      // Moved by hand: a promotion would wait for the row lock.
      await service.registry.setAlias(`project-${id}-recommender`, "champion", "1");
      gates.moveAlias.resolve();
      const { status, body } = await first;
      assertEquals([status, body.code], [409, "conflict"]);
      assertEquals(await champion(), "1");
      const after = await service.sql`select count(*)::int as n from recommender.promotions`;
      assertEquals(after, before, "what was not moved is not noted");
    });
  },
});
