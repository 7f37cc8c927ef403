/**
 * Models on Workers: the services in workerd, with R2 and Postgres. Prints one JSON line with the
 * cost of an empty request and of one database query. Then, for each catalogue size, a line with
 * the public artifact's bytes, the latency of the first answer (model from the bucket, then from
 * the location's cache) and the cost of an answer: by login for a known user and for an unknown one
 * without a history, for a tiny model, and by key. Costs are workerd's CPU time, including
 * miniflare's parts.
 *
 *     deno run -A bench/edge.ts [items …]        10000 and 100000 by default
 */
import { Miniflare } from "miniflare";
import { startEdge } from "../dev/edge.ts";
import { json, publish, SECRETS, type TestEdge } from "../testing/edge.ts";
import { bundleWorker } from "../ops/deploy/worker_bundle.ts";
import { wranglerConfig } from "../ops/deploy/wrangler_config.ts";
import { encodeModel, MODEL } from "../functions/recommender/model/artifact/artifact.ts";
import type { Model, SparseRows } from "../functions/recommender/model/model.ts";
import { stringTable } from "../functions/recommender/model/string_table.ts";
import { seededRandom } from "../functions/recommender/model/seeded_random.ts";
import { costOf, edgeDatabase, roundCost } from "./edge_cost.ts";
import { rowsToKeep } from "../worker-trainer/algorithms/training_set.ts";
import { median } from "./under_load.ts";

const HISTORY = 50;
const USERS_PER_ITEM = 2;
/** Items of a model whose ranking costs almost nothing. */
const SMALL = 100;
const LOADS = 5;

const sizes = Deno.args.length > 0 ? Deno.args.map(Number) : [10_000, 100_000];
await using database = await edgeDatabase();
const { sql, owner, headers } = database;

{
  const floor = await startFloor(database.url);
  await using _floor = { [Symbol.asyncDispose]: () => floor.miniflare.dispose() };
  const ask = (path: string) => async () => void await (await fetch(floor.at + path)).text();
  console.log(JSON.stringify({
    cpu_ms_of_nothing: await costOf(ask("/")),
    cpu_ms_of_a_question_to_the_database: await costOf(ask("/database")),
  }));
}

for (const items of sizes) {
  await using edge = await startEdge({ databaseUrl: database.url, secrets: SECRETS });
  const ask = async (id: number, user: number | string) => {
    const start = performance.now();
    const path = `/project/${id}/recommendations?user_id=u${user}`;
    const response = await fetch(edge.at.recommender + path, { headers });
    const { recommendations } = await response.json();
    if (recommendations?.length !== 10) throw new Error(`${response.status} for ${path}`);
    return performance.now() - start;
  };
  const made = async (files: Record<string, Uint8Array<ArrayBuffer>>) => {
    const [{ id }] = await sql<{ id: number }[]>`
      insert into recommender.recommender_projects (owner_id, project_name, model_type)
      values (${owner}, 'Bench', 'COLLABORATIVE') returning id`;
    await publish({ ...edge, sql } as unknown as TestEdge, id, { files });
    return id;
  };
  // Starts the isolate and opens its first connection.
  const small = await made(await encodeModel(modelOf(SMALL, 0)));
  await ask(small, 1);

  const fromBucket: number[] = [];
  const fromCache: number[] = [];
  let bytes = 0;
  let last = 0;
  for (let seed = 1; seed <= LOADS; seed++) {
    const files = await encodeModel(modelOf(items, seed));
    bytes = files[MODEL].length;
    const first = await made(files);
    fromBucket.push(await ask(first, 1));
    // The cache is written after the response.
    await new Promise((resolve) => setTimeout(resolve, 500));
    last = await made(files);
    fromCache.push(await ask(last, 1));
  }
  const app = json({ app_name: `Shop of ${items}` }, headers);
  const { api_key } = await (await fetch(`${edge.at.webhooks}/api/apps/register`, app)).json();
  const askByKey = async (user: number) => {
    const asked = json({ project_id: last, user_id: `u${user}` }, { "x-api-key": api_key });
    const response = await fetch(`${edge.at.webhooks}/api/recommend`, asked);
    if (!response.ok) throw new Error(await response.text());
    await response.body?.cancel();
  };
  const users = USERS_PER_ITEM * items;
  console.log(JSON.stringify({
    items,
    public_megabytes: roundCost(bytes / 1e6),
    first_answer_ms_from_bucket: roundCost(median(fromBucket)),
    first_answer_ms_from_cache: roundCost(median(fromCache)),
    cpu_ms_an_answer: await costOf((i) => ask(last, i % users)),
    cpu_ms_an_answer_to_somebody_unknown: await costOf(() => ask(last, "nknown")),
    cpu_ms_an_answer_of_100_items: await costOf((i) => ask(small, i % SMALL)),
    cpu_ms_an_answer_by_key: await costOf((i) => askByKey(i % users)),
  }));
}

/** A Worker for comparison, bound to the same database. */
async function startFloor(databaseUrl: string) {
  const config = await wranglerConfig();
  const { code } = await bundleWorker("bench/edge_floor.ts", { minify: false });
  const miniflare = new Miniflare({
    workers: [{
      name: "floor",
      modules: [{ type: "ESModule", path: "floor.js", contents: code }],
      compatibilityDate: config.compatibility_date,
      compatibilityFlags: config.compatibility_flags,
      hyperdrives: { HYPERDRIVE: databaseUrl },
      unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
    }],
  });
  await miniflare.ready;
  return { miniflare, at: (await miniflare.unsafeGetDirectURL("floor")).origin };
}

/** A random model: skewed item popularity, and users with histories. */
function modelOf(items: number, seed: number): Model {
  const draw = seededRandom(seed + 1);
  const users = USERS_PER_ITEM * items;
  const popularity = Uint32Array.from({ length: items }, () => Math.floor(1000 * draw() ** 3));
  const precedes = (a: number, b: number) => popularity[b] - popularity[a] || a - b;
  const rows = (count: number, each: number): SparseRows => {
    const length = Math.min(each, items);
    return {
      offsets: Uint32Array.from({ length: count + 1 }, (_, i) => i * length),
      columns: Uint32Array.from({ length: count * length }, () => Math.floor(items * draw() ** 2)),
      values: Float32Array.from({ length: count * length }, () => draw()),
    };
  };
  return {
    manifest: {
      format: "airec-model",
      format_version: 1,
      model_type: "COLLABORATIVE",
      algorithm: "chance",
      parameters: { seed },
      gamma: 0.5,
      dataset_fingerprint: String(seed),
      items,
      users,
      interactions: users * HISTORY,
      sha256: {},
    },
    items: {
      ids: stringTable(Array.from({ length: items }, (_, i) => String(i))),
      titles: stringTable(
        Array.from({ length: items }, (_, i) => `An item's title ${i}`),
        precedes,
      ),
      popularity,
      popularOrder: Uint32Array.from(popularity.keys()).sort(precedes),
    },
    weights: rows(items, rowsToKeep(items)),
    users: {
      ids: stringTable(Array.from({ length: users }, (_, u) => `u${u}`)),
      histories: rows(users, HISTORY),
    },
  };
}
