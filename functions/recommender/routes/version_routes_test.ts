import { assertEquals, assertStringIncludes } from "@std/assert";
import { type MlflowServer, startMlflow } from "../../../dev/mlflow.ts";
import { ignoreWithout } from "../../../dev/parts.ts";
import { servingProject, waitingProject } from "../../../dev/test_project.ts";
import { testRecommender } from "../../../dev/test_recommender.ts";
import { exampleModel } from "../model/example_model.ts";
import { folderRegistry } from "../registry/folder.ts";
import { mlflowRegistry } from "../registry/mlflow.ts";

let server: MlflowServer | undefined;
const folder = await Deno.makeTempDir({ prefix: "airec-versions-" });

Deno.test.afterAll(async () => {
  await server?.stop();
  await Deno.remove(folder, { recursive: true });
});

/** A service over each of the two registries. */
const SIDES = {
  folder: { ignore: false, open: () => testRecommender({ openRegistry: folderRegistry }) },
  mlflow: {
    ignore: ignoreWithout("mlflow"),
    open: async () => {
      server ??= await startMlflow({ folder });
      const trackingUri = server.url;
      return await testRecommender({
        openRegistry: (_, { installation }) => mlflowRegistry({ trackingUri, installation }),
      });
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

      // What was champion: 1, 2, 3, and 1 again by hand.
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

Deno.test("a project without a version lists none, has no report and no way back", async () => {
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
