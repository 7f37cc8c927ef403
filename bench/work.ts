/**
 * CPU time of one estimated unit of functions/recommender/model/work.ts, by kind of request. Prints
 * a table for bench/README.md.
 *
 *     deno run -A bench/work.ts [items, 10000 by default]
 */
import process from "node:process";
import { jsonSteps } from "../functions/recommender/json_steps.ts";
import {
  batchSteps,
  popularSteps,
  recommendSteps,
  type Rules,
} from "../functions/recommender/model/answer_steps.ts";
import type { Model } from "../functions/recommender/model/model.ts";
import { searchSteps } from "../functions/recommender/model/search.ts";
import { finished, type Steps } from "../functions/recommender/model/steps.ts";
import {
  requestWork,
  searchUnits,
  UNIT_MS,
  type Work,
} from "../functions/recommender/model/work.ts";
import { madeModel } from "./made_model.ts";

const TIMES = 7;

const items = Number(Deno.args[0] ?? 10_000);
const model: Model = {
  ...madeModel(items),
  columns: [{
    name: "year",
    kind: "number",
    values: Float32Array.from({ length: items }, (_, item) => 1950 + item % 70),
  }],
};
const users = (count: number) => Array.from({ length: count }, (_, i) => `u${(31 * i) % 500}`);
const history = Array.from({ length: 10_000 }, (_, i) => `i${(31 * i) % items}`);
const years = Array.from({ length: 1_000 }, (_, i) => i);

const batch = (request: Parameters<typeof batchSteps>[1]) =>
  function* (rules: Rules): Steps<number> {
    const { lists } = yield* batchSteps(model, request, rules);
    let length = 0;
    for (const list of lists) length += (yield* jsonSteps(yield* list(), { left: 1e9 })).length;
    return length;
  };
const single = (request: Parameters<typeof recommendSteps>[1]) =>
  function* (rules: Rules): Steps<number> {
    return (yield* jsonSteps(yield* recommendSteps(model, request, rules), { left: 1e9 })).length;
  };

const REQUESTS: Record<string, (rules: Rules) => Steps<unknown>> = {
  "1,000 users, n 10": batch({ users: users(1_000), n: 10 }),
  "400 users, n 200": batch({ users: users(400), n: 200 }),
  "50 users, n 10, diversity": batch({ users: users(50), n: 10, diversity: 0.9 }),
  "1 user, n 200, diversity": batch({ users: users(1), n: 200, diversity: 0.9 }),
  "100 users, n 10, explain": batch({ users: users(100), n: 10, explain: true }),
  "a history of 10,000": single({ history }),
  "1 user, a filter of 1,000 values": single({ user_id: "u1", filter: { year: years } }),
  "popular, n 200": (rules) => popularSteps(model, { n: 200 }, rules),
  "a search of titles": ({ limits }) => {
    limits!.permit({ units: searchUnits(model.items.titles), bytes: 0 });
    return searchSteps(model.items.titles, { q: "title", offset: 0, limit: 50 });
  },
};

console.log(`| request, ${items.toLocaleString("en")} items | units | CPU ms | ms a unit |`);
console.log("| --- | --: | --: | --: |");
for (const [name, steps] of Object.entries(REQUESTS)) {
  let work: Work = { units: 0, bytes: 0 };
  const times = Array.from({ length: TIMES }, () => {
    const before = process.cpuUsage();
    finished(steps({ limits: { permit: (asked) => work = asked, costOf: requestWork } }));
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  }).sort((a, b) => a - b);
  const median = times[TIMES >> 1];
  const units = Math.ceil(Math.max(1, work.units));
  console.log(
    `| ${name} | ${units.toLocaleString("en")} | ${median.toFixed(1)} | ${
      (median / units).toFixed(2)
    } |`,
  );
}
console.log(`\nOne unit is ${UNIT_MS} ms by estimate.`);
