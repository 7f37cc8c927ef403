/**
 * Cost of serving: answers per second, p50, p99, CPU time of an answer (services and Postgres,
 * without the load generator) and memory. Prints one JSON line for each measurement and a table at
 * the end. The services run in their own processes on a durable Postgres; a baseline server runs
 * under the same load.
 *
 *     deno run -A bench/serve.ts                      all sizes, connections and processes
 *     deno run -A bench/serve.ts --quick [items]      one size, 64 connections, one process
 *     deno run -A bench/serve.ts --batch [items]      1,000 users a call by key, one connection
 *     deno run -A bench/serve.ts --twenty             20 models of 10,000 items in one process
 *     AIREC_TEST_DATA=… deno run -A bench/serve.ts --films      MovieLens-small, trained, by user and film
 */
import { parseArgs } from "node:util";
import type { Model } from "../functions/recommender/model/model.ts";
import { stringAt, stringCount } from "../functions/recommender/model/string_table.ts";
import { train } from "../worker-trainer/tuning/train_model.ts";
import { realDataset } from "../testing/real_data.ts";
import { freePort } from "../ops/processes/free_port.ts";
import { startBare } from "./bare_server.ts";
import { postByKey } from "./load.ts";
import { madeModel } from "./made_model.ts";
import { cpuSeconds, memoryOf } from "./process_usage.ts";
import { type ServingSystem, startServing } from "./serving_system.ts";
import { type Loaded, loadNow, megabytes, round, serversOf, underLoad } from "./under_load.ts";
import { WebhookSink } from "./webhook_sink.ts";

const SIZES = [1_000, 10_000, 100_000, 1_000_000];
const CONNECTIONS = [1, 16, 64];
const WARM_UP_SECONDS = 2;
const BARE = "bare Deno.serve";
/** Number of different users in the requests. */
const ASKED = 400;

/** One measurement. */
interface Figure extends Loaded {
  items: number;
  processes: number;
  call: string;
  connections: number;
}

const { values: options, positionals } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    batch: { type: "boolean", default: false },
    twenty: { type: "boolean", default: false },
    films: { type: "boolean", default: false },
    seconds: { type: "string", default: "5" },
  },
  allowPositionals: true,
});
const seconds = Number(options.seconds);
const sizes = positionals.length > 0 ? positionals.map(Number) : SIZES;
const figures: Figure[] = [];

if (options.twenty) await twenty();
else if (options.batch) await batch(positionals.length > 0 ? sizes[0] : 10_000);
else if (options.films) {
  const { model } = await train(await realDataset("movielens-small"), { modelType: "HYBRID" });
  for (const processes of [1, 2]) await measure({ model, processes }, [16, 64]);
  console.log(table(figures));
} else {
  const runs = options.quick
    ? [{ items: sizes.length === 1 ? sizes[0] : 10_000, processes: 1 }]
    : [1, 2].flatMap((processes) => sizes.map((items) => ({ items, processes })));
  for (const { items, processes } of runs) {
    await measure({ model: madeModel(items), processes }, options.quick ? [64] : CONNECTIONS);
  }
  console.log(table(figures));
}

/** Measures all calls on one model. */
async function measure(
  { model, processes }: { model: Model; processes: number },
  allConnections: number[],
): Promise<void> {
  const { items } = model.manifest;
  const asked = questionsTo(model);
  await using system = await startServing({ processes });
  const project = await system.addProject(model);
  const bytes = await firstAnswer(system, project, { items, question: asked[0] });
  await using bare = await startBare({ port: freePort(), processes, bytes });
  using sink = new WebhookSink();
  const requests = requestsOf(system, project, {
    asked,
    plain: await system.addApp("Plain"),
    called: await system.addApp("Called back", sink.url),
  });
  const serving = serversOf(system);
  const calls = [
    { call: BARE, port: bare.port, texts: requests[0].texts, servers: { pids: () => bare.pids } },
    ...requests.map((request) => ({ ...request, servers: serving })),
  ];
  for (const connections of allConnections) {
    for (const { call, port, texts, servers } of calls) {
      const delivered = sink.calls;
      const load = { port, connections, seconds, warmUp: WARM_UP_SECONDS };
      figure({
        ...await underLoad(servers, load, texts),
        ...{ items, processes, call, connections },
      });
      if (sink.calls > delivered) await drained(system, { items, processes });
    }
  }
}

/** Measures delivery: waits up to ten seconds for the outbox to become empty. */
async function drained(
  system: ServingSystem,
  { items, processes }: { items: number; processes: number },
): Promise<void> {
  const open = async () =>
    (await system.sql`
      select count(*)::int as count from webhooks.deliveries where status = 'PENDING'`)[0].count;
  const cpu = () => cpuSeconds(system.pidsOf("webhooks")) + cpuSeconds(system.pidsOf("postgres"));
  const [start, left, used] = [performance.now(), await open(), cpu()];
  let rest = left;
  while (rest > 0 && performance.now() - start < 10_000) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    rest = await open();
  }
  const taken = (performance.now() - start) / 1000;
  say({
    ...{ items, processes, backlog: left, deliveries_a_second: Math.round((left - rest) / taken) },
    delivery_ms: left > rest ? round(1000 * (cpu() - used) / (left - rest), 2) : undefined,
  });
  await system.sql`update webhooks.deliveries set status = 'DELIVERED' where status = 'PENDING'`;
}

/** Measures latency and memory of a cold model's first answer; returns the answer's bytes. */
async function firstAnswer(
  system: ServingSystem,
  project: number,
  { items, question }: { items: number; question: Question },
): Promise<number> {
  const [pid] = system.pidsOf("recommender");
  const before = memoryOf(pid);
  const start = performance.now();
  const url = `http://127.0.0.1:${system.ports.recommender}/project/${project}/recommendations`;
  const response = await fetch(`${url}?${new URLSearchParams(question)}`, {
    headers: { authorization: `Bearer ${system.token}` },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`No answer: ${text}`);
  const after = memoryOf(pid);
  say({
    items,
    first_answer_ms: Math.round(performance.now() - start),
    empty_mb: megabytes(before.resident),
    resident_mb: megabytes(after.resident),
    peak_mb: megabytes(after.peak),
  });
  return text.length;
}

/** Measures calls for 1,000 users by key. */
async function batch(items: number): Promise<void> {
  await using system = await startServing({ processes: 1 });
  const model = madeModel(items);
  const project_id = await system.addProject(model);
  const key = await system.addApp("Plain");
  const { ids } = model.users!;
  const users = Array.from(
    { length: 1_000 },
    (_, i) => stringAt(ids, (i * 7919) % stringCount(ids)),
  );
  const texts = [postByKey("/api/recommend/batch", key, { project_id, users, n: 10 })];
  const load = { port: system.ports.webhooks, connections: 1, warmUp: WARM_UP_SECONDS };
  figure({
    ...await underLoad(serversOf(system), { ...load, seconds }, texts),
    ...{ items, processes: 1, call: "1,000 users by key", connections: 1 },
  });
  console.log(table(figures));
}

/** Measures 20 models in one process. */
async function twenty(): Promise<void> {
  await using system = await startServing({ processes: 1 });
  const model = madeModel(10_000);
  const projects: number[] = [];
  for (let i = 0; i < 20; i++) projects.push(await system.addProject(model));
  const asked = questionsTo(model);
  for (const project of projects) {
    await firstAnswer(system, project, { items: 10_000, question: asked[0] });
  }
  const { texts } = requestsOf(system, 0, { asked, plain: "", called: "" })[0];
  const mixed = texts.map((text, i) =>
    text.replace("/project/0/", `/project/${projects[i % projects.length]}/`)
  );
  const load = { port: system.ports.recommender, connections: 64, warmUp: WARM_UP_SECONDS };
  figure({
    ...await underLoad(serversOf(system), { ...load, seconds }, mixed),
    ...{ items: 10_000, processes: 1, call: "GET, 20 models", connections: 64 },
  });
  console.log(table(figures));
}

/** Query parameters: the user, and for a hybrid model an item. */
type Question = Record<string, string>;

/** Returns queries of different users. */
function questionsTo({ manifest, items, users }: Model): Question[] {
  const { ids } = users!;
  return Array.from({ length: ASKED }, (_, i) => ({
    user_id: stringAt(ids, (i * 7919) % stringCount(ids)),
    ...(manifest.model_type === "HYBRID" && {
      item_title: stringAt(items.titles, items.popularOrder[i % manifest.items]),
    }),
  }));
}

/** Returns the measured calls as complete HTTP requests. */
function requestsOf(
  { ports, token }: ServingSystem,
  project: number,
  { asked, plain, called }: { asked: Question[]; plain: string; called: string },
): { call: string; port: number; texts: string[] }[] {
  const posts = (key: string) =>
    asked.map((question) => postByKey("/api/recommend", key, { project_id: project, ...question }));
  return [
    {
      call: "GET",
      port: ports.recommender,
      texts: asked.map((question) =>
        `GET /project/${project}/recommendations?${new URLSearchParams(
          question,
        )} HTTP/1.1\r\nhost: airec\r\n` +
        `authorization: Bearer ${token}\r\n\r\n`
      ),
    },
    { call: "POST by key", port: ports.webhooks, texts: posts(plain) },
    { call: "POST by key, with event", port: ports.webhooks, texts: posts(called) },
  ];
}

function figure(one: Figure): void {
  figures.push(one);
  say({ ...one });
}

function say(line: Record<string, unknown>): void {
  console.log(JSON.stringify({ load: loadNow(), ...line }));
}

/**
 * Returns the table for bench/README.md: rates and latencies with the baseline's in parentheses;
 * growth is the CPU time relative to the smallest catalogue.
 */
function table(all: Figure[]): string {
  const like = (one: Figure, call: string) =>
    all.filter((other) =>
      other.call === call && other.connections === one.connections &&
      other.processes === one.processes
    );
  const calls = [...new Set(all.map(({ call }) => call))];
  const inOrder = all.filter(({ call }) => call !== BARE).toSorted((a, b) =>
    calls.indexOf(a.call) - calls.indexOf(b.call) || a.processes - b.processes ||
    a.connections - b.connections || a.items - b.items
  );
  const rows = inOrder.map((one) => {
    const bare = like(one, BARE).find(({ items }) => items === one.items);
    const [smallest] = like(one, one.call);
    const beside = (text: string | number, reference?: string | number) =>
      reference === undefined ? text : `${text} (${reference})`;
    return [
      ...[one.call, one.items.toLocaleString("en"), one.processes, one.connections],
      beside(one.rate.toLocaleString("en"), bare?.rate.toLocaleString("en")),
      ...[beside(one.p50_ms, bare?.p50_ms), beside(one.p99_ms, bare?.p99_ms)],
      ...[one.cpu_ms.toFixed(2), one.postgres_ms.toFixed(2)],
      ...[(one.cpu_ms / smallest.cpu_ms).toFixed(1), one.resident_mb, one.load],
    ];
  });
  const heads = ["call", "items", "processes", "connections", "a second", "p50 ms", "p99 ms"]
    .concat(["CPU ms", "Postgres ms", "growth", "MB", "load"]);
  const line = (cells: unknown[]) => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map((_, i) => i === 0 ? "---" : "--:")), ...rows.map(line)]
    .join("\n");
}
