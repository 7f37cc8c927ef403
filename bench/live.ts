/**
 * Cost of live events: how many a second are stored and what each costs, what they cost an answer,
 * and how soon an answer knows them. Prints one JSON line for each measurement and a table at the
 * end. The services run in their own processes on a Postgres that flushes each commit; CPU is the
 * services' and Postgres' time, without the load generator's.
 *
 *     deno run -A bench/live.ts                       10,000 to 10 million stored events
 *     deno run -A bench/live.ts --stored 1e4          only with 10,000: two minutes
 *     deno run -A bench/live.ts --known               only how soon an answer knows an event
 */
import { parseArgs } from "node:util";
import { knownAfter } from "./known_after.ts";
import { postByKey, UNIQUE } from "./load.ts";
import { madeModel, withRows } from "./made_model.ts";
import { type ServingSystem, startServing } from "./serving_system.ts";
import { addLearned, addUnlearned, LEARNED_TO } from "./stored_events.ts";
import {
  type Loaded,
  loadNow,
  median,
  round,
  serversOf,
  underLoad,
  underLoads,
} from "./under_load.ts";

const ITEMS = 10_000;
const WARM_UP_SECONDS = 2;
/** Number of persons who are asked for, of each kind. */
const ASKED = 300;
/** Number of different calls that send events. */
const SENDING = 2_000;
/** Events of a batch, and types in the order in which visitors send them. */
const BATCH = 50;
const SENT_TYPES = ["impression", "impression", "impression", "click", "view", "cart", "purchase"];

/** One measurement. */
interface Row extends Partial<Loaded> {
  /** Number of stored events. */
  stored: number;
  call: string;
  /** CPU of an answer, with Postgres, above one of a project without events: difference and ratio. */
  more_ms?: number;
  ratio?: number;
  more_p50_ms?: number;
}

const { values: options } = parseArgs({
  options: {
    stored: { type: "string", default: "1e4,1e5,1e6,1e7" },
    known: { type: "boolean", default: false },
    seconds: { type: "string", default: "5" },
    rounds: { type: "string", default: "5" },
  },
});
const seconds = Number(options.seconds);
const rounds = Number(options.rounds);

if (!options.known) await costs(options.stored.split(",").map(Number));
await using two = await startServing({ processes: 2 });
say({ call: "known after the 202, two processes", ...await knownAfter(await shopOf(two)) });

/** Measures all costs, for these numbers of stored events. */
async function costs(sizes: number[]): Promise<void> {
  await using system = await startServing({ processes: 1 });
  const { sql } = system;
  const model = withRows(madeModel(ITEMS), LEARNED_TO);
  const project = await system.addProject(model);
  const without = await system.addProject(model);
  const key = await system.addApp("Shop");
  const kinds = [
    { kind: "no events in the project", project: without, events: 0 },
    { kind: "no live events", project, events: 0 },
    { kind: "10 live events", project, events: 10 },
    { kind: "100 live events", project, events: 100 },
  ].map((kind, k) => {
    const persons = Array.from({ length: ASKED }, (_, i) => `u${k + 4 * i}`);
    const asking = persons.map((user_id) =>
      postByKey("/api/recommend", key, { project_id: kind.project, user_id })
    );
    return { ...kind, persons, asking };
  });
  for (const { project, persons, events: each } of kinds) {
    if (each > 0) await addUnlearned(sql, { project, items: ITEMS }, { persons, each });
  }
  const sending = await sendingTo(system, { project, key });
  const servers = serversOf(system);
  const load = { port: system.ports.webhooks, seconds, warmUp: WARM_UP_SECONDS };
  const rows: Row[] = [];
  let stored = 0;
  for (const size of sizes) {
    await addLearned(sql, { project, items: ITEMS }, { from: stored, to: size });
    stored = size;
    await batches();
    for (const connections of [64, 1]) await answers(connections);
    await together();
  }
  console.log(table(rows));

  function add(call: string, figures: Partial<Row>): void {
    rows.push({ stored, call, ...figures });
    say({ stored, call, ...figures });
  }

  /** Batches by 16 connections, of which figures are of one event, and single events. */
  async function batches(): Promise<void> {
    const found = await underLoad(servers, { ...load, connections: 16 }, sending.batches);
    add("an event, in batches of 50 by 16", {
      ...found,
      rate: BATCH * found.rate,
      cpu_ms: round(found.cpu_ms / BATCH, 3),
      postgres_ms: round(found.postgres_ms / BATCH, 3),
    });
    const singles = { ...load, connections: 32 };
    add("a single event, by 32", await underLoad(servers, singles, sending.singles));
  }

  /** 1,000 answers a second, alone and beside 500 single events a second. */
  async function together(): Promise<void> {
    const ask = { ...load, connections: 32, perSecond: 1_000, requests: kinds[2].asking };
    const send = { ...load, connections: 32, perSecond: 500, requests: sending.singles };
    for (const loads of [[ask], [ask, send]]) {
      const { measured } = await underLoads(servers, loads);
      const how = loads.length > 1 ? "together" : "alone";
      measured.forEach(({ answers, p50, p99 }, i) =>
        add(`${i === 0 ? "1,000 answers" : "500 single events"} a second, ${how}`, {
          ...{ rate: Math.round(answers / seconds), load: loadNow() },
          ...{ p50_ms: round(p50, 1), p99_ms: round(p99, 1) },
        })
      );
    }
  }

  /** Answers for persons of each kind, in turn; medians of the rounds. */
  async function answers(connections: number): Promise<void> {
    const found: Loaded[][] = kinds.map(() => []);
    for (let turn = 0; turn < rounds; turn++) {
      for (const [k, { asking }] of kinds.entries()) {
        const short = { ...load, connections, seconds: 2, warmUp: 1 };
        found[k].push(await underLoad(servers, short, asking));
      }
    }
    const costOf = ({ cpu_ms, postgres_ms }: Loaded) => cpu_ms + postgres_ms;
    kinds.forEach(({ kind }, k) => {
      const of = (value: (one: Loaded, first: Loaded) => number, digits = 3) =>
        round(median(found[k].map((one, turn) => value(one, found[0][turn]))), digits);
      add(`an answer at ${connections}: ${kind}`, {
        rate: of(({ rate }) => rate, 0),
        p50_ms: of(({ p50_ms }) => p50_ms),
        p99_ms: of(({ p99_ms }) => p99_ms),
        cpu_ms: of(({ cpu_ms }) => cpu_ms),
        postgres_ms: of(({ postgres_ms }) => postgres_ms),
        load: loadNow(),
        more_ms: of((one, first) => costOf(one) - costOf(first)),
        more_p50_ms: of((one, first) => one.p50_ms - first.p50_ms),
        ratio: of((one, first) => costOf(one) / costOf(first), 2),
      });
    });
  }
}

/** Returns a project with events, and how its webhooks service is called. */
async function shopOf(system: ServingSystem) {
  const project = await system.addProject(withRows(madeModel(ITEMS), 0));
  const key = await system.addApp("Shop");
  return { at: `http://127.0.0.1:${system.ports.webhooks}`, project, key };
}

/**
 * Returns calls that send events about lists of recommendations: batches of one person each, and
 * single events.
 */
async function sendingTo(
  { ports }: ServingSystem,
  { project, key }: { project: number; key: string },
): Promise<{ batches: string[]; singles: string[] }> {
  const lists: { recommendation_id: string; items: string[] }[] = [];
  for (let i = 0; i < 20; i++) {
    const response = await fetch(`http://127.0.0.1:${ports.webhooks}/api/recommend`, {
      method: "POST",
      headers: { "x-api-key": key, "content-type": "application/json" },
      body: JSON.stringify({ project_id: project, history: [`i${i}`], limit: BATCH }),
    });
    const { recommendation_id, recommendations } = await response.json();
    if (!response.ok) throw new Error(`No list: ${response.status}`);
    lists.push({
      recommendation_id,
      items: recommendations.map(({ item_id }: { item_id: string }) => item_id),
    });
  }
  const at = new Date().toISOString();
  const call = (i: number, count: number) => {
    const { recommendation_id, items } = lists[i % lists.length];
    const events = Array.from({ length: count }, (_, e) => ({
      id: `0198aaaa-0000-7000-8000-${UNIQUE}`,
      type: SENT_TYPES[(i + e) % SENT_TYPES.length],
      item_id: items[(i + e) % items.length],
      ...{ at, recommendation_id, position: e % items.length },
    }));
    // None of the persons who are asked for: these have so many events as their kind says.
    const body = { project_id: project, user_id: `u${10_000 + i * 37}`, events };
    return postByKey("/api/interactions", key, body);
  };
  return {
    batches: Array.from({ length: SENDING }, (_, i) => call(i, BATCH)),
    singles: Array.from({ length: SENDING }, (_, i) => call(i, 1)),
  };
}

function say(line: Record<string, unknown>): void {
  console.log(JSON.stringify({ load: loadNow(), ...line }));
}

/** Returns the table for bench/README.md. */
function table(rows: Row[]): string {
  const calls = [...new Set(rows.map(({ call }) => call))];
  const shown = rows.toSorted((a, b) =>
    calls.indexOf(a.call) - calls.indexOf(b.call) || a.stored - b.stored
  ).map(({ stored, call, ...row }) => [
    ...[call, stored.toLocaleString("en"), row.rate?.toLocaleString("en")],
    ...[row.p50_ms, row.p99_ms, row.cpu_ms?.toFixed(3), row.postgres_ms?.toFixed(3)],
    ...[row.more_ms?.toFixed(3), row.ratio?.toFixed(2), row.load],
  ]);
  const heads = ["call", "stored events", "a second", "p50 ms", "p99 ms", "CPU ms", "Postgres ms"]
    .concat(["more ms", "ratio", "load"]);
  const line = (cells: unknown[]) => `| ${cells.map((cell) => cell ?? "").join(" | ")} |`;
  return [line(heads), line(heads.map((_, i) => i === 0 ? "---" : "--:")), ...shown.map(line)]
    .join("\n");
}
