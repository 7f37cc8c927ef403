import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { WORKER_MODEL_BYTES } from "../../functions/recommender/model/artifact/artifact.ts";
import { exampleModel } from "../../testing/example_model.ts";
import { interactionsOf } from "../../testing/datasets.ts";
import type { Metrics, Report } from "../../functions/recommender/report/report.ts";
import { growthWarnings, reportWarnings, workerWarnings } from "./report_warnings.ts";

function metrics(ndcg: number): Metrics {
  return { ndcg, recall: 0, precision: 0, mrr: 0, coverage: 0, novelty: 0, long_tail: 0 };
}

/** A report without warnings. */
const SOUND: Omit<Report, "warnings"> = {
  format: "airec-report",
  format_version: 1,
  model_type: "COLLABORATIVE",
  dataset_fingerprint: "",
  data: {
    items: 100,
    described_items: 100,
    cold_items: 0,
    users: 500,
    interactions: 5000,
    has_ratings: false,
    has_times: false,
  },
  split: {
    test_share: 0.2,
    validation_share: 0.1,
    seed: 1,
    train: 3600,
    validation: 400,
    test: 1000,
    validation_users: 400,
    test_users: 500,
  },
  candidates: [{ algorithm: "ease", parameters: {}, validation_ndcg: 0.3 }],
  chosen: { algorithm: "ease", parameters: {} },
  test: {
    metrics: metrics(0.3),
    ndcg_interval: { low: 0.2, high: 0.4 },
    popularity: metrics(0.1),
    random: metrics(0.01),
    curve: [],
    segments: [],
    diversity: [],
  },
};

function only(change: Partial<Report>, words: string): void {
  const warnings = reportWarnings({ ...SOUND, ...change });
  assertEquals(warnings.length, 1, warnings.join("\n"));
  assert(warnings[0].includes(words), warnings[0]);
}

Deno.test("a sound report has no warnings", () => {
  assertEquals(reportWarnings(SOUND), []);
});

Deno.test("each problem has its warning", () => {
  const { data, split, test } = SOUND;
  only({ data: { ...data, interactions: 0 } }, "no interactions");
  const liking = {
    by: { rule: "above_zero" as const },
    says: "",
    liked: 0,
    neutral: 9,
    rejected: 9,
  };
  only({ data: { ...data, liking } }, "No interaction counts as liked");
  only({ split: { ...split!, test_users: 0 }, test: undefined }, "could not be measured");
  only({ split: { ...split!, validation_users: 0 } }, "the simplest one was selected");
  only({ split: { ...split!, test_users: 1 } }, "Only 1 user could");
  only({ split: { ...split!, test_users: 12 } }, "Only 12 users could");
  only({ chosen: { algorithm: "popularity", parameters: {} } }, "No model ranked better");
  only({ test: { ...test!, metrics: metrics(0.1) } }, "not better than popularity");
  only({
    candidates: [
      { algorithm: "ease", parameters: { lambda: 1 }, skipped: "big" },
      { algorithm: "ease", parameters: { lambda: 2 }, skipped: "big" },
    ],
  }, "Not tried for lack of time or memory: ease.");
});

Deno.test("content models warn of missing figures, empty catalogues of missing items", () => {
  only({ model_type: "CONTENT", split: undefined, test: undefined }, "cannot be measured");
  const empty = reportWarnings({ ...SOUND, data: { ...SOUND.data, items: 0 } });
  assert(empty.some((warning) => warning.includes("no items")));
});

Deno.test("a model too large for Workers is reported, whatever the size of its histories", () => {
  const model = exampleModel("COLLABORATIVE");
  const { users, weights } = model;
  const large = new Float32Array(WORKER_MODEL_BYTES / 4);
  const histories = { ...users!.histories, values: large };
  assertEquals(workerWarnings({ ...model, users: { ...users!, histories } }), []);
  const [warning] = workerWarnings({ ...model, weights: { ...weights, values: large } });
  assertStringIncludes(warning, "Workers allow 80 MB");
});

Deno.test("data excluded because of their size are reported", () => {
  const few = interactionsOf([[1, 2], [3]]);
  assertEquals(growthWarnings(few, {}), []);
  const many = interactionsOf([[1], Array.from({ length: 6_000 }, (_, i) => i)]);
  assertEquals(growthWarnings(many, { excludedTerms: { terms: 2, sharedBy: 40_000 } }), [
    "One user has more than 5000 items, 6000 at most: the models learned from the latest 5000 of each.",
    "Texts were compared without 2 terms that 40000 items or more have in common: such terms " +
    "carry little information, and comparing them takes longest.",
  ]);
});
