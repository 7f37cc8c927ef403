/**
 * Time of the price of a placement's rules for 1,000 test users with 500 candidates each, without
 * reading the file. Prints a table for bench/README.md.
 *
 *     deno run -A bench/preview.ts [items, 100000 by default]
 */
import {
  encodeRehearsal,
  loadRehearsal,
  sha256Hex,
} from "../functions/recommender/model/artifact/artifact.ts";
import { REHEARSAL } from "../functions/recommender/model/artifact/private_files.ts";
import type { Model, Rehearsal, SparseRows } from "../functions/recommender/model/model.ts";
import type { Placement } from "../functions/recommender/model/placements/placement.ts";
import { priceSteps } from "../functions/recommender/model/price/price.ts";
import { stringTable } from "../functions/recommender/model/string_table.ts";
import { UNIT_MS } from "../functions/recommender/model/work.ts";
import { madeModel } from "./made_model.ts";

const items = Number(Deno.args[0] ?? 100_000);
const [USERS, CANDIDATES, BRANDS, ROUNDS] = [1_000, 500, 200, 7];

const model: Model = {
  ...madeModel(items),
  columns: [{
    name: "brand",
    kind: "text",
    terms: stringTable(Array.from({ length: BRANDS }, (_, i) => `brand ${i}`)),
    offsets: Uint32Array.from({ length: items + 1 }, (_, i) => i),
    codes: Uint16Array.from({ length: items }, (_, i) => (7 * i) % BRANDS),
  }],
};

/** Rows of `n` items each, of falling score. */
function rows(n: number): SparseRows {
  return {
    offsets: Uint32Array.from({ length: USERS + 1 }, (_, u) => n * u),
    columns: Uint32Array.from(
      { length: USERS * n },
      (_, e) => (31 * Math.floor(e / Math.max(1, n)) + 13 * (e % Math.max(1, n))) % items,
    ),
    values: Float32Array.from({ length: USERS * n }, (_, e) => n - e % Math.max(1, n)),
  };
}

const rehearsal: Rehearsal = {
  users: stringTable(Array.from({ length: USERS }, (_, u) => `u${u}`)),
  held: rows(5),
  requests: {
    history: { asked: rows(0), candidates: rows(CANDIDATES) },
    item: { asked: rows(1), candidates: rows(CANDIDATES) },
    cart: { asked: rows(3), candidates: rows(CANDIDATES) },
  },
};

const boost = [{ when: { brand: ["brand 1", "brand 2"] }, times: 1.5 }];
const at_most = [{ column: "brand", most: 2, first: 10 }];
const KINDS: Record<string, Placement> = {
  "without rules": { logic: "for_you" },
  "boost": { logic: "for_you", boost },
  "filter, boost, at most k": {
    ...{ logic: "for_you", boost, at_most },
    filter: { not: { brand: "brand 7" } },
  },
  "the same, diversity": { logic: "for_you", boost, at_most, diversity: 0.2 },
};

console.log(`${items.toLocaleString("en")} items, ${USERS.toLocaleString("en")} users\n`);
console.log("| rules | ms, median | ms, longest slice | ms, estimated |");
console.log("| --- | ---: | ---: | ---: |");
for (const [name, rules] of Object.entries(KINDS)) {
  let estimated = 0;
  const times: number[] = [];
  let longest = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    const steps = priceSteps(model, rehearsal, {
      ...{ placement: { name, version: 1, rules }, n: 10, now: 0 },
      permit: ({ units }) => estimated = units * UNIT_MS,
    });
    let last = start;
    let slice = 0;
    for (const units of steps) {
      // A slice ends where the next step would make it longer than 20 ms by estimate.
      slice += units * UNIT_MS;
      if (slice <= 20) continue;
      const now = performance.now();
      if (round > 0) longest = Math.max(longest, now - last);
      [last, slice] = [now, units * UNIT_MS];
    }
    times.push(performance.now() - start);
  }
  const median = times.toSorted((a, b) => a - b)[ROUNDS >> 1];
  console.log(
    `| ${name} | ${median.toFixed(0)} | ${longest.toFixed(1)} | ${estimated.toFixed(0)} |`,
  );
}

const file = encodeRehearsal(rehearsal);
const manifest = {
  ...model.manifest,
  private: { [REHEARSAL]: REHEARSAL },
  sha256: { [REHEARSAL]: await sha256Hex(file) },
};
const start = performance.now();
await loadRehearsal(manifest, () => Promise.resolve(file));
const read = (performance.now() - start).toFixed(0);
console.log(`\nThe file has ${(file.length / 1e6).toFixed(1)} MB and is read in ${read} ms.`);
