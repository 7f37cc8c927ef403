/**
 * Soak test of the whole system: continuous calls by key, while projects are uploaded, trained,
 * lose a user by erasure and are deleted. Prints one JSON line for each of ten intervals with
 * memory, handles, table sizes and latencies, and a last one with pending work and growth.
 *
 *     deno run -A bench/soak.ts [--minutes 30]
 */
import { delay } from "@std/async/delay";
import { filmSample } from "../samples/films.ts";
import { handlesOf, memoryOf } from "./process_usage.ts";
import { type ServingSystem, startServing } from "./serving_system.ts";

const INTERVALS = 10;
const CALLERS = 4;
/** Pause of a caller between two calls, in ms. */
const PAUSE_MS = 20;
const PARTS = ["recommender", "webhooks", "trainer", "postgres"] as const;

const at = Deno.args.indexOf("--minutes");
const minutes = at === -1 ? 30 : Number(Deno.args[at + 1]);
if (!(minutes > 0)) throw new Error("--minutes takes a number above 0.");

/** Counts and latencies of one interval. */
interface Tally {
  /** Latencies of answers with status 200, in ms. */
  latencies: number[];
  refused: number;
  trained: number;
  erased: number;
  deleted: number;
}

await using system = await startServing({ processes: 1, trainer: true });
const { token, ports, sql } = system;
const projects = `http://127.0.0.1:${ports.recommender}`;
const authorization = { authorization: `Bearer ${token}` };
let tally = emptyTally();

const served = await upload();
await untilReady(served);
const key = await system.addApp("Soak");
const end = Date.now() + minutes * 60_000;
const users = Promise.all([
  ...Array.from({ length: CALLERS }, (_, n) => caller(n)),
  lifecycles(),
]);
const rows: Record<string, unknown>[] = [];
for (let i = 1; i <= INTERVALS; i++) {
  await Promise.race([delay(minutes * 60_000 / INTERVALS), users.then(() => delay(1_000_000))]);
  const { latencies, ...counts } = tally;
  tally = emptyTally();
  const sorted = latencies.toSorted((a, b) => a - b);
  const row = {
    minute: Number((i * minutes / INTERVALS).toFixed(1)),
    calls: latencies.length,
    ...counts,
    p50_ms: quantile(sorted, 0.5),
    p99_ms: quantile(sorted, 0.99),
    ...usage(system),
    ...await sizes(),
  };
  rows.push(row);
  console.log(JSON.stringify(row));
}
await users;
console.log(JSON.stringify({ ...growth(), ...await leftOver() }));

function emptyTally(): Tally {
  return { latencies: [], refused: 0, trained: 0, erased: 0, deleted: 0 };
}

/** Requests recommendations by key until the end. */
async function caller(n: number): Promise<void> {
  for (let call = 0; Date.now() < end; call++) {
    const start = performance.now();
    const response = await fetch(`http://127.0.0.1:${ports.webhooks}/api/recommend`, {
      method: "POST",
      headers: { "x-api-key": key, "content-type": "application/json" },
      body: JSON.stringify({ project_id: served, user_id: String(1 + (n + call) % 50), n: 10 }),
    });
    await response.body?.cancel();
    if (response.ok) tally.latencies.push(performance.now() - start);
    else tally.refused++;
    await delay(PAUSE_MS);
  }
}

/** Uploads and trains projects, erases a user in each and deletes it, until the end. */
async function lifecycles(): Promise<void> {
  for (let user = 1; Date.now() < end; user++) {
    const id = await upload();
    await untilReady(id);
    tally.trained++;
    const person = `${projects}/project/${id}/users`;
    await call(`${person}/${1 + user % 50}`, { method: "DELETE" });
    for (;; await delay(200)) {
      const { pending, in_weights } = await call(`${person}/erased`);
      if (pending + in_weights === 0) break;
    }
    tally.erased++;
    await call(`${projects}/project/${id}`, { method: "DELETE" });
    tally.deleted++;
  }
}

/** Uploads the film sample as a project; returns its id. */
async function upload(): Promise<number> {
  const { items, interactions } = filmSample();
  const body = new FormData();
  body.set("project_name", "Soak");
  body.set("content_file", new File([items], "films.csv"));
  body.set(
    "content_schema_json",
    JSON.stringify({ item_id: "film_id", item_title: "title", feature_col: ["genres", "year"] }),
  );
  body.set("interaction_file", new File([interactions], "ratings.csv"));
  body.set(
    "interaction_schema_json",
    JSON.stringify({
      user_id: "user_id",
      item_id: "film_id",
      rating: "rating",
      timestamp: "timestamp",
    }),
  );
  return (await call(`${projects}/create-project/`, { method: "POST", body })).id;
}

async function untilReady(id: number): Promise<void> {
  for (;; await delay(200)) {
    const { status, error } = await call(`${projects}/project/${id}/status`);
    if (status === "READY") return;
    if (status === "ERROR") throw new Error(`The training failed: ${error}`);
  }
}

/** Calls with the login; retries after a 503. */
// deno-lint-ignore no-explicit-any
async function call(url: string, init: RequestInit = {}): Promise<any> {
  for (;;) {
    const response = await fetch(url, { ...init, headers: authorization });
    const text = await response.text();
    if (response.ok) return text === "" ? null : JSON.parse(text);
    if (response.status !== 503) throw new Error(`${url}: ${response.status} ${text}`);
    tally.refused++;
    await delay(1_000 * Number(response.headers.get("retry-after") ?? 1));
  }
}

/** Returns resident megabytes and open handles of each part. */
function usage({ pidsOf }: ServingSystem): Record<string, number> {
  const found: Record<string, number> = {};
  for (const part of PARTS) {
    let [bytes, handles] = [0, 0];
    for (const pid of pidsOf(part)) {
      try {
        bytes += memoryOf(pid).resident;
        handles += handlesOf(pid);
      } catch (error) {
        // The process has ended, as trainings do.
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
    found[`${part}_mb`] = Math.round(bytes / 1e6);
    found[`${part}_handles`] = handles;
  }
  return found;
}

/** Returns the sizes of the three largest tables with their indexes, and of all, in kB. */
async function sizes(): Promise<Record<string, unknown>> {
  const tables = await sql<{ name: string; bytes: number }[]>`
    select format('%s.%s', schemaname, relname) as name,
      pg_total_relation_size(relid)::float8 as bytes
    from pg_stat_user_tables order by bytes desc`;
  const kilobytes = (bytes: number) => Math.round(bytes / 1e3);
  return {
    tables_kb: kilobytes(tables.reduce((sum, { bytes }) => sum + bytes, 0)),
    largest_kb: Object.fromEntries(
      tables.slice(0, 3).map(({ name, bytes }) => [name, kilobytes(bytes)]),
    ),
  };
}

/** Returns each part's growth: the last three intervals minus the third to fifth. */
function growth(): Record<string, number> {
  const mean = (of: Record<string, unknown>[], name: string) =>
    of.reduce((sum, row) => sum + Number(row[name]), 0) / of.length;
  return Object.fromEntries(
    PARTS.flatMap((part) => [`${part}_mb`, `${part}_handles`]).map((name) => [
      `${name}_grew`,
      Math.round(mean(rows.slice(-3), name) - mean(rows.slice(2, 5), name)),
    ]),
  );
}

/** Returns housekeeping's pending work after up to 90 s: zeros if it keeps up. */
async function leftOver(): Promise<Record<string, number>> {
  const deadline = Date.now() + 90_000;
  for (;; await delay(1_000)) {
    const [left] = await sql<Record<string, number>[]>`
      select (select count(*)::int from recommender.erasures) as erasures_left,
        (select count(*)::int from recommender.erased_users where forgotten_at is null)
          as people_left,
        (select count(*)::int from recommender.recommender_projects) as projects_left`;
    if (left.erasures_left + left.people_left === 0 || Date.now() > deadline) return left;
  }
}

/** Returns a quantile of ascending values, rounded to a tenth, or null. */
function quantile(sorted: number[], q: number): number | null {
  if (sorted.length === 0) return null;
  return Number(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))].toFixed(1));
}
