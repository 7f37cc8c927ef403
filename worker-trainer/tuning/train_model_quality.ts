/**
 * Quality, memory and growth at full size: `deno task test:quality`. Each training runs in a
 * process of its own, by the programs of bench/, so that its memory can be measured.
 */
import { assert, assertEquals } from "@std/assert";
import { ignoreWithout } from "../../testing/runner/optional_parts.ts";
import { rank } from "../../functions/recommender/model/rank.ts";
import { train } from "./train_model.ts";
import { datasetOf } from "../../testing/datasets.ts";
import { COLLECTING } from "../threads/collect.ts";

type Line = Record<string, unknown>;

/** Runs a program of bench/, prints its output, and returns its JSON lines. */
async function bench(program: string, ...args: string[]): Promise<Line[]> {
  const path = new URL(`../../bench/${program}`, import.meta.url);
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", COLLECTING, path.href, ...args],
    stderr: "inherit",
  }).output();
  const text = new TextDecoder().decode(stdout);
  console.log(text);
  assert(success, `bench/${program} failed`);
  return text.trim().split("\n").map((line) => JSON.parse(line));
}

interface Whole {
  chosen: { algorithm: string };
  seconds: number;
  peak_megabytes: number;
  published_test: { recall_20: number; ndcg_20: number };
}

/** Returns the last line of a training: the totals. */
function wholeOf(lines: Line[]): Whole {
  return lines.at(-1) as unknown as Whole;
}

if (!ignoreWithout("data")) {
  Deno.test("Gowalla: the selected model reaches the published level on the unseen test file", async () => {
    const { published_test, peak_megabytes } = wholeOf(await bench("train.ts", "gowalla"));
    assert(published_test.recall_20 >= 0.19, `Recall@20 is ${published_test.recall_20}`);
    assert(published_test.ndcg_20 >= 0.158, `NDCG@20 is ${published_test.ndcg_20}`);
    assert(peak_megabytes < 8000, `${peak_megabytes} MB`);
  });

  Deno.test("Gowalla in 2 GB: EASE is skipped with a reason", async () => {
    const lines = await bench("train.ts", "gowalla", "COLLABORATIVE", "2e9");
    const { published_test, peak_megabytes } = wholeOf(lines);
    assert(peak_megabytes < 2000, `${peak_megabytes} MB`);
    const ease = lines.filter(({ candidate }) => candidate === "ease");
    assert(ease.length > 0 && ease.every(({ skipped }) => String(skipped).includes("GB")));
    assert(published_test.recall_20 >= 0.18, `Recall@20 is ${published_test.recall_20}`);
  });
}

/** Metrics of the recommendations that users get by HTTP after an upload by HTTP. */
interface Answered {
  seconds_to_ready: number;
  recall_10: number;
  ndcg_10: number;
  recall_20: number;
  ndcg_20: number;
}

async function throughApi(...args: string[]): Promise<Answered> {
  const lines = await bench("through_api.ts", ...args);
  return lines.at(-1) as unknown as Answered;
}

if (!ignoreWithout("data")) {
  Deno.test("Gowalla through the public API: the published level from its answers alone", async () => {
    const { recall_20, ndcg_20 } = await throughApi();
    assert(recall_20 >= 0.19, `Recall@20 is ${recall_20}`);
    assert(ndcg_20 >= 0.158, `NDCG@20 is ${ndcg_20}`);
  });
}

if (!ignoreWithout("data")) {
  Deno.test("a first model has nine tenths of the searched model's NDCG, through the public API", async () => {
    for (const name of ["sports-sequences", "gowalla"]) {
      const { first_of_best } = (await bench("first_model.ts", name)).at(-1)!;
      assert(Number(first_of_best) >= 0.9, `${name}: ${first_of_best}`);
    }
  });

  Deno.test("sports-sequences through the public API: the next item, above a tuned SASRec", async () => {
    // With one held-out item a user, Recall@10 is the hit rate; SASRec has .057 and .031.
    const { recall_10, ndcg_10 } = await throughApi("--sports");
    assert(recall_10 >= 0.062, `HR@10 is ${recall_10}`);
    assert(ndcg_10 >= 0.038, `NDCG@10 is ${ndcg_10}`);
  });
}

Deno.test("five million interactions are trained through the public API", async () => {
  const { recall_20, ndcg_20 } = await throughApi("--millions", "5");
  assert(recall_20 >= 0.14 && ndcg_20 >= 0.075, `${recall_20} and ${ndcg_20}`);
});

Deno.test("five million interactions from CSV to model", async () => {
  const [line] = await bench("growth.ts", "5");
  assertEquals(line.interactions, 5e6);
  assert(Number(line.ndcg_10) > 1.2 * Number(line.popularity_ndcg_10), JSON.stringify(line));
  assert(Number(line.peak_megabytes) < 8000, JSON.stringify(line));
});

Deno.test("three users and a hundred thousand items: each model type recommends, with a warning", async () => {
  const items = 100_000;
  const dataset = datasetOf(
    [0, 1, 2].map((user) => Array.from({ length: 300 }, (_, t) => 1000 * user + 7 * t)),
    { items, features: Array.from({ length: items }, (_, i) => `kind ${i % 1000}`) },
  );
  for (const modelType of ["CONTENT", "COLLABORATIVE", "HYBRID"] as const) {
    const { model, report } = await train(dataset, { modelType });
    assert(report.warnings.length > 0);
    assert(model.weights.values.every(Number.isFinite));
    const ranked = rank(model, { history: { items: [7] }, n: 10 });
    assertEquals(ranked.length, 10);
    assert(ranked.every(({ score }) => Number.isFinite(score)));
  }
});
