import { assert, assertEquals } from "@std/assert";
import { encodeModel } from "../../functions/recommender/model/artifact/artifact.ts";
import { rank } from "../../functions/recommender/model/rank.ts";
import { indexOfString, stringCount } from "../../functions/recommender/model/string_table.ts";
import { train, type Trained } from "./train_model.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { checkerboard, datasetOf } from "../../testing/datasets.ts";
import { seededRandom } from "../../functions/recommender/model/seeded_random.ts";
import { openDense } from "../linalg/open_dense.ts";

const dense = await openDense();

/**
 * Returns a dataset of users with four tastes: each interacts with fifteen items, nine in ten of
 * them from their own quarter of the catalogue; the last items have no interactions. Categories
 * name the quarter.
 */
function tastes({ users = 120, items = 80, cold = 8, rated = false } = {}): Dataset {
  const random = seededRandom(11);
  const warm = items - cold;
  const lists = Array.from({ length: users }, (_, user) => {
    const list = new Set<number>();
    while (list.size < 15) {
      const any = Math.floor(random() * warm);
      list.add(random() < 0.9 ? any - any % 4 + user % 4 : any);
    }
    return [...list].filter((item) => item < warm);
  });
  const ratings = lists.map((list) => list.map(() => 1 + Math.floor(random() * 5)));
  return datasetOf(lists, {
    items,
    features: Array.from({ length: items }, (_, item) => `kind ${item % 4}|all`),
    ratings: rated ? ratings : undefined,
  });
}

function finite(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.values(value).every(finite);
}

function wellFormed({ model, report, run }: Trained, dataset: Dataset): void {
  const items = dataset.items.ids.length;
  assert(finite(report), "the report has a number that is not finite");
  assertEquals(JSON.parse(JSON.stringify(report)), report);
  assertEquals(run.candidates.length, report.candidates.length);
  assertEquals(model.items.popularOrder.length, items);
  for (const rows of [model.weights, model.similar ?? model.weights]) {
    assertEquals(rows.offsets.length, items + 1);
    assert(rows.values.every(Number.isFinite));
    for (let i = 0; i < items; i += Math.ceil(items / 5000)) {
      const row = Array.from(rows.columns.subarray(rows.offsets[i], rows.offsets[i + 1]));
      assertEquals(row, [...new Set(row)].sort((a, b) => a - b));
      assert(!row.includes(i) && row.every((j) => j < items));
    }
  }
}

Deno.test("a collaborative training finds the tastes and reports its uncertainty", async () => {
  const dataset = tastes();
  const trained = await train(dataset, { modelType: "COLLABORATIVE", dense });
  const { model, report } = trained;
  wellFormed(trained, dataset);
  assert(report.chosen.algorithm !== "popularity");
  const { metrics, ndcg_interval, popularity, random, curve } = report.test!;
  assert(metrics.ndcg > 2 * popularity.ndcg, `${metrics.ndcg} ${popularity.ndcg}`);
  assert(metrics.ndcg > 2 * random.ndcg, `${metrics.ndcg} ${random.ndcg}`);
  assert(ndcg_interval.low < metrics.ndcg && metrics.ndcg < ndcg_interval.high);
  assertEquals(curve.length, 50);
  assertEquals(stringCount(model.rehearsal!.users), report.split!.test_users);
  assertEquals(report.test!.baseline_curves!.popularity[9].recall, popularity.recall);
  assertEquals(report.test!.baseline_curves!.random[9].recall, random.recall);
  const best = Math.max(...report.candidates.map((c) => c.validation_ndcg ?? 0));
  const won = report.candidates.find(({ algorithm, parameters }) =>
    JSON.stringify({ algorithm, parameters }) === JSON.stringify(report.chosen)
  )!;
  assert(won.validation_ndcg! >= 0.985 * best);
  assertEquals(model.manifest.algorithm, won.algorithm);
  assertEquals(model.manifest.interactions, dataset.interactions.items.length);
  // The final model is fitted on all data: each user's history is complete.
  assertEquals(model.users!.histories.offsets, dataset.interactions.offsets);
  const first = model.users!.histories.columns.subarray(0, model.users!.histories.offsets[1]);
  const ranked = rank(model, { history: { items: first }, n: 3 });
  assert(ranked.every(({ item }) => item % 4 === 0 && !first.includes(item)));
});

Deno.test("a hybrid recommends cold items by their description", async () => {
  const dataset = tastes();
  const trained = await train(dataset, { modelType: "HYBRID", dense });
  wellFormed(trained, dataset);
  const { model, report } = trained;
  assertEquals(report.chosen.algorithm, "hybrid");
  assertEquals(report.data.cold_items, 8);
  assert(model.similar);
  const cold = [72, 73, 74, 75, 76, 77, 78, 79];
  const { offsets, columns } = model.users!.histories;
  const items = columns.subarray(offsets[1], offsets[2]);
  const ranked = rank(model, { history: { items }, n: 80 });
  const reached = ranked.filter(({ item, score }) => cold.includes(item) && score > 0);
  assertEquals(reached.slice(0, 2).map(({ item }) => item % 4), [1, 1]);
  // Neighbours of a cold item are the items with a similar description.
  assert(rank(model, { item: 79, n: 5 }).every(({ item, score }) => score > 0 && item % 4 === 3));
  const alone = await train(dataset, { modelType: "COLLABORATIVE", dense });
  const best = (t: Trained) =>
    Math.max(...t.report.candidates.map((candidate) => candidate.validation_ndcg ?? 0));
  assert(best(trained) >= best(alone));
});

Deno.test("a content model serves without users and warns that quality is not measured", async () => {
  const dataset = tastes();
  const trained = await train(dataset, { modelType: "CONTENT", dense });
  wellFormed(trained, dataset);
  const { model, report } = trained;
  assertEquals(model.users, undefined);
  assertEquals(model.manifest.users, 0);
  assertEquals(report.test, undefined);
  assertEquals(report.content!.items_with_neighbours, 1);
  assertEquals(report.content!.examples.length, 5);
  assert(report.warnings.some((warning) => warning.includes("cannot be measured")));
  assert(rank(model, { item: 5, n: 10 }).every(({ item }) => item % 4 === 1));
});

Deno.test("the same data yield the same files and the same report", async () => {
  for (const modelType of ["CONTENT", "COLLABORATIVE", "HYBRID"] as const) {
    const [first, second] = [
      await train(tastes({ rated: true }), { modelType, dense, threads: 1 }),
      await train(tastes({ rated: true }), { modelType, dense, threads: 2 }),
    ];
    assertEquals(await encodeModel(first.model), await encodeModel(second.model));
    assertEquals(first.report, second.report);
  }
});

Deno.test("where ratings differ, weighting by value is tried", async () => {
  const { report } = await train(tastes({ rated: true }), { modelType: "COLLABORATIVE", dense });
  for (const signal of ["valued"]) {
    const read = report.candidates.filter(({ parameters }) => parameters.signal === signal);
    assert(read.some(({ validation_ndcg }) => validation_ndcg! > 0), signal);
  }
});

Deno.test("progress names its stages, never falls and ends at 1", async () => {
  for (const modelType of ["CONTENT", "COLLABORATIVE", "HYBRID"] as const) {
    const reported: [string, number][] = [];
    await train(
      tastes(),
      { modelType, dense },
      (stage, fraction) => reported.push([stage, fraction]),
    );
    const fractions = reported.map(([, fraction]) => fraction);
    assertEquals(fractions, fractions.toSorted((a, b) => a - b));
    assert(Math.abs(fractions.at(-1)! - 1) < 1e-9);
    const stages = reported.map(([stage]) => stage);
    if (modelType === "CONTENT") assert(stages.includes("fit tfidf"));
    else for (const s of ["fit ease", "evaluate", "refit"]) assert(stages.includes(s), s);
  }
});

Deno.test("candidates beyond the memory or time limit are skipped with a reason", async () => {
  const { report } = await train(tastes({ users: 400 }), {
    modelType: "COLLABORATIVE",
    dense,
    memoryBytes: 100e3,
  });
  const skipped = report.candidates.filter((candidate) => candidate.skipped);
  assert(skipped.some(({ algorithm }) => algorithm === "ease"));
  assert(skipped.every((c) => c.skipped!.includes("GB") && c.validation_ndcg === undefined));
  assert(report.warnings.some((warning) => warning.includes("ease")));
  const hurried = await train(tastes(), { modelType: "COLLABORATIVE", dense, budgetSeconds: 0 });
  assertEquals(hurried.report.chosen.algorithm, "popularity");
  assert(hurried.report.candidates.some((c) => c.skipped?.includes("budget")));
});

Deno.test("a title shared by several items finds the most popular one", async () => {
  const dataset = datasetOf([[1], [1, 2], [0, 3]], { items: 4, features: ["a", "a", "a", "a"] });
  dataset.items.titles = ["Heat", "Heat", "Heat", "Casino"];
  const { model } = await train(dataset, { modelType: "HYBRID", dense });
  assertEquals(indexOfString(model.items.titles, "Heat"), 1);
});

const ODD: Record<string, Dataset> = {
  "no items": datasetOf([], { items: 0 }),
  "no interactions": datasetOf([], { items: 3, features: ["a", "a", "b"] }),
  "ten rows": datasetOf([[0, 1, 2], [1, 2], [0, 3], [4, 0], [2]], {
    items: 5,
    features: ["a|b", "a", "b", "", "a|b"],
  }),
  "one user": datasetOf([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]], { items: 12 }),
  "one item": datasetOf([[0], [0], [0]], { items: 1, features: ["a"] }),
  "all users with the same item": datasetOf(Array(30).fill([2]), { items: 4 }),
  "all users with all items": datasetOf(Array(20).fill([0, 1, 2, 3, 4]), { items: 5 }),
  "ratings all equal": datasetOf(checkerboard(20).lists, {
    items: 20,
    ratings: checkerboard(20).lists.map((list) => list.map(() => 3)),
  }),
  "one category for all": datasetOf(checkerboard(20).lists, {
    items: 20,
    features: Array(20).fill("same"),
  }),
  "three users, many items": datasetOf([[0, 1, 2, 3, 4, 5], [3, 4, 5, 6, 7], [9999, 1, 2]], {
    items: 10_000,
    features: Array.from({ length: 10_000 }, (_, i) => `kind ${i % 100}`),
  }),
};

for (const [name, dataset] of Object.entries(ODD)) {
  Deno.test(`a training succeeds on degenerate data: ${name}`, async () => {
    for (const modelType of ["CONTENT", "COLLABORATIVE", "HYBRID"] as const) {
      const trained = await train(dataset, { modelType, dense });
      wellFormed(trained, dataset);
      const { model, report } = trained;
      if (modelType === "CONTENT" || dataset.interactions.items.length < 100) {
        assert(report.warnings.length > 0, `${modelType} has no warnings`);
      }
      const items = dataset.items.ids.length;
      if (items === 0) continue;
      const ranked = rank(model, { item: 0, n: 5 });
      assertEquals(ranked.length, Math.min(5, items - 1));
      assert(ranked.every(({ score }) => Number.isFinite(score)));
    }
  });
}
