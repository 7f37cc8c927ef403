/**
 * Quality and time of the whole system on a split of a public data set: uploads the training file
 * over HTTP, waits until the search for the best model has ended, requests twenty items for each
 * user of the test file, and computes Recall and NDCG at 10 and 20 from the answers. The trainer
 * never sees the test file.
 *
 *     AIREC_TEST_DATA=… deno run -A bench/through_api.ts              Gowalla
 *     AIREC_TEST_DATA=… deno run -A bench/through_api.ts --sports     sports-sequences
 *     deno run -A bench/through_api.ts train.csv[.gz] test.csv[.gz]   any other split
 *     deno run -A bench/through_api.ts --millions 5                   generated, with a long tail
 *     AIREC_TEST_DATA=… deno run -A bench/through_api.ts --films      MovieLens-small, hybrid
 *
 * Columns are mapped as the dashboard would propose; the first two of the test file are user and
 * item. sports-sequences has one test item a user, so Recall@10 is the hit rate. MovieLens has no
 * test file: its metrics are those of the report.
 */
import { basename } from "@std/path";
import { parseArgs } from "node:util";
import { part } from "../testing/runner/optional_parts.ts";
import { ndcg, recall } from "../functions/recommender/model/price/metrics.ts";
import { plainBytes } from "../testing/real_data.ts";
import { sizeOf, writeLongTail } from "./long_tail.ts";
import { startServing } from "./serving_system.ts";
import { apiOf, type Files, filmFiles } from "./uploaded_project.ts";

/** Cut-offs of the figures; the last is the length of the lists. */
const CUTOFFS = [10, 20];
const DEPTH = CUTOFFS.at(-1)!;
/** Users of one call, the maximum of the batch route. */
const BATCH = 1000;

await using stack = new AsyncDisposableStack();
const { values: { millions, films, sports }, positionals } = parseArgs({
  options: {
    millions: { type: "string" },
    films: { type: "boolean", default: false },
    sports: { type: "boolean", default: false },
  },
  allowPositionals: true,
});
const [train, testPath] = films ? [filmFiles()] : await splitFiles();
const test = testPath ? await heldItems(testPath) : undefined;
await using system = await startServing({ processes: 1, trainer: true });
const api = apiOf(system);
const start = performance.now();
const id = await api.upload(train);
await api.untilReady(id, { best: false });
const first = performance.now();
const { report } = await api.untilReady(id, { best: true });
const trained = performance.now();
const judged = test && await judge(id, test);
console.log(JSON.stringify({
  files: Object.values(train).map((path) => basename(path)),
  chosen: report.chosen,
  seconds_to_ready: seconds(first - start),
  seconds_to_best: seconds(trained - start),
  report_ndcg_10: round(report.test.metrics.ndcg),
  ...(judged && {
    seconds_asking: seconds(performance.now() - trained),
    test_users: judged.users,
    ...Object.fromEntries(
      Object.entries(judged.sums).map(([name, sum]) => [name, round(sum / judged.users)]),
    ),
  }),
}));

/** Returns the training files and the path of the test file. */
async function splitFiles(): Promise<[Files, string]> {
  const [interaction, testPath] = millions
    ? await made(Number(millions))
    : positionals.length > 0
    ? positionals
    : ["train", "test"].map((half) =>
      `${part("data")}/${sports ? "sports-sequences" : "gowalla"}/${half}.csv.gz`
    );
  return [{ interaction }, testPath];
}

/** Generates interactions with one row in 25 held out; returns both paths. */
async function made(millions: number): Promise<string[]> {
  const folder = await Deno.makeTempDir({ prefix: "airec_through_api_" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const paths = ["train", "test"].map((half) => `${folder}/${half}.csv`);
  await writeLongTail(paths[0], sizeOf(millions), paths[1]);
  return paths;
}

/** Requests recommendations for every user of the test file; returns the summed metrics. */
async function judge(
  id: number,
  test: Map<string, Set<string>>,
): Promise<{ sums: Record<string, number>; users: number }> {
  const sums: Record<string, number> = {};
  const everybody = [...test.keys()];
  for (let from = 0; from < everybody.length; from += BATCH) {
    const body = JSON.stringify({ users: everybody.slice(from, from + BATCH), n: DEPTH });
    const { results } = await api.call(`/project/${id}/recommendations/batch`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    for (const { user_id, recommendations } of results) {
      const held = test.get(user_id)!;
      const found = recommendations.map((one: { item_id: string }) =>
        Number(held.has(one.item_id))
      );
      for (const cutoff of CUTOFFS) {
        const figures = {
          [`recall_${cutoff}`]: recall(found, held.size, cutoff),
          [`ndcg_${cutoff}`]: ndcg(found, held.size, cutoff),
        };
        for (const name in figures) sums[name] = (sums[name] ?? 0) + figures[name];
      }
    }
  }
  return { sums, users: everybody.length };
}

/** Returns the test items of each user. */
async function heldItems(path: string): Promise<Map<string, Set<string>>> {
  const held = new Map<string, Set<string>>();
  const lines = new TextDecoder().decode(await plainBytes(path)).trim().split(/\r?\n/);
  for (const line of lines.slice(1)) {
    const [user, item] = line.split(",");
    held.set(user, (held.get(user) ?? new Set()).add(item));
  }
  return held;
}

function seconds(milliseconds: number): number {
  return Number((milliseconds / 1000).toFixed(1));
}

function round(value: number): number {
  return Number(value.toFixed(4));
}
