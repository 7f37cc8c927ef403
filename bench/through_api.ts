/**
 * How good and how fast the whole system is, as somebody sees it who has a split of a public data set:
 * uploads the training file by HTTP, waits until the project is READY, asks for twenty items for each
 * user of the test file by HTTP, and reckons Recall@20 and NDCG@20 from the answers alone. The
 * trainer chooses by itself and never sees the test file.
 *
 *     AIREC_TEST_DATA=… deno run -A bench/through_api.ts                         Gowalla
 *     deno run -A bench/through_api.ts train.csv[.gz] test.csv[.gz]              any other split
 *     deno run -A bench/through_api.ts --millions 5                              made, with a long tail
 *
 * Columns are mapped as the page would propose; the first two of the test file are user and item.
 */
import { basename } from "@std/path";
import { delay } from "@std/async/delay";
import { parseArgs } from "node:util";
import { part } from "../dev/parts.ts";
import { describeCsv, headBytes } from "../functions/recommender/csv/describe.ts";
import { proposeMapping } from "../functions/recommender/csv/propose.ts";
import { ndcg, recall } from "../worker-trainer/evaluate/metrics.ts";
import { plainBytes } from "../worker-trainer/test_real_data.ts";
import { sizeOf, writeLongTail } from "./long_tail.ts";
import { startServing } from "./serving_system.ts";

const DEPTH = 20;
/** Users a call, the most that the batch takes. */
const BATCH = 1000;

await using stack = new AsyncDisposableStack();
const { values: { millions }, positionals } = parseArgs({
  options: { millions: { type: "string" } },
  allowPositionals: true,
});
const [trainPath, testPath] = millions
  ? await made(Number(millions))
  : positionals.length > 0
  ? positionals
  : ["train", "test"].map((half) => `${part("data")}/gowalla/${half}.csv.gz`);

const test = await heldItems(testPath);
await using system = await startServing({ processes: 1, trainer: true });
const project = `http://127.0.0.1:${system.ports.recommender}/project`;
const start = performance.now();
const id = await upload(trainPath);
const report = await untilReady(id);
const trained = performance.now();
const { hits, users } = await judge(id);
console.log(JSON.stringify({
  file: basename(trainPath),
  chosen: report.chosen,
  seconds_to_ready: seconds(trained - start),
  seconds_asking: seconds(performance.now() - trained),
  test_users: users,
  recall_20: round(hits.recall / users),
  ndcg_20: round(hits.ndcg / users),
}));

/** So many million rows, one in 25 of which is held out. */
async function made(millions: number): Promise<string[]> {
  const folder = await Deno.makeTempDir({ prefix: "airec_through_api_" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const paths = ["train", "test"].map((half) => `${folder}/${half}.csv`);
  await writeLongTail(paths[0], sizeOf(millions), paths[1]);
  return paths;
}

/** Sends the training file with the mapping that would be proposed; gives the project's id. */
async function upload(path: string): Promise<number> {
  const { columns, sampleRows } = await describeCsv(
    (await plainBytes(path)).subarray(0, headBytes),
  );
  const { mapping } = proposeMapping("INTERACTION", columns, sampleRows);
  const body = new FormData();
  body.set("project_name", basename(path));
  body.set("interaction_schema_json", JSON.stringify(mapping));
  body.set("interaction_file", new File([await Deno.readFile(path)], basename(path)));
  return (await call(project.replace("project", "create-project/"), { method: "POST", body })).id;
}

/** Waits for the training; gives its report. */
// deno-lint-ignore no-explicit-any
async function untilReady(id: number): Promise<any> {
  for (let said = "";; await delay(1000)) {
    const { status, stage, error } = await call(`${project}/${id}/status`);
    if (status === "READY") return await call(`${project}/${id}/report`);
    if (status === "ERROR") throw new Error(`The training failed: ${error}`);
    if (stage !== said) console.error(said = stage);
  }
}

/** Asks for every user of the test file. */
async function judge(id: number): Promise<{ hits: Record<string, number>; users: number }> {
  const hits = { recall: 0, ndcg: 0 };
  const everybody = [...test.keys()];
  for (let from = 0; from < everybody.length; from += BATCH) {
    const body = JSON.stringify({ users: everybody.slice(from, from + BATCH), n: DEPTH });
    const { results } = await call(`${project}/${id}/recommendations/batch`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    for (const { user_id, recommendations } of results) {
      const held = test.get(user_id)!;
      const found = recommendations.map((one: { item_id: string }) =>
        Number(held.has(one.item_id))
      );
      hits.recall += recall(found, held.size, DEPTH);
      hits.ndcg += ndcg(found, held.size, DEPTH);
    }
  }
  return { hits, users: everybody.length };
}

// deno-lint-ignore no-explicit-any
async function call(url: string, init: RequestInit = {}): Promise<any> {
  const response = await fetch(url, {
    ...init,
    headers: { ...init.headers, authorization: `Bearer ${system.token}` },
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return await response.json();
}

/** What each user of the test file took. */
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
