import { assert, assertEquals } from "@std/assert";
import { ownModel, sharedMlflow } from "../../testing/runner/shared_mlflow.ts";
import { ignoreWithout } from "../../testing/runner/optional_parts.ts";
import { startBrowser } from "../../testing/browser/browser.ts";
import { mlflowRegistry } from "../../functions/recommender/registry/mlflow.ts";
import { mlflowRest } from "../../functions/recommender/registry/mlflow_rest.ts";
import type { Claim } from "../queue/claim.ts";
import { codeTags } from "./code_tags.ts";
import { emptyReceipt } from "../../functions/recommender/files/rows/receipt.ts";
import type { Run } from "../../functions/recommender/report/report.ts";
import { REPORT } from "../../testing/report.ts";
import { artifactOf, chanceModel } from "../../testing/artifact.ts";
import { trainingRecord } from "./training_record.ts";

const CLAIM: Claim = {
  serving: null,
  improving: false,
  seconds: 1,
  ...{ id: 7, owner_id: "", project_name: "Films", model_type: "HYBRID", settings: { version: 1 } },
  ...{ model: ownModel(), training_id: "t-1", attempt: 1, failures: 0 },
  files: [{
    ...{ id: 1, file_type: "INTERACTION", storage_path: "uploads/1", file_name: "ratings.csv" },
    ...{
      sha256: "ab".repeat(32),
      dialect: {} as never,
      cleaned: false,
      live: false,
      uploaded_at: 1.7e9,
    },
    mapping: { user_id: "userId", item_id: "movieId" },
  }],
  erased_users: [],
  forgetting: false,
  learned_to: 0,
  learned_items: 0,
  merged: [],
};

const RUN: Run = {
  ...{ seconds: 12, stages: [], dense: "none", cores: 2 },
  candidates: REPORT.candidates.map(({ algorithm, parameters, skipped }) => ({
    ...{ algorithm, parameters, estimated_seconds: 1, estimated_bytes: 1 },
    ...(!skipped && { seconds: 2, peak_bytes: 1e9 }),
  })),
};

const PATIENCE = { timeout: 180_000 };

Deno.test({
  name: "MLflow's pages show a training's report, plots, data, candidates and verdict",
  ignore: ignoreWithout("mlflow") || ignoreWithout("chromium"),
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const trackingUri = await sharedMlflow();
    const registry = mlflowRegistry({ trackingUri, installation: "home" });
    const training = trainingRecord(CLAIM, {
      ...{ report: REPORT, run: RUN, receipts: [emptyReceipt("INTERACTION")] },
      code: await codeTags(),
    });
    const { version, tags } = await registry.publish({
      ...training,
      files: await artifactOf(chanceModel("HYBRID", 3)),
      startedAt: new Date(),
    });
    assertEquals(tags["airec.verdict"], "refused");
    assert(/^[0-9a-f]{12}$/.test(tags["airec.code_version"]));
    await registry.setAlias(CLAIM.model, "challenger", version);

    const rest = mlflowRest({ trackingUri });
    const { model_version } = await rest.call<{ model_version: { run_id: string } }>(
      "GET",
      "mlflow/model-versions/get",
      { name: CLAIM.model, version },
    );
    const { experiment } = await rest.call<{ experiment: { experiment_id: string } }>(
      "GET",
      "mlflow/experiments/get-by-name",
      { experiment_name: CLAIM.model },
    );
    const experiments = `${trackingUri}/#/experiments`;
    const run = `${experiments}/${experiment.experiment_id}/runs/${model_version.run_id}`;
    await using test = await startBrowser();
    const page = await test.browser.newPage();
    const shown = (text: string) => page.getByText(text).first().waitFor(PATIENCE);

    await page.goto(run);
    for (const text of ["Films: ease", "ratings.csv", "1 popularity", "ndcg_10_popularity"]) {
      await shown(text);
    }
    await page.goto(`${run}/artifacts/report.html`);
    const report = page.frameLocator("iframe");
    await report.getByRole("heading", { name: "Films: the report of a training" })
      .waitFor(PATIENCE);
    await report.getByText("Verdict: refused.").waitFor(PATIENCE);
    await page.getByText("plots", { exact: true }).click(PATIENCE);
    await page.getByText("recall.svg").click(PATIENCE);
    await page.locator("img[src^='blob:'], .mlflow-ui-container img[src*='recall']").first()
      .waitFor(PATIENCE);

    await page.goto(`${trackingUri}/#/models/${CLAIM.model}`);
    for (const text of ["Recommendations of the project", "challenger", "airec.verdict"]) {
      await shown(text);
    }
  },
});
