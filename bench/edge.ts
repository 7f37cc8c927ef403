/**
 * Models at the edge: the recommender in workerd, with R2 and a Postgres beside it. One JSON line a
 * size: the public part's bytes, from a request for a model that is not loaded to its answer (from
 * the bucket, then from the cache of the place), and workerd's CPU for an answer, miniflare's parts
 * beside the Worker included.
 *
 *     deno run -A bench/edge.ts [items, 10000 and 100000 where absent]
 */
import { join } from "@std/path";
import postgres from "postgres";
import { stop } from "esbuild";
import { startEdge } from "../dev/edge.ts";
import { migrate } from "../dev/migrate.ts";
import { startPostgres } from "../dev/postgres.ts";
import { publish, SECRETS, type TestEdge } from "../dev/test_edge.ts";
import { ACCESS, mintToken } from "../functions/http/identity.ts";
import { encodeModel, MODEL } from "../functions/recommender/model/artifact.ts";
import type { Model, SparseRows } from "../functions/recommender/model/model.ts";
import { stringTable } from "../functions/recommender/model/string_table.ts";
import { random } from "../worker-trainer/dataset/random.ts";

/** What an item's row keeps, so that 100,000 items fit into 48 MB. */
const KEPT = [{ upTo: 20_000, neighbours: 200 }, { upTo: Infinity, neighbours: 50 }];
const HISTORY = 50;
const USERS_PER_ITEM = 2;
/** What an answer costs whose model costs nothing. */
const SMALL = 100;
const LOADS = 5;
const ANSWERS = 200;

const sizes = Deno.args.length > 0 ? Deno.args.map(Number) : [10_000, 100_000];
await using stack = new AsyncDisposableStack();
stack.defer(() => stop());
const folder = await Deno.makeTempDir({ prefix: "airec-bench-" });
await Deno.chmod(folder, 0o755);
stack.defer(() => Deno.remove(folder, { recursive: true }));
const server = await startPostgres(join(folder, "postgres"), { password: crypto.randomUUID() });
stack.defer(() => server.stop());
await migrate(server.url);
const sql = postgres(server.url, { onnotice: () => {} });
stack.defer(() => sql.end());
const [{ id: owner }] = await sql<{ id: string }[]>`
  insert into auth.users (name, email, password) values ('Ada', 'ada@example.org', '')
  returning id`;
const token = await mintToken(owner, { kind: ACCESS, secret: SECRETS.jwt_secret, seconds: 3600 });

for (const items of sizes) {
  await using edge = await startEdge({ databaseUrl: server.url, secrets: SECRETS });
  const ask = async (id: number, user: number) => {
    const start = performance.now();
    const path = `/project/${id}/recommendations?user_id=u${user}`;
    const response = await fetch(edge.at.recommender + path, {
      headers: { authorization: `Bearer ${token}` },
    });
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
  // The isolate is up, its first connection made.
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
    // The second copy is written behind the answer.
    await new Promise((resolve) => setTimeout(resolve, 500));
    last = await made(files);
    fromCache.push(await ask(last, 1));
  }
  const answers = async (id: number, users: number) => {
    const before = await cpuMs();
    for (let i = 0; i < ANSWERS; i++) await ask(id, i % users);
    return (await cpuMs() - before) / ANSWERS;
  };
  console.log(JSON.stringify({
    items,
    public_megabytes: round(bytes / 1e6),
    first_answer_ms_from_bucket: round(median(fromBucket)),
    first_answer_ms_from_cache: round(median(fromCache)),
    cpu_ms_an_answer: round(await answers(last, USERS_PER_ITEM * items)),
    cpu_ms_an_answer_of_100_items: round(await answers(small, SMALL)),
  }));
}

/** A model of chance: popular items more often than others, and users with histories. */
function modelOf(items: number, seed: number): Model {
  const draw = random(seed + 1);
  const { neighbours } = KEPT.find(({ upTo }) => items <= upTo)!;
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
    weights: rows(items, neighbours),
    users: {
      ids: stringTable(Array.from({ length: users }, (_, u) => `u${u}`)),
      histories: rows(users, HISTORY),
    },
  };
}

/** CPU of this process's workerds so far, in milliseconds. */
async function cpuMs(): Promise<number> {
  let ticks = 0;
  for await (const { name } of Deno.readDir("/proc")) {
    const stat = await Deno.readTextFile(`/proc/${name}/stat`).catch(() => "");
    const [, command, fields] = /^\d+ \((.*)\) (.*)$/s.exec(stat) ?? [];
    if (command !== "workerd") continue;
    const [, parent, ...rest] = fields.split(" ");
    if (Number(parent) === Deno.pid) ticks += Number(rest[9]) + Number(rest[10]);
  }
  return ticks * 10;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
