/**
 * CPU time of an answer by a placement with filter, boost, pins, at most k and diversity, beside a
 * plain answer. Prints a table for bench/README.md.
 *
 *     deno run -A bench/placements.ts [items, 100000 by default]
 */
import process from "node:process";
import { jsonSteps } from "../functions/recommender/json_steps.ts";
import { recommendSteps } from "../functions/recommender/model/answer_steps.ts";
import type { Model } from "../functions/recommender/model/model.ts";
import type { Placement } from "../functions/recommender/model/placements/placement.ts";
import { placementSteps } from "../functions/recommender/model/placements/placement_steps.ts";
import { finished, type Steps } from "../functions/recommender/model/steps.ts";
import { stringTable } from "../functions/recommender/model/string_table.ts";
import { madeModel } from "./made_model.ts";

const items = Number(Deno.args[0] ?? 100_000);
const ANSWERS = 300;
const ROUNDS = 7;

const BRANDS = 200;
const model: Model = {
  ...madeModel(items),
  columns: [
    {
      name: "price",
      kind: "number",
      values: Float32Array.from({ length: items }, (_, i) => i % 90),
    },
    {
      name: "brand",
      kind: "text",
      terms: stringTable(Array.from({ length: BRANDS }, (_, i) => `brand ${i}`)),
      offsets: Uint32Array.from({ length: items + 1 }, (_, i) => i),
      codes: Uint16Array.from({ length: items }, (_, i) => (7 * i) % BRANDS),
    },
  ],
};

const rules: Omit<Placement, "diversity"> = {
  logic: "for_you",
  filter: { price: { gt: 10 }, not: { brand: "brand 7" } },
  boost: [{ when: { brand: ["brand 1", "brand 2"] }, times: 1.5 }],
  pins: [{ position: 1, item_id: "i50" }, { position: 4, item_id: "i70" }],
  at_most: [{ column: "brand", most: 2, first: 10 }],
};
const facts = { now: Date.now() };
const placed = (name: string, rules: Placement, request: object = {}) => (user: string) =>
  placementSteps(model, { user_id: user, n: 10, ...request }, {
    placement: { name, version: 1, rules },
    facts,
  });
const plain = (request: object = {}) => (user: string) =>
  recommendSteps(model, { user_id: user, n: 10, ...request });
const { items: shown } = finished(placed("first", { logic: "for_you" })("u1"));

const KINDS: Record<string, (user: string) => Steps<object>> = {
  "plain": plain(),
  "plain, diversity": plain({ diversity: 0.2 }),
  "plain, filter": plain({ filter: { price: { gt: 10 } } }),
  "placement without rules": placed("empty", { logic: "for_you" }),
  "filter, boost": placed("boost", { logic: "for_you", filter: rules.filter, boost: rules.boost }),
  "filter, boost, pins, at most k": placed("rules", rules),
  "the same, diversity": placed("all", { ...rules, diversity: 0.2 }),
  "the same, next page": (user) =>
    placementSteps(model, { user_id: user, n: 10 }, {
      ...{ placement: { name: "all", version: 1, rules: { ...rules, diversity: 0.2 } }, facts },
      shown,
    }),
};

function milliseconds(kind: (user: string) => Steps<object>): number[] {
  return Array.from({ length: ANSWERS }, (_, i) => {
    const before = process.cpuUsage();
    const start = performance.now();
    finished(jsonSteps(finished(kind(`u${(31 * i) % 500}`)), { left: 1e9 }));
    const wall = performance.now() - start;
    const { user, system } = process.cpuUsage(before);
    return Math.min(wall, (user + system) / 1000 || wall);
  });
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1];
const p99 = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length * .99)];

console.log(`${items.toLocaleString("en")} items\n`);
console.log("| answer | ms, median | ms, p99 |\n| --- | ---: | ---: |");
for (const [name, kind] of Object.entries(KINDS)) {
  milliseconds(kind);
  const rounds = Array.from({ length: ROUNDS }, () => milliseconds(kind));
  const best = rounds.toSorted((a, b) => median(a) - median(b))[0];
  console.log(`| ${name} | ${median(best).toFixed(3)} | ${p99(best).toFixed(2)} |`);
}
