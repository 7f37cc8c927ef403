/**
 * Live events on Workers: what they cost an answer, in workerd's CPU time and in time at one
 * connection, for persons who are asked for the first time and again, and how soon an answer knows
 * them. Prints one JSON line for each.
 *
 *     deno run -A bench/live_edge.ts
 */
import { startEdge } from "../dev/edge.ts";
import { encodeModel } from "../functions/recommender/model/artifact/artifact.ts";
import { json, publish, SECRETS, type TestEdge } from "../testing/edge.ts";
import { COSTED, costOf, edgeDatabase } from "./edge_cost.ts";
import { knownAfter } from "./known_after.ts";
import { madeModel, withRows } from "./made_model.ts";
import { addUnlearned, LEARNED_TO } from "./stored_events.ts";
import { median, round } from "./under_load.ts";

const ITEMS = 10_000;
const ROUNDS = 3;
/** Number of persons of a kind, each asked once, and of those asked again and again. */
const FIRST = ROUNDS * COSTED;
const AGAIN = 20;

await using database = await edgeDatabase();
const { sql, owner, headers } = database;
await using edge = await startEdge({ databaseUrl: database.url, secrets: SECRETS });
const files = await encodeModel(withRows(madeModel(ITEMS), LEARNED_TO));
// Before the projects, so that the key opens all of them.
const app = json({ app_name: "Shop" }, headers);
const { api_key: key } = await (await fetch(`${edge.at.webhooks}/api/apps/register`, app)).json();
const project = await addProject();
const kinds = [
  { kind: "no events in the project", project: await addProject(), events: 0, persons: FIRST },
  { kind: "no live events", project, events: 0, persons: FIRST },
  { kind: "10 live events", project, events: 10, persons: FIRST },
  { kind: "100 live events", project, events: 100, persons: FIRST },
  { kind: "10 live events, asked again", project, events: 10, persons: AGAIN },
].map((kind, k) => ({
  ...kind,
  asked: 0,
  // The first kind's are of another project.
  persons: Array.from({ length: kind.persons }, (_, i) => `u${FIRST * Math.max(0, k - 1) + i}`),
}));
for (const { project, persons, events: each } of kinds) {
  if (each > 0) await addUnlearned(sql, { project, items: ITEMS }, { persons, each });
}

const found = kinds.map(() => ({ cpu: [] as number[], times: [] as number[] }));
for (let turn = 0; turn < ROUNDS; turn++) {
  for (const [k, kind] of kinds.entries()) {
    found[k].cpu.push(
      await costOf(async () => {
        const start = performance.now();
        const user_id = kind.persons[kind.asked++ % kind.persons.length];
        const asked = json({ project_id: kind.project, user_id }, { "x-api-key": key });
        const response = await fetch(`${edge.at.webhooks}/api/recommend`, asked);
        const text = await response.text();
        if (!response.ok) throw new Error(`${response.status} ${text}`);
        found[k].times.push(performance.now() - start);
      }),
    );
  }
}
const medians = found.map(({ cpu, times }) => ({ cpu: median(cpu), ms: median(times) }));
kinds.forEach(({ kind }, k) =>
  console.log(JSON.stringify({
    answer_by_key: kind,
    cpu_ms: medians[k].cpu,
    more_cpu_ms: round(medians[k].cpu - medians[0].cpu, 1),
    p50_ms: round(medians[k].ms, 1),
    more_p50_ms: round(medians[k].ms - medians[0].ms, 1),
  }))
);
const shop = { at: edge.at.webhooks, project: await addProject(), key };
console.log(JSON.stringify({ call: "known after the 202, Workers", ...await knownAfter(shop) }));

/** Creates a project that serves the model; returns its id. */
async function addProject(): Promise<number> {
  const [{ id }] = await sql<{ id: number }[]>`
    insert into recommender.recommender_projects (owner_id, project_name, model_type)
    values (${owner}, 'Bench', 'COLLABORATIVE') returning id`;
  await publish({ ...edge, sql } as unknown as TestEdge, id, { files });
  return id;
}
